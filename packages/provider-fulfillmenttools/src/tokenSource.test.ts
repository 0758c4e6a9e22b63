import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Respond, json, reset, silence, startScriptedServer, text } from './testing/scriptedServer.ts';
import { failureOf } from './testing/samples.ts';
import { type TokenSourceOptions, createTokenSource } from './tokenSource.ts';

const PASSWORD = 'pa55-word-secret';
const API_KEY = 'api-key-secret';
const REFRESH_TOKEN = 'refresh-token-secret';

/** Answers every sign-in and refresh with token-1, token-2, ... */
function issuing(expiresIn = '3600'): Respond {
  let count = 0;
  return (response, arrival, request) => {
    count += 1;
    const token = `token-${count}`;
    const signIn = { idToken: token, refreshToken: REFRESH_TOKEN, expiresIn };
    const refreshed = { id_token: token, refresh_token: REFRESH_TOKEN, expires_in: expiresIn };
    json(200, arrival.url.startsWith('/v1/token') ? refreshed : signIn)(response, arrival, request);
  };
}

async function setUp(script: readonly [Respond, ...Respond[]], over: Partial<TokenSourceOptions> = {}) {
  const server = await startScriptedServer(...script);
  const clock = { at: 1_000 };
  const source = createTokenSource({
    apiKey: API_KEY,
    credentials: { user: 'api@ocff-acme-pre.com', password: PASSWORD },
    signInUrl: server.url,
    tokenUrl: `${server.url}/`,
    now: () => clock.at,
    random: () => 0.5,
    ...over,
  });
  const paths = () => server.arrivals.map((arrival) => arrival.url.split('?')[0]);
  return { server, clock, source, paths, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const SIGN_IN = '/v1/accounts:signInWithPassword';
const REFRESH = '/v1/token';
const forever = () => new AbortController().signal;
const refusal = (message: string, status = 400) => json(status, { error: { code: status, message } });

describe('signing in', () => {
  test('sends user and password once and gives out the same token until it is time to refresh', async () => {
    await using it = await setUp([issuing()]);
    expect(await it.source.getToken(forever())).toBe('token-1');
    it.clock.at += 0.79 * 3_600_000;
    expect(await it.source.getToken(forever())).toBe('token-1');
    expect(it.paths()).toEqual([SIGN_IN]);
    const [arrival] = it.server.arrivals;
    expect(JSON.parse(arrival?.body ?? '')).toEqual({
      email: 'api@ocff-acme-pre.com',
      password: PASSWORD,
      returnSecureToken: true,
    });
    expect(arrival?.url).toBe(`${SIGN_IN}?key=${API_KEY}`);
  });

  test('is shared by all who ask at the same time', async () => {
    await using it = await setUp([issuing()]);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => it.source.getToken(forever())));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect(it.paths()).toEqual([SIGN_IN]);
  });

  test('that is refused is an auth error, certainly without effect, and is not repeated at once', async () => {
    await using it = await setUp([refusal('INVALID_LOGIN_CREDENTIALS'), issuing()]);
    const error = await failureOf(() => it.source.getToken(forever()));
    expect(error).toMatchObject({ errorClass: 'auth', code: 'sign-in-refused', notSent: true });
    expect(error.message).toContain('INVALID_LOGIN_CREDENTIALS');
    expect(await failureOf(() => it.source.getToken(forever()))).toBe(error);
    expect(it.paths()).toHaveLength(1);
    it.clock.at += 5_000;
    expect(await it.source.getToken(forever())).toBe('token-1');
  });

  test.each([
    ['too many attempts', refusal('TOO_MANY_ATTEMPTS_TRY_LATER : Access was disabled.'), 'throttled'],
    ['429', refusal('RESOURCE_EXHAUSTED', 429), 'throttled'],
    ['500', text(500, '<html>'), 'transient'],
    ['a reset connection', reset, 'transient'],
    ['HTML with status 200', text(200, '<html>'), 'transient'],
    ['JSON without a token', json(200, { kind: 'x' }), 'transient'],
    ['403', refusal('API_KEY_SERVICE_BLOCKED', 403), 'auth'],
  ])('answered with %s has its class and leaves the write unsent', async (_name, respond, errorClass) => {
    await using it = await setUp([respond]);
    const error = await failureOf(() => it.source.getToken(forever()));
    expect(error).toMatchObject({ errorClass, notSent: true });
  });

  test('waits as long as Retry-After says before it asks again', async () => {
    await using it = await setUp([json(429, {}, { 'retry-after': '60' }), issuing()]);
    expect(await failureOf(() => it.source.getToken(forever()))).toMatchObject({ retryAfterMs: 60_000 });
    it.clock.at += 59_000;
    await failureOf(() => it.source.getToken(forever()));
    expect(it.paths()).toHaveLength(1);
    it.clock.at += 1_000;
    expect(await it.source.getToken(forever())).toBe('token-1');
  });

  test('has a deadline of its own', async () => {
    await using it = await setUp([silence], { deadlineMs: 50 });
    const error = await failureOf(() => it.source.getToken(forever()));
    expect(error).toMatchObject({ errorClass: 'transient', code: 'sign-in-unreachable', notSent: true });
  });

  test('goes on for the others when one caller gives up', async () => {
    const gate = Promise.withResolvers<void>();
    const issue = issuing();
    await using it = await setUp([(...args) => void gate.promise.then(() => issue(...args))]);
    const impatient = new AbortController();
    const givenUp = failureOf(() => it.source.getToken(impatient.signal));
    const patient = it.source.getToken(forever());
    impatient.abort();
    expect(await givenUp).toMatchObject({ errorClass: 'transient', notSent: true });
    gate.resolve();
    expect(await patient).toBe('token-1');
  });

  test('never shows key, password or tokens in an error', async () => {
    const echo: Respond = (response, arrival, request) =>
      text(400, `${arrival.url} ${arrival.body} {"error":{"message":"${PASSWORD}"}}`)(response, arrival, request);
    const echoJson: Respond = (response, arrival, request) =>
      json(400, { error: { message: `BAD ${arrival.body} ${arrival.url}` } })(response, arrival, request);
    for (const respond of [echo, echoJson, reset, text(200, `{"idToken":"${REFRESH_TOKEN}`)]) {
      await using it = await setUp([respond]);
      const shown = inspect(await failureOf(() => it.source.getToken(forever())), { depth: 9, showHidden: true });
      for (const secret of [PASSWORD, API_KEY, REFRESH_TOKEN]) expect(shown).not.toContain(secret);
    }
  });
});

describe('refreshing', () => {
  test('happens in the background at 80 % of the life while the present token is still given out', async () => {
    await using it = await setUp([issuing()]);
    await it.source.getToken(forever());
    it.clock.at += 0.81 * 3_600_000;
    expect(await it.source.getToken(forever())).toBe('token-1');
    await expect.poll(() => it.source.getToken(forever())).toBe('token-2');
    expect(it.paths()).toEqual([SIGN_IN, REFRESH]);
    expect(new URLSearchParams(it.server.arrivals[1]?.body).get('refresh_token')).toBe(REFRESH_TOKEN);
    expect(new URLSearchParams(it.server.arrivals[1]?.body).get('grant_type')).toBe('refresh_token');
  });

  test.each([0, 0.999])('comes with jitter between 75 % and 85 % of the life (random %s)', async (random) => {
    await using it = await setUp([issuing('1000')], { random: () => random });
    await it.source.getToken(forever());
    it.clock.at += 749_000;
    await it.source.getToken(forever());
    expect(it.paths()).toEqual([SIGN_IN]);
    it.clock.at += 101_000;
    await it.source.getToken(forever());
    await expect.poll(it.paths).toEqual([SIGN_IN, REFRESH]);
  });

  test('of an expired token is awaited and shared', async () => {
    await using it = await setUp([issuing()]);
    await it.source.getToken(forever());
    it.clock.at += 3_600_001;
    const tokens = await Promise.all(Array.from({ length: 20 }, () => it.source.getToken(forever())));
    expect(new Set(tokens)).toEqual(new Set(['token-2']));
    expect(it.paths()).toEqual([SIGN_IN, REFRESH]);
  });

  test.each([
    ['TOKEN_EXPIRED', refusal('TOKEN_EXPIRED')],
    ['USER_DISABLED', refusal('USER_DISABLED')],
    ['403', refusal('', 403)],
    ['500', text(500, '')],
    ['a reset connection', reset],
    ['no token', json(200, {})],
  ])('that ends with %s is followed by a sign-in', async (_name, respond) => {
    const issue = issuing();
    await using it = await setUp([issue, respond, issue]);
    await it.source.getToken(forever());
    it.clock.at += 3_600_001;
    expect(await it.source.getToken(forever())).toBe('token-2');
    expect(it.paths()).toEqual([SIGN_IN, REFRESH, SIGN_IN]);
  });

  test('that fails altogether leaves the present token in use until it expires', async () => {
    await using it = await setUp([issuing(), text(500, '')]);
    await it.source.getToken(forever());
    it.clock.at += 0.9 * 3_600_000;
    expect(await it.source.getToken(forever())).toBe('token-1');
    await expect.poll(it.paths).toEqual([SIGN_IN, REFRESH, SIGN_IN]);
    expect(await it.source.getToken(forever())).toBe('token-1');
    it.clock.at += 0.1 * 3_600_000 + 1;
    expect(await failureOf(() => it.source.getToken(forever()))).toMatchObject({ errorClass: 'transient' });
  });
});

describe('invalidating', () => {
  test('makes the next caller get a new token', async () => {
    await using it = await setUp([issuing()]);
    it.source.invalidate(await it.source.getToken(forever()));
    expect(await it.source.getToken(forever())).toBe('token-2');
  });

  test('twice in a row ends in a whole sign-in, and then begins anew with a refresh', async () => {
    await using it = await setUp([issuing()]);
    for (let refusals = 0; refusals < 2; refusals += 1) it.source.invalidate(await it.source.getToken(forever()));
    expect(await it.source.getToken(forever())).toBe('token-3');
    expect(it.paths()).toEqual([SIGN_IN, REFRESH, SIGN_IN]);
    it.clock.at += 0.9 * 3_600_000;
    await it.source.getToken(forever());
    await expect.poll(it.paths).toEqual([SIGN_IN, REFRESH, SIGN_IN, REFRESH]);
  });

  test('a token that was replaced already changes nothing', async () => {
    await using it = await setUp([issuing()]);
    const old = await it.source.getToken(forever());
    it.source.invalidate(old);
    await it.source.getToken(forever());
    it.source.invalidate(old);
    expect(await it.source.getToken(forever())).toBe('token-2');
    expect(it.paths()).toHaveLength(2);
  });
});
