import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { PipelineError } from '@pipeline/streams';
import { send, sendRaw } from '@pipeline/service-kit/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { LandingServerOptions } from './landingServer.ts';
import { createRecentIds } from './recentIds.ts';
import { fixedSecrets } from './secrets/secretCheck.ts';
import { startLanding } from './testing/landing.ts';
import { createSecretTransport } from './transports/secretTransport.ts';
import type { PushTransport } from './transports/transport.ts';

const secret = 'correct-horse-battery-staple-0123456789';
const bearer = { authorization: `Bearer ${secret}` };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(
  options: Partial<LandingServerOptions> & Pick<NonNullable<Parameters<typeof startLanding>[1]>, 'toRecords'> = {},
  transport: PushTransport = createSecretTransport({ secrets: fixedSecrets(secret) }),
) {
  const landing = await startLanding(transport, options);
  closing.push(() => landing.server.close());
  return landing;
}

describe('a packed body', () => {
  test.each([
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['identity', (body: Buffer) => body],
  ])('lands unpacked, and the record does not say that it was: %s', async (encoding, pack) => {
    const { server, published } = await start();
    const body = randomBytes(50_000);
    const answer = await send(server.url, { headers: { ...bearer, 'content-encoding': encoding }, body: pack(body) });
    expect(answer.status).toBe(200);
    expect(published[0]?.value.equals(body)).toBe(true);
    expect(published[0]?.headers).not.toHaveProperty('content-encoding');
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('that would be larger than a body may be gets 413 and nothing lands: %s', async (encoding, pack) => {
    const { server, published, heard } = await start();
    const bomb = pack(Buffer.alloc(64 * 1_024 * 1_024));
    expect(bomb.length).toBeLessThan(100_000);
    const answer = await send(server.url, { headers: { ...bearer, 'content-encoding': encoding }, body: bomb });
    expect([answer.status, published.length, heard]).toEqual([413, 0, ['too-large']]);
  });

  test.each(['zstd', 'gzip, gzip', 'compress', 'x'])('of a kind that we do not know gets 415: %s', async (encoding) => {
    const { server, heard } = await start();
    const answer = await send(server.url, { headers: { ...bearer, 'content-encoding': encoding }, body: 'x' });
    expect([answer.status, heard]).toEqual([415, ['unsupported-encoding']]);
    expect((await send(server.url, { headers: { 'content-encoding': encoding }, body: 'x' })).status).toBe(401);
  });

  test('that is not packed as it says lands as it came: it would be repeated for days', async () => {
    const { server, published } = await start();
    for (const body of [Buffer.from('{}'), gzipSync('{"a":1}').subarray(0, 12)]) {
      const answer = await send(server.url, { headers: { ...bearer, 'content-encoding': 'gzip' }, body });
      expect(answer.status).toBe(200);
      expect(published.at(-1)?.value.equals(body)).toBe(true);
      expect(published.at(-1)?.headers['content-encoding']).toBe('gzip');
    }
  });
});

describe('a batch', () => {
  test('becomes records of their own, with ids of their own, answered once all are written', async () => {
    const calls: number[] = [];
    const { server, heard } = await start({
      toRecords: (body) => [0, 1, 2].map((at) => ({ key: `k${at}`, value: body.subarray(at, at + 1), id: `i${at}` })),
      publish: async (messages) => {
        calls.push(messages.length);
        expect(messages.map(({ key, value }) => `${key}${value.toString()}`)).toEqual(['k0a', 'k1b', 'k2c']);
        expect(new Set(messages.map(({ headers }) => headers['ce_id'])).size).toBe(3);
      },
    });
    expect((await send(server.url, { headers: bearer, body: 'abc' })).status).toBe(200);
    expect([calls, heard]).toEqual([[3], ['landed 3']]);
  });

  test.each([
    [
      'the reader throws',
      () => {
        throw new Error('no');
      },
    ],
    ['the reader finds nothing', () => []],
  ])('lands whole when %s', async (_why, toRecords) => {
    const { server, published } = await start({ toRecords });
    expect((await send(server.url, { headers: bearer, body: '[1,2]' })).status).toBe(200);
    expect(published.map(({ key, value }) => [key, value.toString()])).toEqual([[null, '[1,2]']]);
  });
});

describe('what does not fit its topic', () => {
  test('gets 503, since a raised limit mends it and some senders take 413 for an end', async () => {
    const error = new PipelineError('permanent', 'message-too-large', 'larger than the topic takes');
    const { server, heard } = await start({ publish: () => Promise.reject(error) });
    expect((await send(server.url, { headers: bearer, body: 'x' })).status).toBe(503);
    expect(heard).toEqual(['topic-too-small']);
  });
});

describe('a body that nobody has vouched for', () => {
  const withHandshake: PushTransport = {
    admit: () => 'admitted',
    handshake: ({ headers }) => (headers['x-origin'] === 'known' ? { 'x-allowed': 'known' } : undefined),
  };

  /** Announces a body, sends nothing of it, and resolves with the answer: it must not be waited for. */
  const announce = (port: number, line: string, more = '') =>
    sendRaw(port, `${line} HTTP/1.1\r\nHost: x\r\n${more}Content-Length: 1000000\r\n\r\n`);

  test.each([
    ['POST /elsewhere', 404],
    ['PUT /hook', 405],
    ['DELETE /hook', 405],
    ['OPTIONS /hook', 405],
    ['POST /hook', 401],
  ])('is not read: %s', async (line, status) => {
    const { server } = await start();
    const answer = await announce(server.port, line);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer.toLowerCase()).toContain('connection: close');
  });

  test('is not read with a handshake either, granted or not', async () => {
    const { server } = await start({}, withHandshake);
    expect(await announce(server.port, 'OPTIONS /hook', 'x-origin: known\r\n')).toContain('HTTP/1.1 200 ');
    expect(await announce(server.port, 'OPTIONS /hook')).toContain('HTTP/1.1 401 ');
    expect(await announce(server.port, 'GET /hook')).toMatch(/405 [^]*allow: POST, OPTIONS/);
  });
});

describe('the time for an answer', () => {
  test('may be shorter for a path', async () => {
    const { server, heard } = await start({
      publish: () => new Promise(() => undefined),
      endpoints: [
        {
          path: '/hasty',
          transport: createSecretTransport({ secrets: fixedSecrets(secret) }),
          toRecords: (value) => [{ key: null, value, id: null }],
          answerTimeoutMs: 50,
        },
      ],
    });
    expect((await send(server.url, { headers: bearer, body: 'x' })).status).toBe(503);
    expect(heard).toEqual(['publish-timeout']);
  });
});

describe('requests that are no such', () => {
  test.each([
    ['headers without end', `POST /hook HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['a line break in a header', `POST /hook HTTP/1.1\r\nHost: x\r\nX-A: b\nX-B: c\r\n\r\n`, 400],
    ['a NUL in a header', `POST /hook HTTP/1.1\r\nHost: x\r\nX-A: b\0c\r\n\r\n`, 400],
    ['two lengths', 'POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'a length and chunks',
      'POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    [
      'trailers without end',
      `POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
    ],
    ['no headers but very many', `POST /hook HTTP/1.1\r\nHost: x\r\n${'a:\r\n'.repeat(6_000)}\r\n`, 431],
    ['no HTTP', '\x16\x03\x01\x02\x00', 400],
  ])('%s are refused and the connection is closed', async (_what, text, status) => {
    const { server, published } = await start();
    const answer = await sendRaw(server.port, text.replace('Host: x', `Host: x\r\nAuthorization: Bearer ${secret}`));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).not.toMatch(/\bat .*\.ts|node_modules|Error:/);
    expect(published).toEqual([]);
  });

  test('what senders write into headers does not come out in others', async () => {
    const { server, published } = await start();
    const headers = { ...bearer, traceparent: 'x\ty', 'content-type': 'a\u00e9b' };
    expect((await send(server.url, { headers, body: '{}' })).status).toBe(200);
    expect(published[0]?.headers['content-type']).toBe('application/json');
    expect(published[0]?.headers['traceparent']).toMatch(/^00-/);
  });

  test('connections over the limit are closed, and those below it go on', async () => {
    const { server } = await start({ maxConnections: 1 });
    const first = connect(server.port, '127.0.0.1');
    await new Promise((resolve) => first.once('connect', resolve));
    await expect(send(server.url, { headers: bearer, body: '{}' })).rejects.toThrow();
    const head = `POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 2\r\n\r\n{}`;
    const answer = await new Promise<string>((resolve) => {
      first.once('data', (chunk) => resolve(chunk.toString()));
      first.write(head);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    first.destroy();
  });

  test('a sender that goes away while it is being judged takes no place', async () => {
    const judging: (() => void)[] = [];
    const admit = () => new Promise<'admitted'>((resolve) => void judging.push(() => resolve('admitted')));
    const { server, published } = await start({ maxInFlight: 1 }, { admit });
    const socket = connect(server.port, '127.0.0.1');
    socket.write('POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}');
    await vi.waitFor(() => expect(judging).toHaveLength(1));
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await gone;
    await new Promise((resolve) => setTimeout(resolve, 50));
    judging[0]?.();
    const other = send(server.url, { body: '{}' });
    await vi.waitFor(() => expect(judging).toHaveLength(2));
    judging[1]?.();
    expect([(await other).status, published.length]).toEqual([200, 1]);
    await vi.waitFor(() => expect(server.inFlight()).toBe(0));
  });

  test('a transport that fails is answered without its words', async () => {
    const transport: PushTransport = {
      admit: () => 'admitted',
      receive: () => Promise.reject(new Error('secret words')),
    };
    const { server } = await start({}, transport);
    const answer = await send(server.url, { body: '{}' });
    expect([answer.status, answer.body]).toEqual([503, '{"error":"try again"}']);
  });
});

test('a slow body leaves less time for the broker: the sender waits for both', async () => {
  const publish = () => new Promise<void>((resolve) => void setTimeout(resolve, 60));
  const { server, heard } = await start({ answerTimeoutMs: 150, publish });
  const socket = connect(server.port, '127.0.0.1');
  const answered = new Promise<string>((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())));
  socket.write(`POST /hook HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${secret}\r\nContent-Length: 2\r\n\r\n{`);
  await vi.waitFor(() => expect(server.inFlight()).toBe(1));
  await new Promise((resolve) => setTimeout(resolve, 200));
  socket.write('}');
  expect(await answered).toMatch(/^HTTP\/1\.1 503 /);
  expect(heard).toEqual(['publish-timeout']);
  socket.destroy();
});

test('ids are remembered for long enough, and not without end', () => {
  const recent = createRecentIds(100);
  const seen = Array.from({ length: 1_000 }, (_, index) => recent.add(`id-${index}`));
  expect(seen.every((each) => !each)).toBe(true);
  expect([recent.add('id-999'), recent.add('id-960'), recent.add('id-1')]).toEqual([true, true, false]);
});
