import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { request, startSimulator } from '../testing/startSimulator.ts';

const credentials = { email: 'sim@ocff-sim-pre.com', password: 'simulator-password', returnSecureToken: true };
const signIn = (url: string, body: object = credentials, key = 'simulator-api-key') =>
  request(`${url}/v1/accounts:signInWithPassword?key=${key}`, { method: 'POST', body });
const refresh = (url: string, body: unknown, headers = {}) =>
  request(`${url}/v1/token?key=simulator-api-key`, { method: 'POST', body, headers });
const readOrders = (url: string, token: string) =>
  request(`${url}/api/orders`, { method: 'GET', headers: { authorization: `Bearer ${token}` } });
const googleError = { error: { code: 400, message: expect.any(String) } };

describe('signing in', () => {
  it('gives a token that opens the API, with its life as text', async () => {
    await using sim = await startSimulator({ tokenLifetimeSeconds: 60 });
    const { status, body } = await signIn(sim.url);
    expect([status, body.expiresIn]).toEqual([200, '60']);
    expect(await readOrders(sim.url, body.idToken)).toMatchObject({ status: 200 });
  });

  it.each<[string, object, string]>([
    ['a wrong password', { ...credentials, password: 'x' }, 'simulator-api-key'],
    ['a wrong user', { ...credentials, email: 'x@example.com' }, 'simulator-api-key'],
    ['no password', { email: credentials.email, returnSecureToken: true }, 'simulator-api-key'],
    ['no returnSecureToken', { ...credentials, returnSecureToken: undefined }, 'simulator-api-key'],
    ['a wrong key', credentials, 'x'],
  ])('refuses %s with 400 in the shape of Google', async (_, body, key) => {
    await using sim = await startSimulator();
    expect(await signIn(sim.url, body, key)).toMatchObject({ status: 400, body: googleError });
  });

  it('goes by the configured user, password and key', async () => {
    const { createFulfillmenttoolsSimulator } = await import('../index.ts');
    const simulator = createFulfillmenttoolsSimulator({ user: 'a@example.com', password: 'p', apiKey: 'k' });
    const url = await simulator.listen();
    expect(await signIn(url, { email: 'a@example.com', password: 'p', returnSecureToken: true }, 'k')).toMatchObject({
      status: 200,
    });
    expect(await signIn(url)).toMatchObject({ status: 400 });
    await simulator.close();
  });
});

describe('refreshing', () => {
  it('answers in snake_case to a form, to JSON, and to a query', async () => {
    await using sim = await startSimulator();
    const { refreshToken } = (await signIn(sim.url)).body;
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const query = `${sim.url}/v1/token?key=simulator-api-key&${new URLSearchParams(fields)}`;
    const answers = [
      await refresh(sim.url, fields),
      await refresh(sim.url, new URLSearchParams(fields).toString(), form),
      await request(query, { method: 'POST' }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body).toMatchObject({ expires_in: '3600', refresh_token: expect.any(String) });
      expect(await readOrders(sim.url, body.id_token)).toMatchObject({ status: 200 });
    }
  });

  it('is refused with 400 in the shape of Google when the token is unknown or was ended', async () => {
    await using sim = await startSimulator();
    const unknown = await refresh(sim.url, { grant_type: 'refresh_token', refresh_token: 'x' });
    expect(unknown).toMatchObject({ status: 400, body: { error: { message: 'INVALID_REFRESH_TOKEN' } } });
    expect(await refresh(sim.url, { grant_type: 'password' })).toMatchObject({ status: 400, body: googleError });
    expect(await refresh(sim.url, '{')).toMatchObject({ status: 400, body: googleError });
    const { refreshToken } = (await signIn(sim.url)).body;
    await sim.call('POST', '/_sim/tokens/expire', { refresh: true });
    const ended = await refresh(sim.url, { grant_type: 'refresh_token', refresh_token: refreshToken });
    expect(ended).toMatchObject({ status: 400 });
  });
});

describe('refreshing at its harshest', () => {
  const fields = (refresh_token: string) => ({ grant_type: 'refresh_token', refresh_token });

  it('is refused with 400 when the switch says so, and the refresh token is gone for good', async () => {
    await using sim = await startSimulator({ refusedRefreshes: 1 });
    const { refreshToken } = (await signIn(sim.url)).body;
    const refused = await refresh(sim.url, fields(refreshToken));
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 400, message: 'TOKEN_EXPIRED' } } });
    await sim.call('POST', '/_sim/settings', { refusedRefreshes: 0 });
    expect(await refresh(sim.url, fields(refreshToken))).toMatchObject({
      status: 400,
      body: { error: { message: 'INVALID_REFRESH_TOKEN' } },
    });
    expect(await signIn(sim.url)).toMatchObject({ status: 200 });
  });

  it('takes a refresh token once when they rotate, and as often as wanted when not', async () => {
    await using lenient = await startSimulator();
    const kept = (await signIn(lenient.url)).body.refreshToken;
    for (let nth = 0; nth < 2; nth += 1)
      expect(await refresh(lenient.url, fields(kept))).toMatchObject({ status: 200 });
    await using sim = await startSimulator({ rotateRefreshTokens: true });
    const { refreshToken } = (await signIn(sim.url)).body;
    const { body } = await refresh(sim.url, fields(refreshToken));
    expect(await refresh(sim.url, fields(refreshToken))).toMatchObject({ status: 400 });
    expect(await refresh(sim.url, fields(body.refresh_token))).toMatchObject({ status: 200 });
  });

  it('counts with the sign-ins: what is too much in a minute is a 429 in the shape of Google', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ signInsPerMinute: 3, clock });
    const { refreshToken } = (await signIn(sim.url)).body;
    expect(await refresh(sim.url, fields(refreshToken))).toMatchObject({ status: 200 });
    const tooMany = { status: 429, body: { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } } };
    expect(await signIn(sim.url)).toMatchObject(tooMany);
    expect(await refresh(sim.url, fields(refreshToken))).toMatchObject(tooMany);
    clock.advanceBy(60_000);
    expect(await signIn(sim.url)).toMatchObject({ status: 200 });
  });
});

describe('revoking tokens', () => {
  it('ends every id token at once, long before its time, and leaves new ones alone', async () => {
    await using sim = await startSimulator();
    const { idToken } = (await signIn(sim.url)).body;
    await sim.call('POST', '/_sim/tokens/expire');
    expect(await readOrders(sim.url, idToken)).toMatchObject({ status: 401, body: [{ summary: 'Unauthorized' }] });
    const { body } = await signIn(sim.url);
    expect(await readOrders(sim.url, body.idToken)).toMatchObject({ status: 200 });
    expect(await readOrders(sim.url, idToken)).toMatchObject({ status: 401 });
  });

  it('happens by itself in the middle of a run when the switch says so, at the same call for the same seed', async () => {
    await using sim = await startSimulator();
    const read = async (token: string, count: number) => {
      const statuses: number[] = [];
      for (let nth = 0; nth < count; nth += 1) statuses.push((await readOrders(sim.url, token)).status);
      return statuses;
    };
    const firstRefusals: number[] = [];
    for (const seed of [3, 3, 4]) {
      await sim.call('POST', '/_sim/settings', { revocations: 0.1, seed });
      const statuses = await read((await signIn(sim.url)).body.idToken, 60);
      const firstRefusal = statuses.indexOf(401);
      expect(firstRefusal).toBeGreaterThan(0);
      expect(statuses.slice(firstRefusal).every((status) => status === 401)).toBe(true);
      firstRefusals.push(firstRefusal);
    }
    expect(firstRefusals[1]).toBe(firstRefusals[0]);
    expect(firstRefusals[2]).not.toBe(firstRefusals[0]);
  });
});

describe('calling the API', () => {
  it.each<[string, Record<string, string>]>([
    ['without a token', {}],
    ['with a token that was never given', { authorization: 'Bearer x' }],
    ['with another scheme', { authorization: 'Basic x' }],
  ])('is refused with 401 and the API error array %s', async (_, headers) => {
    await using sim = await startSimulator();
    for (const [method, path] of [
      ['GET', '/api/orders'],
      ['POST', '/api/orders'],
      ['DELETE', '/api/subscriptions/x'],
      ['GET', '/api/none'],
    ] as const) {
      const answer = await request(`${sim.url}${path}`, { method, headers });
      expect(answer).toMatchObject({ status: 401, body: [{ summary: 'Unauthorized' }] });
    }
  });

  it('is refused when the token has expired, and goes on with a refreshed one', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ tokenLifetimeSeconds: 10, clock });
    const { idToken, refreshToken } = (await signIn(sim.url)).body;
    clock.advanceBy(9_999);
    expect(await readOrders(sim.url, idToken)).toMatchObject({ status: 200 });
    clock.advanceBy(1);
    expect(await readOrders(sim.url, idToken)).toMatchObject({ status: 401 });
    const { id_token } = (await refresh(sim.url, { grant_type: 'refresh_token', refresh_token: refreshToken })).body;
    expect(await readOrders(sim.url, id_token)).toMatchObject({ status: 200 });
  });
});
