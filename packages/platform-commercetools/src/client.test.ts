import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { call } from './call.ts';
import type { CommercetoolsClientSettings } from './client.ts';
import { clientOf, SECRET } from './testing/client.ts';
import { anOrder } from './testing/order.ts';
import { ctError, giveToken, html, inTurn, json, startServer } from './testing/server.ts';
import type { Reply, TestServer } from './testing/server.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

async function start(reply: Reply, token: Reply = giveToken(), settings: Partial<CommercetoolsClientSettings> = {}) {
  const server = await startServer(reply, token);
  const client = clientOf(server.url, settings);
  cleanup.push(
    () => client.close(),
    () => server.stop(),
  );
  const order = client.api.orders().withId({ ID: 'o-1' });
  const never = new AbortController().signal;
  const body = { version: 1, actions: [{ action: 'changeShipmentState', shipmentState: 'Ready' } as const] };
  return {
    server,
    read: (signal = never) => call(order.get(), { signal }),
    write: (signal = never) => call(order.post({ body }), { signal, write: true }),
  };
}

const failure = (result: Promise<unknown>) =>
  result.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  );
const ok = json(200, anOrder());
/** Headers and half a body, then nothing. */
const stall: Reply = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"id":');
};
const silence: Reply = () => undefined;
const reset: Reply = (_request, response) => void response.socket?.resetAndDestroy();
const cut: Reply = (_request, response) => {
  response.writeHead(200, { 'content-length': '1000' }).write('{"id":', () => response.socket?.destroy());
};

describe('tokens', () => {
  test('50 cold calls make one token request', async () => {
    const { server, read } = await start(ok);
    await Promise.all(Array.from({ length: 50 }, () => read()));
    expect(server.tokenRequests()).toHaveLength(1);
    expect(server.calls()).toHaveLength(50);
  });

  test('the token request has the credentials and the scope, the others the token', async () => {
    const { server, read } = await start(ok, giveToken(), { scope: 'manage_orders:shop  view_types:shop' });
    await read();
    const [token] = server.tokenRequests();
    expect(token?.headers.authorization).toBe(`Basic ${btoa(`client-1:${SECRET}`)}`);
    expect(new URLSearchParams(token?.body).get('scope')).toBe('manage_orders:shop view_types:shop');
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer token-1');
  });

  test('a token that is no longer accepted is replaced once, for all calls in flight', async () => {
    const needsSecond: Reply = (request, response) =>
      (request.headers.authorization === 'Bearer token-1' && server.calls().length > 1 ? stale : ok)(request, response);
    const stale = ctError(401, 'invalid_token');
    const { server, read, write } = await start((request, response) => needsSecond(request, response));
    await read();
    await write();
    expect(server.tokenRequests()).toHaveLength(2);
    await Promise.all([read(), write()]);
    expect(server.tokenRequests()).toHaveLength(2);
  });

  test('a new token that does not help either is an auth error, after one more try', async () => {
    const { server, read } = await start(ctError(401, 'invalid_token'));
    expect(await failure(read())).toMatchObject({ errorClass: 'auth', httpStatus: 401 });
    expect(await failure(read())).toMatchObject({ errorClass: 'auth', httpStatus: 401 });
    expect(server.tokenRequests()).toHaveLength(2);
    expect(server.calls()).toHaveLength(3);
  });

  test.each<[string, Reply, object]>([
    [
      'wrong credentials',
      json(401, { statusCode: 401, error: 'invalid_client', message: 'x' }),
      { errorClass: 'auth', code: 'token-refused' },
    ],
    ['a wrong scope', json(400, { error: 'invalid_scope' }), { errorClass: 'auth', code: 'token-refused' }],
    ['an outage', html(502), { errorClass: 'transient' }],
    ['a page of a proxy', html(403), { errorClass: 'transient' }],
    ['a page with 200', html(200), { errorClass: 'transient' }],
    ['an answer without a token', json(200, { expires_in: 1 }), { errorClass: 'transient' }],
    ['a limit', json(429, {}, { 'retry-after': '2' }), { errorClass: 'throttled', retryAfterMs: 2_000 }],
    ['a reset', reset, { errorClass: 'transient' }],
    ['a stall', stall, { errorClass: 'transient', code: 'token-timeout' }],
    ['silence', silence, { errorClass: 'transient', code: 'token-timeout' }],
  ])('a token request that ends in %s leaves a write certainly unsent', async (_what, token, expected) => {
    const { server, write } = await start(ok, token, { tokenTimeoutMs: 100 });
    expect(await failure(write())).toMatchObject({ ...expected, notSent: true });
    expect(server.calls()).toEqual([]);
  });

  test('a failed token request is not remembered', async () => {
    const { read } = await start(ok, inTurn(html(502), giveToken()));
    await failure(read());
    await expect(read()).resolves.toMatchObject({ version: 7 });
  });

  test('a caller that gives up does not take the token from the others', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const token: Reply = async (request, response) => {
      await held;
      await giveToken()(request, response);
    };
    const { server, read, write } = await start(ok, token);
    const impatient = new AbortController();
    const given = failure(write(impatient.signal));
    const patient = read();
    await expect.poll(() => server.tokenRequests().length).toBe(1);
    impatient.abort();
    expect(await given).toMatchObject({ errorClass: 'transient', code: 'aborted', notSent: true });
    release();
    await expect(patient).resolves.toMatchObject({ version: 7 });
    expect(server.calls()).toEqual(['GET /shop/orders/o-1']);
  });
});

describe('one call is one attempt', () => {
  test.each<[string, Reply, string]>([
    ['a page with 502', html(502), 'http-502'],
    ['503', ctError(503, 'OverCapacity'), 'OverCapacity'],
    ['500', ctError(500, 'General'), 'General'],
    ['a reset', reset, 'no-answer'],
    ['a body that is cut', cut, 'no-answer'],
    ['a page with 200', html(200), 'no-answer'],
    ['a stalled body', stall, 'timeout'],
    ['silence', silence, 'timeout'],
  ])('%s: transient for a read, unknown outcome for a write', async (_what, reply, code) => {
    const { server, read, write } = await start(reply, giveToken(), { requestTimeoutMs: 150 });
    expect(await failure(read())).toMatchObject({ errorClass: 'transient', code });
    expect(await failure(write())).toMatchObject({ errorClass: 'unknown-outcome', code, notSent: false });
    expect(server.calls()).toEqual(['GET /shop/orders/o-1', 'POST /shop/orders/o-1']);
  });

  test('a 409 is a conflict, and the update is not made again with another version', async () => {
    const errors = [{ code: 'ConcurrentModification', message: 'x', currentVersion: 5 }];
    const { server, write } = await start(json(409, { statusCode: 409, message: 'x', errors }));
    expect(await failure(write())).toMatchObject({ errorClass: 'conflict', code: 'ConcurrentModification' });
    expect(server.calls()).toEqual(['POST /shop/orders/o-1']);
  });

  test.each<[string, Reply]>([
    ['silence', silence],
    ['a stalled body', stall],
  ])('a signal ends %s before the deadline', async (_what, reply) => {
    const { server, read, write } = await start(reply);
    for (const [attempt, errorClass] of [
      [read, 'transient'],
      [write, 'unknown-outcome'],
    ] as const) {
      const caller = new AbortController();
      const seen = server.calls().length;
      const ended = failure(attempt(caller.signal));
      await expect.poll(() => server.calls().length).toBe(seen + 1);
      caller.abort();
      expect(await ended).toMatchObject({ errorClass, code: 'aborted' });
    }
  });

  test('a signal that has ended sends nothing, not even for a token', async () => {
    const { server, write } = await start(ok);
    expect(await failure(write(AbortSignal.abort()))).toMatchObject({ errorClass: 'transient', notSent: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toEqual([]);
  });

  test('a signal that has ended sends nothing with a token at hand either', async () => {
    const { server, read, write } = await start(ok);
    await read();
    expect(await failure(write(AbortSignal.abort()))).toMatchObject({ errorClass: 'transient', notSent: true });
    expect(server.calls()).toEqual(['GET /shop/orders/o-1']);
  });

  test('a refused connection is not sent, also for a write', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    await new Promise((resolve) => listener.close(resolve));
    const { write } = await start(ok, giveToken(), { apiUrl: `http://127.0.0.1:${port}` });
    expect(await failure(write())).toMatchObject({ errorClass: 'transient', code: 'unreachable', notSent: true });
  });

  test('a signal leaves no listener behind', async () => {
    const { read } = await start(ok);
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners += 1;
      addEventListener.apply(signal, args);
    };
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners -= 1;
      removeEventListener.apply(signal, args);
    };
    await Promise.all([read(signal), read(signal)]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(listeners).toBe(0);
  });
});

test('neither credentials nor bodies appear in any error', async () => {
  const quote: Reply = (request, response) =>
    ctError(400, 'InvalidField', `Header was ${request.headers.authorization}`)(request, response);
  const everything: [Reply, Reply][] = [
    [html(502), giveToken()],
    [reset, giveToken()],
    [cut, giveToken()],
    [stall, giveToken()],
    [html(200), giveToken()],
    [ctError(403, 'insufficient_scope'), giveToken()],
    [ctError(401, 'invalid_token'), giveToken()],
    [ctError(409, 'ConcurrentModification'), giveToken()],
    [quote, giveToken()],
    [ok, quote],
    [ok, json(401, { error: 'invalid_client', error_description: SECRET })],
    [ok, reset],
    [ok, html(200)],
  ];
  for (const [reply, token] of everything) {
    const { write } = await start(reply, token, { requestTimeoutMs: 100 });
    const error = await failure(write());
    const shown = `${JSON.stringify(error)} ${inspect(error, { depth: 20, showHidden: true, getters: true })} ${(error as Error).stack}`;
    for (const hidden of [SECRET, btoa(`client-1:${SECRET}`), 'token-1', 'token-2', 'erika', 'originalRequest'])
      expect(shown).not.toContain(hidden);
  }
});

test('what one caller is told does not depend on another: mixed answers side by side', async () => {
  const byId: Reply = (request, response) =>
    (request.path.endsWith('bad') ? ctError(404, 'ResourceNotFound') : ok)(request, response);
  const server: TestServer = await startServer(byId);
  const client = clientOf(server.url);
  cleanup.push(
    () => client.close(),
    () => server.stop(),
  );
  const { signal } = new AbortController();
  const ask = (ID: string) => call(client.api.orders().withId({ ID }).get(), { signal });
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, index) => ask(index % 2 ? 'bad' : 'good')));
  expect(results.map((each) => each.status)).toEqual(
    Array.from({ length: 20 }, (_, index) => (index % 2 ? 'rejected' : 'fulfilled')),
  );
});
