import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { failureOf } from '../testing/samples.ts';
import {
  type Respond,
  cutBody,
  json,
  reset,
  silence,
  stalledBody,
  startScriptedServer,
  text,
} from '../testing/scriptedServer.ts';
import { type TokenSource, createTokenSource } from '../tokenSource.ts';
import { type CallRequest, createFulfillmenttoolsClient } from './client.ts';

/** Gives out t1, and the next one after each that is invalidated. */
function countingTokens(): TokenSource & { readonly invalidated: string[] } {
  const invalidated: string[] = [];
  return {
    invalidated,
    getToken: async () => `t${invalidated.length + 1}`,
    invalidate: (token) => void invalidated.push(token),
  };
}

async function setUp(...script: readonly [Respond, ...Respond[]]) {
  const server = await startScriptedServer(...script);
  const tokenSource = countingTokens();
  const client = createFulfillmenttoolsClient({ baseUrl: `${server.url}/`, tokenSource });
  return {
    server,
    tokenSource,
    client,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await client.close();
    },
  };
}

const forever = () => new AbortController().signal;
const read = (over: Partial<CallRequest> = {}): CallRequest => ({
  method: 'GET',
  path: '/api/orders/1',
  signal: forever(),
  write: false,
  ...over,
});
const write = (over: Partial<CallRequest> = {}): CallRequest => ({
  method: 'POST',
  path: '/api/orders',
  body: { consumer: { firstName: 'Ada-personal' } },
  signal: forever(),
  write: true,
  ...over,
});
const apiError = [{ summary: 'Not valid', description: 'street is empty' }, { summary: 'Second' }];

describe('a call', () => {
  test('sends the token, the path below the base URL, and every query value intact', async () => {
    await using it = await setUp(json(200, { ok: true }));
    const tenantOrderId = 'A&size=1 100% #?/+ü';
    const answer = await it.client.call(read({ path: '/api/orders', query: { tenantOrderId, size: 5 } }));
    expect(answer).toEqual({ status: 200, body: { ok: true } });
    const [arrival] = it.server.arrivals;
    const url = new URL(arrival?.url ?? '', it.server.url);
    expect(url.pathname).toBe('/api/orders');
    expect([...url.searchParams]).toEqual([
      ['tenantOrderId', tenantOrderId],
      ['size', '5'],
    ]);
    expect(arrival?.headers.authorization).toBe('Bearer t1');
  });

  test.each(['', '/', '/prefix', '/prefix/'])('appends the path to a base URL that ends in "%s"', async (end) => {
    await using it = await setUp(json(200, {}));
    const client = createFulfillmenttoolsClient({ baseUrl: `${it.server.url}${end}`, tokenSource: countingTokens() });
    await client.call(read());
    await client.close();
    expect(it.server.arrivals[0]?.url).toBe(`${end.replace(/\/$/, '')}/api/orders/1`);
  });

  describe('of which a part is read', () => {
    const reads = new Map([['id', 'whole' as const]]);
    const ask = async (...script: readonly [Respond]) => {
      await using it = await setUp(...script);
      return await it.client.call(read({ reads }));
    };

    test('gives that part', async () => {
      expect(await ask(json(200, { id: '1', other: 2 }))).toEqual({ status: 200, body: { id: '1' } });
    });

    test('gives what else it is, when it is no object', async () => {
      expect(await ask(json(200, [{ id: '1', other: 2 }]))).toEqual({ status: 200, body: [{ id: '1', other: 2 }] });
    });

    test('is broken when any of it is', async () => {
      const error = await failureOf(() => ask(text(200, '{"id":"1","other":tru}')));
      expect(error).toMatchObject({ code: 'provider-answer-broken' });
    });

    test('is read whole when it says why not', async () => {
      const error = await failureOf(() => ask(json(400, { error: { message: 'no such thing' } })));
      expect(error.message).toContain('no such thing');
    });
  });

  test('sends a body as JSON', async () => {
    await using it = await setUp(json(201, {}));
    await it.client.call(write({ body: { a: 'ü' } }));
    expect(it.server.arrivals[0]).toMatchObject({ method: 'POST', body: '{"a":"ü"}' });
    expect(it.server.arrivals[0]?.headers['content-type']).toBe('application/json');
  });

  test('takes any 2xx, also one without a body', async () => {
    await using it = await setUp((response) => response.writeHead(204).end());
    expect(await it.client.call(write())).toEqual({ status: 204, body: undefined });
  });
});

describe('a 401', () => {
  test('costs one new token and one retry, also for a write', async () => {
    await using it = await setUp(json(401, []), json(201, { id: '1' }));
    expect(await it.client.call(write())).toMatchObject({ status: 201 });
    expect(it.tokenSource.invalidated).toEqual(['t1']);
    expect(it.server.arrivals.map((arrival) => arrival.headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
    expect(it.server.arrivals[1]?.body).toBe(it.server.arrivals[0]?.body);
  });

  test('that comes again is an auth error without effect after exactly two tries, and no call is made with either token', async () => {
    await using it = await setUp(json(401, []));
    const error = await failureOf(() => it.client.call(write()));
    expect(error).toMatchObject({ errorClass: 'auth', code: 'provider-unauthorized', notSent: true, httpStatus: 401 });
    expect(error.message).toContain('FFT_API_USER or FFT_IDP_CLIENT_ID');
    expect(it.server.arrivals.map((arrival) => arrival.headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
    expect(it.tokenSource.invalidated).toEqual(['t1', 't2']);
  });

  test('does not hide what the second try says', async () => {
    await using it = await setUp(json(401, []), text(502, '<html>'));
    expect(await failureOf(() => it.client.call(write()))).toMatchObject({ errorClass: 'unknown-outcome' });
  });
});

const later = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toUTCString();

test.each<{ name: string; respond: Respond; read: object; write: object }>([
  {
    name: '429 with seconds',
    respond: json(429, [], { 'retry-after': '7' }),
    read: { errorClass: 'throttled', retryAfterMs: 7_000 },
    write: { errorClass: 'throttled', retryAfterMs: 7_000, notSent: true },
  },
  {
    name: '429 with an HTTP date',
    respond: json(429, [], { 'retry-after': later(9), date: later(0) }),
    read: { errorClass: 'throttled', retryAfterMs: 9_000 },
    write: { errorClass: 'throttled', retryAfterMs: 9_000, notSent: true },
  },
  {
    name: '429 without Retry-After',
    respond: json(429, []),
    read: { errorClass: 'throttled', retryAfterMs: undefined },
    write: { errorClass: 'throttled', notSent: true },
  },
  {
    name: '429 that asks for a day',
    respond: json(429, [], { 'retry-after': '86400' }),
    read: { errorClass: 'throttled', retryAfterMs: 300_000 },
    write: { errorClass: 'throttled', retryAfterMs: 300_000 },
  },
  {
    name: '503 with Retry-After',
    respond: json(503, [], { 'retry-after': '3' }),
    read: { errorClass: 'throttled', retryAfterMs: 3_000 },
    write: { errorClass: 'unknown-outcome', retryAfterMs: 3_000, notSent: false },
  },
  {
    name: '503',
    respond: json(503, []),
    read: { errorClass: 'transient' },
    write: { errorClass: 'unknown-outcome' },
  },
  {
    name: '408',
    respond: json(408, []),
    read: { errorClass: 'transient' },
    write: { errorClass: 'unknown-outcome', notSent: false },
  },
  {
    name: 'a 502 in HTML',
    respond: text(502, '<html>Bad gateway</html>'),
    read: { errorClass: 'transient', httpStatus: 502 },
    write: { errorClass: 'unknown-outcome', httpStatus: 502 },
  },
  {
    name: 'a 200 in HTML',
    respond: text(200, '<html>Maintenance</html>'),
    read: { errorClass: 'transient', code: 'provider-answer-broken' },
    write: { errorClass: 'unknown-outcome', code: 'provider-answer-broken' },
  },
  {
    name: 'a redirect',
    respond: text(302, '', { location: 'https://elsewhere.example' }),
    read: { errorClass: 'transient' },
    write: { errorClass: 'unknown-outcome' },
  },
  {
    name: 'a reset before the headers',
    respond: reset,
    read: { errorClass: 'transient', code: 'provider-connection-lost' },
    write: { errorClass: 'unknown-outcome', notSent: false },
  },
  {
    name: 'a cut body',
    respond: cutBody(201),
    read: { errorClass: 'transient' },
    write: { errorClass: 'unknown-outcome' },
  },
  {
    name: 'a cut 400',
    respond: cutBody(400),
    read: { errorClass: 'transient' },
    write: { errorClass: 'unknown-outcome' },
  },
  {
    name: '403',
    respond: json(403, [{ summary: 'Permission ORDER_WRITE is missing' }]),
    read: { errorClass: 'auth', message: expect.stringContaining('ORDER_WRITE') },
    write: { errorClass: 'auth', code: 'provider-forbidden', notSent: true },
  },
  {
    name: '404',
    respond: json(404, [{ summary: 'No such order' }]),
    read: { errorClass: 'gone' },
    write: { errorClass: 'gone' },
  },
  {
    name: '404 without a body',
    respond: text(404, ''),
    read: { errorClass: 'gone' },
    write: { errorClass: 'gone' },
  },
  {
    name: 'a 404 in HTML, which is not the API speaking',
    respond: text(404, '<html>'),
    read: { errorClass: 'transient', message: expect.stringContaining('FFT_BASE_URL') },
    write: { errorClass: 'unknown-outcome' },
  },
  {
    name: '409 with a version',
    respond: json(409, [{ summary: 'Old', version: 4, requestVersion: 3 }]),
    read: { errorClass: 'conflict' },
    write: { errorClass: 'conflict', code: 'provider-conflict' },
  },
  {
    name: '409 without a version',
    respond: json(409, [{ summary: 'Exists' }]),
    read: { errorClass: 'permanent' },
    write: { errorClass: 'permanent', httpStatus: 409 },
  },
  {
    name: '400',
    respond: json(400, apiError),
    read: { errorClass: 'permanent' },
    write: {
      errorClass: 'permanent',
      code: 'provider-refused',
      message: expect.stringContaining('Not valid: street is empty; Second'),
    },
  },
  {
    name: 'a 422 in HTML',
    respond: text(422, '<html>'),
    read: { errorClass: 'permanent' },
    write: { errorClass: 'permanent', httpStatus: 422 },
  },
])('$name is told apart for reads and writes, and no call is repeated', async ({ respond, ...expected }) => {
  await using it = await setUp(respond);
  expect(await failureOf(() => it.client.call(read()))).toMatchObject(expected.read);
  const error = await failureOf(() => it.client.call(write()));
  expect(error).toMatchObject(expected.write);
  expect(error.stage).toBe('call');
  expect(error.message).not.toContain('Ada-personal');
  expect(it.server.arrivals).toHaveLength(2);
});

describe('a deadline', () => {
  test.each([
    ['no answer', silence],
    ['a body that stalls', stalledBody(201)],
    ['an error body that stalls', stalledBody(400)],
  ])('ends a call that gets %s', async (_name, respond) => {
    await using it = await setUp(respond);
    for (const [request, errorClass] of [
      [read, 'transient'],
      [write, 'unknown-outcome'],
    ] as const) {
      const deadline = new AbortController();
      const failure = failureOf(() => it.client.call(request({ signal: deadline.signal })));
      const before = it.server.arrivals.length;
      await expect.poll(() => it.server.arrivals.length).toBeGreaterThan(before);
      deadline.abort();
      expect(await failure).toMatchObject({ errorClass, code: 'provider-timeout', notSent: false });
    }
  });

  test('that has passed before anything was sent leaves even a write without effect', async () => {
    await using it = await setUp(json(201, {}));
    const error = await failureOf(() => it.client.call(write({ signal: AbortSignal.abort() })));
    expect(error).toMatchObject({ errorClass: 'transient', notSent: true });
    expect(it.server.arrivals).toHaveLength(0);
  });

  test('that passes while a token is fetched sends nothing', async () => {
    await using it = await setUp(json(201, {}));
    const deadline = new AbortController();
    const tokenSource: TokenSource = {
      async getToken() {
        deadline.abort();
        return 'late';
      },
      invalidate() {},
    };
    const client = createFulfillmenttoolsClient({ baseUrl: it.server.url, tokenSource });
    const error = await failureOf(() => client.call(write({ signal: deadline.signal })));
    await client.close();
    expect(error).toMatchObject({ errorClass: 'transient', notSent: true });
    expect(it.server.arrivals).toHaveLength(0);
  });

  test('of the client ends a call whose signal never aborts', async () => {
    await using it = await setUp(silence);
    const client = createFulfillmenttoolsClient({
      baseUrl: it.server.url,
      tokenSource: countingTokens(),
      requestTimeoutMs: 50,
    });
    expect(await failureOf(() => client.call(write()))).toMatchObject({ errorClass: 'unknown-outcome' });
    await client.close();
  });
});

describe('a connection that never came about', () => {
  test('leaves even a write certainly unsent when it is refused', async () => {
    const closed = await startScriptedServer(silence);
    await closed[Symbol.asyncDispose]();
    const client = createFulfillmenttoolsClient({ baseUrl: closed.url, tokenSource: countingTokens() });
    const error = await failureOf(() => client.call(write()));
    await client.close();
    expect(error).toMatchObject({ errorClass: 'transient', code: 'provider-unreachable', notSent: true });
  });
});

test('fifty calls of a cold start share one sign-in', async () => {
  await using auth = await startScriptedServer(json(200, { idToken: 't', refreshToken: 'r', expiresIn: '3600' }));
  await using api = await startScriptedServer(json(200, { id: '1' }));
  const tokenSource = createTokenSource({
    apiKey: 'k',
    credentials: { user: 'u', password: 'p' },
    signInUrl: auth.url,
    tokenUrl: auth.url,
  });
  const client = createFulfillmenttoolsClient({ baseUrl: api.url, tokenSource });
  const answers = await Promise.all(Array.from({ length: 50 }, () => client.call(read())));
  await client.close();
  expect(answers).toHaveLength(50);
  expect(api.arrivals).toHaveLength(50);
  expect(auth.arrivals).toHaveLength(1);
});

test('fifty calls that all meet a 401 share one new token', async () => {
  let signIns = 0;
  await using auth = await startScriptedServer((...args) => {
    signIns += 1;
    json(200, { idToken: `t${signIns}`, expiresIn: '3600' })(...args);
  });
  await using api = await startScriptedServer((response, arrival, request) =>
    json(arrival.headers.authorization === 'Bearer t1' ? 401 : 200, {})(response, arrival, request),
  );
  const tokenSource = createTokenSource({
    apiKey: 'k',
    credentials: { user: 'u', password: 'p' },
    signInUrl: auth.url,
    tokenUrl: auth.url,
  });
  const client = createFulfillmenttoolsClient({ baseUrl: api.url, tokenSource });
  await Promise.all(Array.from({ length: 50 }, () => client.call(read())));
  await client.close();
  expect(signIns).toBe(2);
});

test('a failure of the token source is passed on as it is', async () => {
  await using it = await setUp(json(200, {}));
  const refused = new PipelineError('auth', 'sign-in-refused', 'no', { notSent: true });
  const tokenSource: TokenSource = { getToken: () => Promise.reject(refused), invalidate() {} };
  const client = createFulfillmenttoolsClient({ baseUrl: it.server.url, tokenSource });
  expect(await failureOf(() => client.call(write()))).toBe(refused);
  await client.close();
});
