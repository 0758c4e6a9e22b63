import { afterEach, expect, test } from 'vitest';
import { call } from './call.ts';
import { clientOf } from './testing/client.ts';
import { anOrder } from './testing/order.ts';
import { ctError, giveToken, html, inTurn, json, startServer } from './testing/server.ts';
import type { Reply } from './testing/server.ts';

const THRESHOLD = 4;
const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const ok = json(200, anOrder());
const reset: Reply = (_request, response) => void response.socket?.resetAndDestroy();

/** A server whose API and whose tokens are as up or down as the test says. */
async function setUp(rate: { slowest?: number } = { slowest: Number.POSITIVE_INFINITY }) {
  const answers: { api: Reply; token: Reply } = { api: ok, token: giveToken() };
  const clock = { ms: 0 };
  const server = await startServer(
    (...args) => answers.api(...args),
    (...args) => answers.token(...args),
  );
  const client = clientOf(server.url, {
    breaker: { failureThreshold: THRESHOLD, openMs: 1_000, now: () => clock.ms, random: () => 1 },
    // What the breaker does about 429 is looked at here, not that calls are made less often.
    rate,
  });
  cleanup.push(
    () => client.close(),
    () => server.stop(),
  );
  const never = new AbortController().signal;
  const body = { version: 1, actions: [{ action: 'changeShipmentState', shipmentState: 'Ready' } as const] };
  const order = client.api.orders().withId({ ID: 'o-1' });
  const write = (signal = never) => call(order.post({ body }), { signal, write: true });
  const failure = (result: Promise<unknown>) =>
    result.then(
      () => expect.fail('it succeeded'),
      (error: unknown) => error,
    );
  return {
    answers,
    clock,
    server,
    client,
    write,
    failedWrite: (signal = never) => failure(write(signal)),
    failedWrites: (count: number) => Promise.all(Array.from({ length: count }, () => failure(write()))),
  };
}

test.each<[string, Reply, string]>([
  ['is cut off', reset, 'unknown-outcome'],
  ['has a gateway that answers 502', html(502), 'unknown-outcome'],
  ['turns everybody away', json(429, { message: 'x' }, { 'retry-after': '1' }), 'throttled'],
  ['forbids everything', ctError(403, 'insufficient_scope'), 'auth'],
])(
  'a vendor that %s gets its failures and one probe at a time, then all that waits',
  async (_what, down, errorClass) => {
    const it = await setUp();
    it.answers.api = down;
    for (let count = 0; count < THRESHOLD; count++) expect(await it.failedWrite()).toMatchObject({ errorClass });
    expect(it.client.breaker.state).toBe('open');
    for (const [probes, openMs] of [1_000, 2_000, 4_000].entries()) {
      for (const error of await it.failedWrites(20))
        expect(error).toMatchObject({
          errorClass: 'transient',
          code: 'breaker-open',
          notSent: true,
          retryAfterMs: openMs,
        });
      expect(it.server.calls()).toHaveLength(THRESHOLD + probes);
      it.clock.ms += openMs;
      const errors = await it.failedWrites(20);
      expect(errors.filter((error) => (error as { code?: string }).code !== 'breaker-open')).toHaveLength(1);
      expect(it.server.calls()).toHaveLength(THRESHOLD + probes + 1);
    }
    it.answers.api = ok;
    it.clock.ms += 8_000;
    await expect(it.write()).resolves.toMatchObject({ version: 7 });
    expect(it.client.breaker.state).toBe('closed');
    await Promise.all(Array.from({ length: 20 }, () => it.write()));
    expect(it.server.calls()).toHaveLength(THRESHOLD + 3 + 1 + 20);
    expect(it.server.tokenRequests()).toHaveLength(1);
  },
);

test('token requests that fail open it too; it comes back with one token', async () => {
  const it = await setUp();
  it.answers.token = html(503);
  for (let count = 0; count < THRESHOLD; count++)
    expect(await it.failedWrite()).toMatchObject({ code: 'token-unavailable' });
  await it.failedWrites(20);
  expect(it.server.tokenRequests()).toHaveLength(THRESHOLD);
  it.answers.token = giveToken();
  it.clock.ms += 1_000;
  await it.write();
  expect(it.client.breaker.state).toBe('closed');
  expect([it.server.tokenRequests().length, it.server.calls().length]).toEqual([THRESHOLD + 1, 1]);
});

test('one failed token request that many calls wait for is one failure', async () => {
  const it = await setUp();
  it.answers.token = html(503);
  await it.failedWrites(20);
  expect(it.server.tokenRequests()).toHaveLength(1);
  expect(it.client.breaker.state).toBe('closed');
});

test.each<[string, Reply]>([
  ['400', ctError(400, 'InvalidOperation')],
  ['404', ctError(404, 'ResourceNotFound')],
  ['409', ctError(409, 'ConcurrentModification')],
])('a vendor that answers %s is up', async (_status, reply) => {
  const it = await setUp();
  it.answers.api = reply;
  for (let count = 0; count < 3 * THRESHOLD; count++) await it.failedWrite();
  expect(it.client.breaker.state).toBe('closed');
  expect(it.server.calls()).toHaveLength(3 * THRESHOLD);
});

test('tokens that are replaced after a 401 are no failures', async () => {
  const it = await setUp();
  await it.write();
  for (let count = 0; count < 3 * THRESHOLD; count++) {
    it.answers.api = inTurn(ctError(401, 'invalid_token'), ok);
    await it.write();
  }
  expect(it.client.breaker.state).toBe('closed');
  expect(it.server.tokenRequests()).toHaveLength(3 * THRESHOLD + 1);
});

test('calls that their caller gives up are no failures of the vendor; those it does not answer in time are', async () => {
  const it = await setUp();
  await it.write();
  it.answers.api = () => undefined;
  for (const [reason, state] of [
    [new Error('stopping'), 'closed'],
    [new DOMException('late', 'TimeoutError'), 'open'],
  ] as const) {
    const caller = new AbortController();
    const before = it.server.calls().length;
    const calls = Array.from({ length: THRESHOLD }, () => it.failedWrite(caller.signal));
    await expect.poll(() => it.server.calls().length).toBe(before + THRESHOLD);
    caller.abort(reason);
    for (const error of await Promise.all(calls)) expect(error).toMatchObject({ errorClass: 'unknown-outcome' });
    expect(it.client.breaker.state).toBe(state);
  }
});

test('after an answer of 429 commercetools is called less often', async () => {
  const { answers, client, failedWrites } = await setUp({});
  answers.api = json(429, { message: 'x' }, { 'retry-after': '1' });
  await failedWrites(4);
  expect(client.rateLimiter.perSecond).toBeDefined();
});
