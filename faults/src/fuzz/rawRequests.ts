import fc from 'fast-check';
import type { Random } from '../world/random.ts';
import { draws } from './draws.ts';
import type { FuzzInput } from './inputs.ts';
import { mutateBytes } from './mutate.ts';
import type { Way } from './ways.ts';

/** Bytes for a port, and how they are brought there. */
export interface RawInput {
  readonly kind: RawKind;
  /** Written one after another. */
  readonly parts: readonly Buffer[];
  /** Then: half-closed, cut, or kept open for an answer. */
  readonly then: 'end' | 'cut' | 'wait';
  readonly path: string;
  /** The credential is nowhere in it: nothing of it may be landed. */
  readonly unauthorized: boolean;
}

export const rawKinds = ['noise', 'mutated', 'bodies', 'smuggling', 'chunks', 'heads', 'partial', 'pipelined'] as const;
export type RawKind = (typeof rawKinds)[number];

/** A request that lands, or one with another credential. */
export function toRequest(
  { path, headers, body }: Way,
  credential: string,
  content: string | Buffer = body(credential),
) {
  const bytes = Buffer.from(content);
  const lines = [`POST ${path} HTTP/1.1`, 'host: a', ...headers(credential), `content-length: ${bytes.length}`, '', ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n')), bytes]);
}

/** Raw bytes for any of the ways, as fast-check draws them; `bodies`: what comes with the credential. */
export function rawInputs(ways: readonly Way[], bodies: fc.Arbitrary<FuzzInput>): fc.Arbitrary<RawInput> {
  return fc.constantFrom(...ways).chain((way) => {
    const { path, credential } = way;
    const wrong = 'w'.repeat(credential.length);
    const post = (given: string): string => toRequest(way, given).toString();
    const either = (random: Random): string => (random.next() < 0.5 ? credential : wrong);
    const drawn = (make: (random: Random) => string | Buffer) => draws.map(make);
    const makers: Readonly<Record<RawKind, fc.Arbitrary<string | Uint8Array>>> = {
      noise: fc.uint8Array({ minLength: 1, maxLength: 2_000, size: 'max' }),
      mutated: drawn((random) => mutateBytes(random, toRequest(way, either(random)))),
      bodies: bodies
        .filter(({ bytes }) => bytes.length < 100_000)
        .map(({ bytes }) => toRequest(way, credential, bytes)),
      smuggling: drawn((random) => smuggle(random, { path, wrong, inner: post(wrong) })),
      chunks: drawn((random) => chunks(random, path, way.headers(either(random)))),
      heads: drawn((random) => heads(random, path, wrong)),
      partial: drawn((random) => {
        const whole = post(either(random));
        return whole.slice(0, random.between(1, whole.length - 1));
      }),
      pipelined: drawn((random) => Array.from({ length: random.between(2, 20) }, () => post(either(random))).join('')),
    };
    const kinds = fc.oneof(...rawKinds.map((kind) => makers[kind].map((made) => ({ kind, bytes: Buffer.from(made) }))));
    return fc.tuple(kinds, draws).map(([{ kind, bytes }, random]) => {
      const cuts = Array.from({ length: random.between(0, 3) }, () => random.between(0, bytes.length));
      const ends = [...cuts.sort((a, b) => a - b), bytes.length];
      const parts = ends.map((to, index) => bytes.subarray(ends[index - 1] ?? 0, to));
      const then: RawInput['then'] =
        kind === 'partial' ? random.pick(['end', 'cut']) : random.pick(['end', 'cut', 'wait']);
      return { kind, path, parts, then, unauthorized: !bytes.includes(credential) };
    });
  });
}

interface Smuggle {
  readonly path: string;
  readonly wrong: string;
  /** A whole request, without the secret. */
  readonly inner: string;
}

/** Two readers may not take one request for different ones: lengths that contradict each other, and their spellings. */
function smuggle(random: Random, { path, wrong, inner }: Smuggle): string {
  const lengths: readonly [readonly string[], ...(readonly string[])[]] = [
    ['content-length: 5', 'transfer-encoding: chunked'],
    ['transfer-encoding: chunked', 'content-length: 0'],
    ['content-length: 0', 'content-length: 70'],
    ['content-length: 0, 70'],
    ['content-length: +70'],
    ['content-length: -1'],
    ['content-length: 0x46'],
    ['content-length: 99999999999999999999'],
    ['content-length : 0'],
    ['transfer-encoding: xchunked'],
    ['transfer-encoding: chunked, identity'],
    ['transfer-encoding : chunked'],
    ['Transfer-Encoding: chunked', 'Transfer-encoding: x'],
    ['transfer-encoding:\tchunked'],
    ['x: y\ntransfer-encoding: chunked'],
    ['x: y\rtransfer-encoding: chunked'],
    [' transfer-encoding: chunked'],
    ['content-length: 0\u0000'],
    ['upgrade: h2c', 'connection: upgrade, http2-settings', 'content-length: 0'],
    ['expect: 100-continue', 'content-length: 0'],
  ];
  const token = random.next() < 0.5 ? `authorization: Bearer ${wrong}` : 'x-api-key: none';
  return [`POST ${path} HTTP/1.1`, 'host: a', token, ...random.pick(lengths), '', `0\r\n\r\n${inner}`].join('\r\n');
}

function chunks(random: Random, path: string, lines: readonly string[]): string {
  const head = [`POST ${path} HTTP/1.1`, 'host: a', ...lines, 'transfer-encoding: chunked', '', ''].join('\r\n');
  const sizes = [
    '5',
    '0',
    'FFFFFFFF',
    '-1',
    'g',
    '',
    ' 5',
    '5;x=y',
    `5;${'x'.repeat(20_000)}`,
    '00000000000000000005',
    '7fffffffffffffff',
  ] as const;
  const parts = Array.from({ length: random.between(1, 6) }, () => `${random.pick(sizes)}\r\nabcde\r\n`);
  return `${head}${parts.join('')}${random.next() < 0.5 ? '0\r\n\r\n' : '0\r\nx: y\r\ncontent-length: 4\r\n\r\nPOST'}`;
}

/** Request lines and headers that are none, too many, or too long. */
function heads(random: Random, path: string, wrong: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `POST ${path} HTTP/2.0`,
    `POST ${path} HTTP/0.9`,
    `POST ${path}`,
    'PRI * HTTP/2.0',
    `POST http://127.0.0.1${path} HTTP/1.1`,
    `POST //${path} HTTP/1.1`,
    `POST ${path}/../..${path} HTTP/1.1`,
    `POST ${path}?token=${'%'.repeat(random.between(1, 50))} HTTP/1.1`,
    `POST ${path}%00 HTTP/1.1`,
    `POST /${'a'.repeat(random.between(1, 30_000))} HTTP/1.1`,
    'OPTIONS * HTTP/1.1',
    `OPTIONS ${path} HTTP/1.1`,
    'CONNECT 127.0.0.1:22 HTTP/1.1',
    `TRACE ${path} HTTP/1.1`,
    `\r\n\r\nPOST ${path} HTTP/1.1`,
    `post ${path} http/1.1`,
  ] as const;
  const headers = [
    'host: a',
    'host: b',
    `authorization: Bearer ${wrong}`,
    'authorization: Bearer',
    `authorization: Basic ${'A'.repeat(random.between(1, 5_000))}`,
    `cookie: ${'c'.repeat(random.between(1, 40_000))}`,
    'content-type: \u00ff\u0001',
    'content-encoding: gzip, gzip, br',
    'expect: something',
    'connection: close, keep-alive, upgrade',
    'webhook-request-origin: eventgrid.azure.net.evil.example',
    'aeg-event-type: SubscriptionValidation',
    'x-amz-sns-rawdelivery: true',
    '__proto__: x',
    'constructor: x',
    ': empty',
    'no colon',
    `x-${'n'.repeat(random.between(1, 300))}: v`,
    'content-length: 3',
  ] as const;
  const many = random.next() < 0.1 ? 3_000 : random.between(0, 12);
  const chosen = Array.from({ length: many }, () => random.pick(headers));
  return `${random.pick(lines)}\r\n${chosen.map((line) => `${line}\r\n`).join('')}\r\nabc`;
}
