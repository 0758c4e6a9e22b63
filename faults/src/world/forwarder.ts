import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A vendor as one member sees it: passes requests on, counts them, and may refuse some itself. */
export interface Forwarder {
  readonly url: string;
  /** Requests that came, refused ones too. On the monotonic clock, in order. */
  readonly cameAt: readonly number[];
  readonly refused: number;
  /** Answers 429, without saying for how long, to this part of the requests. 0: to none. */
  refuse(part: number): void;
  close(): Promise<void>;
}

/**
 * Listens on a free port of 127.0.0.1. `target`: `host:port`. `counts`: which requests are counted and refused; others are
 * passed on.
 */
export async function startForwarder(
  target: string,
  counts: (incoming: IncomingMessage) => boolean,
): Promise<Forwarder> {
  const cameAt: number[] = [];
  let refused = 0;
  let part = 0;
  let due = 0;

  function isRefused(): boolean {
    due += part;
    if (due < 1) return false;
    due -= 1;
    refused += 1;
    return true;
  }

  function take(incoming: IncomingMessage, answer: ServerResponse): void {
    if (counts(incoming)) {
      cameAt.push(performance.now());
      if (isRefused()) {
        incoming.resume();
        return void answer.writeHead(429, { 'content-type': 'application/json' }).end('{}');
      }
    }
    const { method, url, headers } = incoming;
    const outgoing = request(`http://${target}${url}`, { method, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  }

  const server = createServer(take);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cameAt,
    get refused() {
      return refused;
    },
    refuse: (next) => void (part = next),
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
