import { setTimeout } from 'node:timers/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Fault } from './faults.ts';
import type { UpstreamAnswer } from './passOn.ts';
import type { LineSettings } from './startLine.ts';

interface Spoiling extends Pick<LineSettings, 'toErrorBody'> {
  readonly fault: Fault | undefined;
  /** undefined: the other side was not asked. */
  readonly answer: UpstreamAnswer | undefined;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers as the fault says; without one as the other side did. Resolves when all is sent that will be. */
export async function spoil({ fault, answer, incoming, response, toErrorBody }: Spoiling): Promise<void> {
  const then = fault?.then;
  if (then === 'silence') return;
  if (then === 'reset') return void incoming.socket.resetAndDestroy();
  if (then === 'redirect') return send(response, 307, { location: incoming.url ?? '/' }, '');
  if (then === 'cut' || then === 'stall') {
    await sendHalf(response, answer);
    if (then === 'cut') incoming.socket.destroy();
    // Time for the caller to take in what was sent: its signal is to end while it waits for the rest.
    else await setTimeout(50);
    return;
  }
  if (then !== undefined) return send(response, then.status, toHeaders(then), toBody(then, { answer, toErrorBody }));
  return send(response, answer?.status ?? 500, toKept(answer), answer?.body ?? '');
}

function toHeaders({ retryAfter, raw }: Answer): Record<string, string> {
  const type = raw?.startsWith('<') === true ? 'text/html' : 'application/json';
  return { 'content-type': type, ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }) };
}

function toBody({ status, words, raw }: Answer, { answer, toErrorBody }: Pick<Spoiling, 'answer' | 'toErrorBody'>) {
  if (words !== undefined) return JSON.stringify(toErrorBody(status, words));
  return raw ?? answer?.body ?? '';
}

/** Content type and what concerns a single connection only. */
function toKept(answer: UpstreamAnswer | undefined): Record<string, string | string[]> {
  const {
    connection: _,
    'keep-alive': __,
    'content-length': ___,
    'transfer-encoding': ____,
    ...kept
  } = answer?.headers ?? {};
  return Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as Record<string, string>;
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string | string[]>,
  body: string | Buffer,
): Promise<void> {
  return new Promise((resolve) => {
    response.on('close', resolve);
    response.writeHead(status, { ...headers, connection: 'close' }).end(body);
  });
}

function sendHalf(response: ServerResponse, answer: UpstreamAnswer | undefined): Promise<void> {
  const body = answer?.body ?? Buffer.from('{}');
  response.writeHead(answer?.status ?? 200, {
    'content-type': 'application/json',
    'content-length': body.length,
    connection: 'close',
  });
  return new Promise((resolve) => {
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => resolve());
  });
}
