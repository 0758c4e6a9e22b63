import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Line, LineRequest, RequestKind, Strike } from './line.ts';
import { passOn } from './passOn.ts';
import { spoil } from './spoil.ts';

export interface LineSettings {
  /** Base URL of the other side. */
  readonly upstream: string;
  readonly kindOf: (method: string, path: string) => RequestKind;
  /** A refusal in the form of the vendor's errors. */
  readonly toErrorBody: (status: number, words: string) => unknown;
  /** Told of each request; unlike `requests` nothing makes it forget. */
  readonly onRequest?: (request: LineRequest) => void;
}

type Armed = { readonly strike: Strike; seen: number; readonly struck: PromiseWithResolvers<void> };

/**
 * A proxy on a free port of 127.0.0.1. Each answer ends its connection, so that no request can meet one that was closed
 * meanwhile: what fails is what the test wants to fail.
 */
export async function startLine(settings: LineSettings): Promise<Line> {
  const { upstream, kindOf, toErrorBody, onRequest } = settings;
  const requests: LineRequest[] = [];
  const steps: { readonly kind: RequestKind; readonly step: () => Promise<unknown> }[] = [];
  let armed: Armed[] = [];

  function takeFault(kind: RequestKind): Armed | undefined {
    const candidates = armed.filter(({ strike }) => strike.on === kind);
    for (const each of candidates) each.seen += 1;
    return candidates.find(({ strike: { nth = 1, times = 1 }, seen }) => seen >= nth && seen < nth + times);
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const { method = '', url: target = '/' } = incoming;
    const body = Buffer.concat(chunks).toString();
    const kind = kindOf(method, target.split('?', 1)[0] ?? '');
    const request = { kind, method, target, body };
    requests.push(request);
    onRequest?.(request);
    const at = steps.findIndex((each) => each.kind === kind);
    if (at >= 0) await steps.splice(at, 1)[0]?.step();
    const hit = takeFault(kind);
    const effect = hit?.strike.fault.effect ?? true;
    const answer = effect ? await passOn(upstream, incoming, body) : undefined;
    await spoil({ fault: hit?.strike.fault, answer, incoming, response, toErrorBody });
    hit?.struck.resolve();
  }

  // A caller that gives up cuts its request: no failure of the line.
  const server = createServer((incoming, response) => void serve(incoming, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    count: (kind) => requests.filter((each) => each.kind === kind).length,
    forget: () => void requests.splice(0),
    fail(strike) {
      const struck = Promise.withResolvers<void>();
      armed = [...armed, { strike, seen: 0, struck }];
      return { struck: struck.promise };
    },
    before: (kind, step) => void steps.push({ kind, step }),
    down: stop,
    [Symbol.asyncDispose]: stop,
  };
}
