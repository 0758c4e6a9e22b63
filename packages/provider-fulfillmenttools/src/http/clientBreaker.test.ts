import { expect, test } from 'vitest';
import { connectFulfillmenttools } from '../connect.ts';
import { failureOf } from '../testing/samples.ts';
import {
  json,
  type Respond,
  reset,
  type ScriptedServer,
  startScriptedServer,
  text,
} from '../testing/scriptedServer.ts';
import type { CallRequest } from './client.ts';

const THRESHOLD = 4;
const signedIn = json(200, { idToken: 't', expiresIn: '3600' });

/** The API and the sign-in on servers of their own, each as up or down as the test says. */
async function setUp(rate: { slowest?: number; maxWaitMs?: number } = { slowest: Number.POSITIVE_INFINITY }) {
  const answers: { api: Respond; auth: Respond } = { api: json(200, { id: '1' }), auth: signedIn };
  const clock = { ms: 0 };
  const stack = new AsyncDisposableStack();
  const serve = async (which: 'api' | 'auth'): Promise<ScriptedServer> =>
    stack.use(await startScriptedServer((...args) => answers[which](...args)));
  const [api, auth] = [await serve('api'), await serve('auth')];
  const client = connectFulfillmenttools({
    baseUrl: api.url,
    apiKey: 'k',
    credentials: { user: 'u', password: 'p' },
    signInUrl: auth.url,
    tokenUrl: auth.url,
    breaker: { failureThreshold: THRESHOLD, openMs: 1_000, now: () => clock.ms, random: () => 1 },
    // What the breaker does about 429 is looked at here, not that calls are made less often.
    rate,
  });
  const write = (signal = new AbortController().signal): CallRequest => ({
    method: 'POST',
    path: '/api/orders',
    body: {},
    signal,
    write: true,
  });
  return {
    answers,
    clock,
    api,
    auth,
    client,
    write,
    async [Symbol.asyncDispose]() {
      await stack.disposeAsync();
      await client.close();
    },
  };
}

test.each<[string, Respond, string]>([
  ['is cut off', reset, 'unknown-outcome'],
  ['has a gateway that answers 502', text(502, '<html>'), 'unknown-outcome'],
  ['turns everybody away', json(429, [], { 'retry-after': '1' }), 'throttled'],
  ['forbids everything', json(403, []), 'auth'],
])(
  'a vendor that %s gets its failures and one probe at a time, then all that waits',
  async (_what, down, errorClass) => {
    await using it = await setUp();
    it.answers.api = down;
    for (let count = 0; count < THRESHOLD; count++)
      expect(await failureOf(() => it.client.call(it.write()))).toMatchObject({ errorClass });
    expect(it.client.breaker.state).toBe('open');
    for (const [probes, openMs] of [1_000, 2_000, 4_000].entries()) {
      const refused = await Promise.all(Array.from({ length: 20 }, () => failureOf(() => it.client.call(it.write()))));
      for (const error of refused)
        expect(error).toMatchObject({
          errorClass: 'transient',
          code: 'breaker-open',
          notSent: true,
          retryAfterMs: openMs,
        });
      expect(it.api.arrivals).toHaveLength(THRESHOLD + probes);
      it.clock.ms += openMs;
      const errors = await Promise.all(Array.from({ length: 20 }, () => failureOf(() => it.client.call(it.write()))));
      expect(errors.filter(({ code }) => code !== 'breaker-open')).toHaveLength(1);
      expect(it.api.arrivals).toHaveLength(THRESHOLD + probes + 1);
    }
    it.answers.api = json(201, { id: '1' });
    it.clock.ms += 8_000;
    expect(await it.client.call(it.write())).toMatchObject({ status: 201 });
    expect(it.client.breaker.state).toBe('closed');
    await Promise.all(Array.from({ length: 20 }, () => it.client.call(it.write())));
    expect(it.api.arrivals).toHaveLength(THRESHOLD + 3 + 1 + 20);
  },
);

test('a sign-in that fails opens it too, and comes back with one sign-in', async () => {
  await using it = await setUp();
  it.answers.auth = text(503, 'down');
  for (let count = 0; count < THRESHOLD; count++)
    expect(await failureOf(() => it.client.call(it.write()))).toMatchObject({ code: 'sign-in-unavailable' });
  await Promise.all(Array.from({ length: 20 }, () => failureOf(() => it.client.call(it.write()))));
  expect(it.auth.arrivals).toHaveLength(THRESHOLD);
  it.answers.auth = signedIn;
  it.clock.ms += 1_000;
  await it.client.call(it.write());
  expect(it.client.breaker.state).toBe('closed');
  expect([it.auth.arrivals.length, it.api.arrivals.length]).toEqual([THRESHOLD + 1, 1]);
});

test('one failed sign-in that many calls wait for is one failure', async () => {
  await using it = await setUp();
  it.answers.auth = text(503, 'down');
  await Promise.all(Array.from({ length: 20 }, () => failureOf(() => it.client.call(it.write()))));
  expect(it.auth.arrivals).toHaveLength(1);
  expect(it.client.breaker.state).toBe('closed');
});

test.each<[string, Respond]>([
  ['400', json(400, [])],
  ['404', json(404, [])],
  ['409', json(409, [{ version: 2 }])],
])('a vendor that answers %s is up', async (_status, respond) => {
  await using it = await setUp();
  it.answers.api = respond;
  for (let count = 0; count < 3 * THRESHOLD; count++) await failureOf(() => it.client.call(it.write()));
  expect(it.client.breaker.state).toBe('closed');
  expect(it.api.arrivals).toHaveLength(3 * THRESHOLD);
});

test('tokens that are replaced after a 401 are no failures', async () => {
  await using it = await setUp();
  for (let count = 0; count < 3 * THRESHOLD; count++) {
    it.answers.api = (...args) => {
      it.answers.api = json(200, {});
      json(401, [])(...args);
    };
    await it.client.call(it.write());
  }
  expect(it.client.breaker.state).toBe('closed');
});

test('calls that their caller gives up are no failures of the vendor; those it does not answer in time are', async () => {
  await using it = await setUp();
  await it.client.call(it.write());
  it.answers.api = () => {};
  for (const [reason, state] of [
    [new Error('stopping'), 'closed'],
    [new DOMException('late', 'TimeoutError'), 'open'],
  ] as const) {
    const caller = new AbortController();
    const before = it.api.arrivals.length;
    const calls = Array.from({ length: THRESHOLD }, () => failureOf(() => it.client.call(it.write(caller.signal))));
    await expect.poll(() => it.api.arrivals.length).toBe(before + THRESHOLD);
    caller.abort(reason);
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ errorClass: 'unknown-outcome' });
    expect(it.client.breaker.state).toBe(state);
  }
});

test('after an answer of 429 the vendor is called less often, and our own wait is no failure of it', async () => {
  await using it = await setUp({ maxWaitMs: 1_500 });
  it.answers.api = json(429, {}, { 'retry-after': '1' });
  await Promise.all(Array.from({ length: THRESHOLD - 1 }, () => failureOf(() => it.client.call(it.write()))));
  expect(it.client.rateLimiter.perSecond).toBeDefined();
  it.answers.api = json(201, { id: '1' });
  const calls = await Promise.allSettled(Array.from({ length: 20 }, () => it.client.call(it.write())));
  const refused = calls.flatMap((call) => (call.status === 'rejected' ? [(call.reason as { code: string }).code] : []));
  expect(new Set(refused)).toEqual(new Set(['rate-limited']));
  expect(it.client.breaker.state).toBe('closed');
});
