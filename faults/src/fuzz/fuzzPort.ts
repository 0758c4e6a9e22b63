import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { numbered } from './draws.ts';
import { hostileInputs } from './inputs.ts';
import { type RawInput, rawInputs, toRequest } from './rawRequests.ts';
import type { Finding } from './runDecoders.ts';
import { readSamples } from './samples.ts';
import type { Way } from './ways.ts';

export interface FuzzPort {
  readonly port: number;
  readonly ways: readonly Way[];
  /** A good request that has no answer by then is a hang. */
  readonly hangMs: number;
  readonly seed: number;
  readonly inputs: number;
  /** How many deliveries were landed so far. */
  readonly landed: () => Promise<number>;
  readonly log: (line: string) => void;
}

export interface PortReport {
  readonly inputs: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly byPath: Readonly<Record<string, number>>;
  /** Of all answers, by status; `none`: the connection ended without one. */
  readonly answers: Readonly<Record<string, number>>;
  /** Good requests in between, each of which has to be answered 200. */
  readonly goodRequests: number;
  readonly crashes: number;
  readonly hangs: number;
  readonly findings: readonly Finding[];
}

const BLOCK = 100;
const SIDE_BY_SIDE = 20;
/** Then an open connection is given up by us. */
const WAIT_MS = 150;

/** What an answer may never show: a place in our code. */
const inside = /\.ts:\d|\.js:\d|node:internal|node_modules|\n\s+at /;

/** Raw bytes to the port, and after each hundred a good request of each way on a new connection. */
export async function fuzzPort(options: FuzzPort): Promise<PortReport> {
  const { port, ways, seed, inputs, landed, log } = options;
  const make = numbered(seed, rawInputs(ways, hostileInputs(readSamples())));
  const byKind: Record<string, number> = {};
  const byPath: Record<string, number> = {};
  const answers: Record<string, number> = {};
  const findings: Finding[] = [];
  let goodRequests = 0;
  let hangs = 0;
  let sent = 0;

  const one = async (input: number): Promise<RawInput> => {
    const raw = make(input);
    byPath[raw.path] = (byPath[raw.path] ?? 0) + 1;
    byKind[raw.kind] = (byKind[raw.kind] ?? 0) + 1;
    const text = await exchange(port, raw, WAIT_MS);
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status = '']) => status);
    for (const status of statuses.length > 0 ? statuses : ['none']) answers[status] = (answers[status] ?? 0) + 1;
    if (inside.test(text))
      findings.push({ decoder: 'port', input, kind: 'port', what: `${raw.kind} for ${raw.path}: shows its inside` });
    if (raw.unauthorized && statuses.includes('200'))
      findings.push({
        decoder: 'port',
        input,
        kind: 'port',
        what: `${raw.kind} for ${raw.path}: answers 200 without the credential`,
      });
    return raw;
  };

  while (sent < inputs && findings.length === 0) {
    const before = await landed();
    let mayLand = false;
    const to = Math.min(inputs, sent + BLOCK);
    for (let from = sent; from < to; from += SIDE_BY_SIDE) {
      const side = Array.from({ length: Math.min(SIDE_BY_SIDE, to - from) }, (_, index) => one(from + index));
      for (const { unauthorized } of await Promise.all(side)) mayLand ||= !unauthorized;
    }
    sent = to;
    if (!mayLand && (await landed()) !== before)
      findings.push({ decoder: 'port', input: sent, kind: 'port', what: 'something was landed without a credential' });
    for (const way of ways) {
      const status = await goodRequest(options, way);
      goodRequests += 1;
      if (status === '200') continue;
      hangs += status === 'none' ? 1 : 0;
      const what = `a good request to ${way.path} is answered ${status}`;
      findings.push({ decoder: 'port', input: sent, kind: 'port', what });
    }
    if (sent % 5_000 === 0) log(`${sent} raw inputs sent`);
  }
  return { inputs: sent, byKind, byPath, answers, goodRequests, crashes: findings.length - hangs, hangs, findings };
}

async function goodRequest({ port, hangMs }: FuzzPort, way: Way): Promise<string> {
  // The server closes behind its answer, so that it is not waited for any longer.
  const good = toRequest({ ...way, headers: (given) => [...way.headers(given), 'connection: close'] }, way.credential);
  const text = await exchange(port, { parts: [good], then: 'wait' }, hangMs);
  return /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 'none';
}

/** What came back until the server closed or `waitMs` were over. Never rejects. */
async function exchange(
  port: number,
  { parts, then }: Pick<RawInput, 'parts' | 'then'>,
  waitMs: number,
): Promise<string> {
  const { promise: closed, resolve } = Promise.withResolvers<undefined>();
  let text = '';
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string | Buffer) => {
    if (text.length < 100_000) text += String(chunk);
  });
  socket.on('error', () => undefined);
  socket.on('end', () => socket.end());
  socket.once('close', () => resolve(undefined));
  for (const part of parts) {
    socket.write(part);
    if (parts.length > 1) await new Promise(setImmediate);
  }
  if (then === 'end') socket.end();
  if (then === 'cut') {
    await Promise.race([closed, sleep(5)]);
    socket.resetAndDestroy();
  }
  const over = new AbortController();
  await Promise.race([closed, sleep(waitMs, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
  socket.destroy();
  return text;
}
