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

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const basic = (id = 'simulator-client', secret = 'simulator-client-secret') => ({
  ...form,
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const askIdp = (url: string, body: string | object = 'grant_type=client_credentials', headers: object = basic()) =>
  request(`${url}/idp/token`, { method: 'POST', body, headers: { ...headers } });
const exchange = (url: string, postBody: Readonly<Record<string, string>>, over: object = {}) =>
  request(`${url}/v1/accounts:signInWithIdp?key=simulator-api-key`, {
    method: 'POST',
    body: {
      postBody: new URLSearchParams({ providerId: 'oidc.external.simulator', ...postBody }).toString(),
      requestUri: 'http://localhost',
      returnSecureToken: true,
      ...over,
    },
  });

describe('the identity provider', () => {
  it('gives a signed JWT with the claims of the vendor to its client, by the header or in the form', async () => {
    await using sim = await startSimulator();
    const inForm = 'grant_type=client_credentials&client_id=simulator-client&client_secret=simulator-client-secret';
    for (const { status, body } of [await askIdp(sim.url), await askIdp(sim.url, inForm, form)]) {
      expect([status, body.token_type]).toEqual([200, 'Bearer']);
      const [header, claims] = body.access_token
        .split('.')
        .map((part: string) => Buffer.from(part, 'base64url').toString());
      expect(JSON.parse(header)).toMatchObject({ alg: 'RS256' });
      expect(JSON.parse(claims)).toMatchObject({
        iss: expect.any(String),
        aud: expect.any(String),
        exp: expect.any(Number),
        appid: 'simulator-client',
      });
    }
  });

  it.each<[string, string | object, object, number, string]>([
    ['a wrong secret', 'grant_type=client_credentials', basic('simulator-client', 'x'), 401, 'invalid_client'],
    ['an unknown client', 'grant_type=client_credentials', basic('x'), 401, 'invalid_client'],
    ['nobody', 'grant_type=client_credentials', form, 401, 'invalid_client'],
    ['another grant', 'grant_type=password', basic(), 400, 'unsupported_grant_type'],
    [
      'JSON',
      { grant_type: 'client_credentials' },
      { ...basic(), 'content-type': 'application/json' },
      400,
      'invalid_request',
    ],
    ['two ways at once', 'grant_type=client_credentials&client_secret=x', basic(), 400, 'invalid_request'],
  ])('refuses %s in the shape of OAuth', async (_, body, headers, status, error) => {
    await using sim = await startSimulator();
    expect(await askIdp(sim.url, body, headers)).toMatchObject({ status, body: { error } });
  });
});

describe('exchanging a token of the identity provider', () => {
  it('gives tokens of a service user, which open the API and refresh as any', async () => {
    await using sim = await startSimulator();
    const { access_token: id_token } = (await askIdp(sim.url)).body;
    const { status, body } = await exchange(sim.url, { id_token });
    expect([status, body.localId, body.expiresIn]).toEqual([200, 'service-user-simulator-client', '3600']);
    expect(await readOrders(sim.url, body.idToken)).toMatchObject({ status: 200 });
    const refreshed = await refresh(sim.url, { grant_type: 'refresh_token', refresh_token: body.refreshToken });
    expect(await readOrders(sim.url, refreshed.body.id_token)).toMatchObject({ status: 200 });
    const [, claims = ''] = String(refreshed.body.id_token).split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      email: 'simulator-client@service.simulator',
    });
  });

  it('refuses what is not a fresh token of this provider, and half a request', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ clock });
    await using other = await startSimulator({ clock });
    const { access_token: id_token } = (await askIdp(sim.url)).body;
    const { access_token: foreign } = (await askIdp(other.url)).body;
    const [header, claims, signature] = id_token.split('.');
    const forged = [
      header,
      Buffer.from(Buffer.from(claims, 'base64url').toString().replace('simulator-client', 'other')).toString(
        'base64url',
      ),
      signature,
    ].join('.');
    for (const bad of [foreign, forged, `${header}.${claims}.`, 'x', '', `${id_token}.x`])
      expect(await exchange(sim.url, { id_token: bad })).toMatchObject({ status: 400, body: googleError });
    expect(await exchange(sim.url, { id_token, providerId: 'oidc.external.x' })).toMatchObject({ status: 400 });
    for (const over of [{ requestUri: undefined }, { returnSecureToken: undefined }, { postBody: undefined }])
      expect(await exchange(sim.url, { id_token }, over)).toMatchObject({ status: 400, body: googleError });
    expect(await exchange(sim.url, { id_token })).toMatchObject({ status: 200 });
    clock.advanceBy(300_000);
    expect(await exchange(sim.url, { id_token })).toMatchObject({ status: 400, body: googleError });
  });
});

describe('refreshing', () => {
  it('answers in snake_case to a form, to JSON, and to a query', async () => {
    await using sim = await startSimulator();
    const { refreshToken } = (await signIn(sim.url)).body;
    const fields = { grant_type: 'refresh_token', refresh_token: refreshToken };
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
