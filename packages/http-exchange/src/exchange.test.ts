import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { CutAnswer, exchange, NotSent, toText } from './exchange.ts';
import { inflate } from './inflate.ts';
import { type Reply, startServer } from './testing/server.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

async function ask(
  reply: Reply,
  { signal = new AbortController().signal, body = undefined as string | undefined } = {},
) {
  const server = await startServer(reply);
  const agent = new Agent({ connections: 1 });
  cleanup.push(
    () => agent.close(),
    () => server.stop(),
  );
  const request = { origin: server.url, path: '/orders?a=b', method: 'POST', headers: { 'x-one': '1' }, body };
  return { server, answer: exchange(agent, request, signal) };
}

const encoded =
  (encoding: string, bytes: Buffer): Reply =>
  (_request, response) =>
    void response.writeHead(200, { 'content-encoding': encoding }).end(bytes);
const text = JSON.stringify({ id: 'o-1', name: 'Bär 🐻' });

describe('an answer', () => {
  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', Buffer.from(text)],
    ['deflate, gzip', gzipSync(deflateSync(text))],
  ])('that is encoded with %s is read as what it stands for', async (encoding, bytes) => {
    const { answer } = await ask(encoded(encoding, bytes));
    expect(toText((await answer).body)).toBe(text);
  });

  test.each([
    ['is cut', 'gzip', gzipSync(text).subarray(0, 20)],
    ['is no gzip', 'gzip', Buffer.from(text)],
    ['is encoded as nobody asked for', 'zstd', Buffer.from(text)],
  ])('that %s is none', async (_what, encoding, bytes) => {
    const { answer } = await ask(encoded(encoding, bytes));
    await expect(answer).rejects.toThrow(CutAnswer);
  });

  test('that is cut tells its status', async () => {
    const { answer } = await ask((_request, response) => {
      response.writeHead(409, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    });
    await expect(answer).rejects.toMatchObject({ head: { status: 409 }, cause: { code: 'UND_ERR_SOCKET' } });
  });

  test('that never came has no status', async () => {
    const { answer } = await ask((_request, response) => void response.destroy());
    const failure: unknown = await answer.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UND_ERR_SOCKET' });
    expect(failure).not.toBeInstanceOf(CutAnswer);
  });

  test('without a body is empty, whatever its encoding says', async () => {
    const { answer } = await ask(encoded('gzip', Buffer.alloc(0)));
    expect(await answer).toMatchObject({ status: 200, body: Buffer.alloc(0) });
  });

  test('in many pieces is put together, also within a character', async () => {
    const { answer } = await ask((_request, response) => {
      for (const byte of Buffer.from(text)) response.write(Buffer.of(byte));
      response.end();
    });
    expect(toText((await answer).body)).toBe(text);
  });

  test('of any status is an answer, a redirect too', async () => {
    const { answer, server } = await ask((_request, response) => void response.writeHead(307, { location: '/' }).end());
    expect(await answer).toMatchObject({ status: 307, headers: { location: '/' } });
    expect(server.requests).toHaveLength(1);
  });

  test('comes to a request that has its body, its headers, and asks for gzip', async () => {
    const { answer, server } = await ask((_request, response) => void response.end('ok'), { body: '{"a":"ü"}' });
    await answer;
    expect(server.requests[0]).toMatchObject({ body: '{"a":"ü"}', path: '/orders' });
    expect(server.requests[0]?.headers).toMatchObject({
      'x-one': '1',
      'accept-encoding': 'gzip',
      'content-length': '10',
    });
  });
});

test('a small answer that becomes too large is none', () => {
  const bomb = gzipSync(Buffer.alloc(100_000));
  expect(bomb.length).toBeLessThan(1_000);
  expect(() => inflate(bomb, 'gzip', 10_000)).toThrow(RangeError);
  expect(inflate(bomb, 'gzip', 100_000)).toHaveLength(100_000);
});

test('a request that waits for a connection ends with its signal, and is not sent', async () => {
  const server = await startServer((request, response) => {
    if (request.path === '/second') response.end();
  });
  const agent = new Agent({ connections: 1 });
  cleanup.push(
    () => agent.destroy(),
    () => server.stop(),
  );
  const request = { origin: server.url, method: 'GET', headers: {} };
  const first = new AbortController();
  const blocking = exchange(agent, { ...request, path: '/first' }, first.signal).catch((error: unknown) => error);
  await expect.poll(() => server.requests.length).toBe(1);
  const given = new AbortController();
  const waiting = exchange(agent, { ...request, path: '/given-up' }, given.signal);
  given.abort();
  await expect(waiting).rejects.toThrow();
  first.abort();
  expect(await blocking).toBeInstanceOf(Error);
  await exchange(agent, { ...request, path: '/second' }, new AbortController().signal);
  expect(server.requests.map(({ path }) => path)).toEqual(['/first', '/second']);
});

test('a request is not sent that was not to be sent any more when its connection was there', async () => {
  const server = await startServer((_request, response) => void response.end());
  const agent = new Agent({ connections: 1 });
  cleanup.push(
    () => agent.close(),
    () => server.stop(),
  );
  const { signal } = new AbortController();
  const request = { origin: server.url, method: 'POST', headers: {}, body: '{}' };
  let asked = 0;
  const late = exchange(agent, { ...request, path: '/late', maySend: () => ++asked > 1 }, signal);
  expect(asked).toBe(0);
  await expect(late).rejects.toThrow(NotSent);
  await exchange(agent, { ...request, path: '/in-time', maySend: () => true }, signal);
  expect([asked, server.requests.map(({ path }) => path)]).toEqual([1, ['/in-time']]);
});
