import { inspect } from 'node:util';
import { createFulfillmenttoolsSimulator } from '@pipeline/simulator-fulfillmenttools';
import { describe, expect, test } from 'vitest';
import { createFulfillmenttoolsClient } from './http/client.ts';
import { type Respond, json, reset, silence, startScriptedServer, text } from './testing/scriptedServer.ts';
import { failureOf } from './testing/samples.ts';
import { createTokenSource, type TokenSourceOptions } from './tokenSource.ts';

const SECRET = 'client-secret:with/odd+chars é';
const API_KEY = 'api-key-secret';
const JWT = 'aGVhZGVy.Y2xhaW1z.c2lnbmF0dXJl';
const forever = () => new AbortController().signal;

const grant = json(200, { access_token: JWT, token_type: 'Bearer', expires_in: 300 });
const exchanged = (nth = 1) => json(200, { idToken: `token-${nth}`, refreshToken: 'refresh', expiresIn: '3600' });
const refusal = (message: string, status = 400) => json(status, { error: { code: status, message } });

interface Scripts {
  readonly idp?: readonly [Respond, ...Respond[]];
  readonly google?: readonly [Respond, ...Respond[]];
}

async function setUp(scripts: Scripts = {}, over: Partial<TokenSourceOptions> = {}, path = '/realms/acme/token/') {
  const idp = await startScriptedServer(...(scripts.idp ?? [grant]));
  const google = await startScriptedServer(...(scripts.google ?? [exchanged()]));
  const clock = { at: 1_000 };
  const source = createTokenSource({
    apiKey: API_KEY,
    credentials: {
      tokenUrl: `${idp.url}${path}`,
      clientId: 'client:1',
      clientSecret: SECRET,
      providerId: 'oidc.external.4711',
      scope: 'api://fft/.default',
    },
    signInUrl: google.url,
    tokenUrl: google.url,
    now: () => clock.at,
    random: () => 0.5,
    ...over,
  });
  return {
    idp,
    google,
    clock,
    source,
    async [Symbol.asyncDispose]() {
      await idp[Symbol.asyncDispose]();
      await google[Symbol.asyncDispose]();
    },
  };
}

describe('signing in by client credentials', () => {
  test('asks the identity provider for a token and exchanges it', async () => {
    await using it = await setUp();
    expect(await it.source.getToken(forever())).toBe('token-1');
    const [asked] = it.idp.arrivals;
    expect(asked?.url).toBe('/realms/acme/token/');
    expect(asked?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      scope: 'api://fft/.default',
    });
    const basic = Buffer.from(asked?.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString();
    expect(basic.split(':').map((part) => new URLSearchParams(`_=${part}`).get('_'))).toEqual(['client:1', SECRET]);
    const [exchange] = it.google.arrivals;
    expect(exchange?.url).toBe(`/v1/accounts:signInWithIdp?key=${API_KEY}`);
    const { postBody, ...rest } = JSON.parse(exchange?.body ?? '') as { postBody: string };
    expect(postBody).toBe(`id_token=${JWT}&providerId=oidc.external.4711`);
    expect(rest).toEqual({ requestUri: 'http://localhost', returnSecureToken: true, returnIdpCredential: false });
  });

  test('asks each endpoint once for a hundred calls that wait', async () => {
    await using it = await setUp();
    const tokens = await Promise.all(Array.from({ length: 100 }, () => it.source.getToken(forever())));
    expect(new Set(tokens)).toEqual(new Set(['token-1']));
    expect([it.idp.arrivals.length, it.google.arrivals.length]).toEqual([1, 1]);
  });

  test('refreshes at fulfillmenttools alone, early and in the background', async () => {
    await using it = await setUp({
      google: [exchanged(), json(200, { id_token: 'token-2', refresh_token: 'r2', expires_in: '3600' })],
    });
    await it.source.getToken(forever());
    it.clock.at += 0.81 * 3_600_000;
    expect(await it.source.getToken(forever())).toBe('token-1');
    await expect.poll(() => it.source.getToken(forever())).toBe('token-2');
    expect(it.idp.arrivals).toHaveLength(1);
    expect(it.google.arrivals[1]?.url).toBe(`/v1/token?key=${API_KEY}`);
  });

  test('asks the identity provider anew when the refresh is refused', async () => {
    await using it = await setUp({ google: [exchanged(), refusal('TOKEN_EXPIRED'), exchanged(2)] });
    await it.source.getToken(forever());
    it.clock.at += 3_600_001;
    expect(await it.source.getToken(forever())).toBe('token-2');
    expect([it.idp.arrivals.length, it.google.arrivals.length]).toEqual([2, 3]);
  });
});

const IDP = { prefix: 'identity-provider', names: ['FFT_IDP_CLIENT_ID', '/realms/acme/token/'] };
const EXCHANGE = { prefix: 'token-exchange', names: ['FFT_IDP_PROVIDER_ID', 'signInWithIdp'] };

describe('a failure says which endpoint it was', () => {
  test.each<[string, Scripts, string, string]>([
    ['invalid_client', { idp: [json(401, { error: 'invalid_client' })] }, 'auth', 'identity-provider-refused'],
    ['invalid_scope', { idp: [json(400, { error: 'invalid_scope' })] }, 'auth', 'identity-provider-refused'],
    ['a page with 404', { idp: [text(404, '<html>')] }, 'auth', 'identity-provider-refused'],
    ['403', { idp: [text(403, '')] }, 'auth', 'identity-provider-refused'],
    ['an opaque token', { idp: [json(200, { access_token: 'opaque' })] }, 'auth', 'identity-provider-broken'],
    ['no token', { idp: [json(200, {})] }, 'transient', 'identity-provider-broken'],
    ['a page with 200', { idp: [text(200, '<html>')] }, 'transient', 'identity-provider-broken'],
    ['a redirect', { idp: [text(302, '')] }, 'transient', 'identity-provider-broken'],
    ['429', { idp: [json(429, {})] }, 'throttled', 'identity-provider-throttled'],
    ['408', { idp: [json(408, {})] }, 'transient', 'identity-provider-unavailable'],
    ['500', { idp: [text(500, '<html>')] }, 'transient', 'identity-provider-unavailable'],
    ['503', { idp: [json(503, { error: 'x' })] }, 'transient', 'identity-provider-unavailable'],
    ['a reset', { idp: [reset] }, 'transient', 'identity-provider-unreachable'],
    ['silence', { idp: [silence] }, 'transient', 'identity-provider-unreachable'],
    ['a token it does not trust', { google: [refusal('INVALID_IDP_RESPONSE : x')] }, 'auth', 'token-exchange-refused'],
    ['an unknown provider', { google: [refusal('OPERATION_NOT_ALLOWED')] }, 'auth', 'token-exchange-refused'],
    ['too many attempts', { google: [refusal('QUOTA_EXCEEDED')] }, 'throttled', 'token-exchange-throttled'],
    ['500 ', { google: [text(500, '')] }, 'transient', 'token-exchange-unavailable'],
    ['a reset ', { google: [reset] }, 'transient', 'token-exchange-unreachable'],
    ['silence ', { google: [silence] }, 'transient', 'token-exchange-unreachable'],
    ['no token ', { google: [json(200, { needConfirmation: true })] }, 'transient', 'token-exchange-broken'],
  ])('%s', async (_name, scripts, errorClass, code) => {
    await using it = await setUp(scripts, { deadlineMs: 200 });
    const error = await failureOf(() => it.source.getToken(forever()));
    expect(error).toMatchObject({ errorClass, code, notSent: true });
    const [own, other] = 'idp' in scripts ? [IDP, EXCHANGE] : [EXCHANGE, IDP];
    expect(error.message).toContain(own.names[1]);
    expect(error.message).not.toContain(other.names[1]);
    if (code.endsWith('refused')) expect(error.message).toContain(own.names[0]);
    const shown = inspect(error, { depth: 9, showHidden: true });
    for (const secret of [SECRET, encodeURIComponent(SECRET), API_KEY, JWT, 'Basic '])
      expect(shown).not.toContain(secret);
  });

  test('and nothing of what the endpoint echoes', async () => {
    const echo: Respond = (response, arrival, request) =>
      json(400, { error: `${arrival.body} ${arrival.headers.authorization}`, error_description: arrival.body })(
        response,
        arrival,
        request,
      );
    await using it = await setUp({ idp: [echo] }, {}, '/token?policy=hush');
    const error = await failureOf(() => it.source.getToken(forever()));
    expect(error.message).toMatch(
      /^The token request at the identity provider \(http:\/\/127[^?]*\/token\) was refused \(400\); check FFT_IDP_TOKEN_URL/,
    );
    expect(inspect(error, { depth: 9 })).not.toContain('grant_type');
  });

  test('and a refusal is not repeated at once', async () => {
    await using it = await setUp({ idp: [json(401, { error: 'invalid_client' }), grant] });
    const error = await failureOf(() => it.source.getToken(forever()));
    expect(await failureOf(() => it.source.getToken(forever()))).toBe(error);
    it.clock.at += 5_000;
    expect(await it.source.getToken(forever())).toBe('token-1');
    expect(it.idp.arrivals).toHaveLength(2);
  });
});

describe('against the simulator', () => {
  async function startSimulated(credentials: { readonly clientSecret?: string; readonly providerId?: string } = {}) {
    const simulator = createFulfillmenttoolsSimulator({ stepMs: 0, indexLagMs: 0 });
    const url = await simulator.listen();
    const tokenSource = createTokenSource({
      apiKey: 'simulator-api-key',
      credentials: {
        tokenUrl: `${url}/idp/token`,
        clientId: 'simulator-client',
        clientSecret: 'simulator-client-secret',
        providerId: 'oidc.external.simulator',
        ...credentials,
      },
      signInUrl: url,
      tokenUrl: url,
    });
    const client = createFulfillmenttoolsClient({ baseUrl: url, tokenSource });
    const control = (path: string, body: object) =>
      fetch(`${url}/_sim${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const signIns = async (): Promise<string[]> => {
      const response = await fetch(`${url}/_sim/requests?method=POST`);
      const entries = (await response.json()) as { path: string }[];
      return entries.map(({ path }) => path).filter((path) => !path.startsWith('/_sim') && !path.startsWith('/api'));
    };
    const read = () => client.call({ method: 'GET', path: '/api/orders', write: false, signal: forever() });
    return {
      read,
      control,
      signIns,
      async [Symbol.asyncDispose]() {
        await client.close();
        await simulator.close();
      },
    };
  }

  const LOGIN = ['/idp/token', '/v1/accounts:signInWithIdp'];

  test('a hundred calls in flight cost one token call at each endpoint', async () => {
    await using it = await startSimulated();
    const answers = await Promise.all(Array.from({ length: 100 }, it.read));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await it.signIns()).toEqual(LOGIN);
  });

  test('a hundred calls that meet a revoked token cost one refresh', async () => {
    await using it = await startSimulated();
    await it.read();
    await it.control('/tokens/expire', {});
    await Promise.all(Array.from({ length: 100 }, it.read));
    expect(await it.signIns()).toEqual([...LOGIN, '/v1/token']);
  });

  test('a refresh token that is gone, too, costs one whole sign-in', async () => {
    await using it = await startSimulated();
    await it.read();
    await it.control('/tokens/expire', { refresh: true });
    await Promise.all(Array.from({ length: 100 }, it.read));
    expect(await it.signIns()).toEqual([...LOGIN, '/v1/token', ...LOGIN]);
  });

  test.each([
    [{ route: '/idp/token', status: 503 }, 'transient', 'identity-provider-unavailable'],
    [{ route: '/idp/token', action: 'reset' }, 'transient', 'identity-provider-unreachable'],
    [{ route: '/idp/token', action: 'cutBody' }, 'transient', 'identity-provider-unreachable'],
    [{ route: '/v1/accounts:signInWithIdp', status: 500 }, 'transient', 'token-exchange-unavailable'],
    [{ route: '/v1/accounts:signInWithIdp', status: 429 }, 'throttled', 'token-exchange-throttled'],
    [{ route: '/v1/accounts:signInWithIdp', action: 'reset' }, 'transient', 'token-exchange-unreachable'],
  ])('the fault %j is told from others', async (fault, errorClass, code) => {
    await using it = await startSimulated();
    await it.control('/faults', { when: 'before', ...fault, count: 1 });
    expect(await failureOf(it.read)).toMatchObject({ errorClass, code, notSent: true });
  });

  test('a wrong secret and an unknown provider are refused by different endpoints', async () => {
    await using wrong = await startSimulated({ clientSecret: 'wrong' });
    expect(await failureOf(wrong.read)).toMatchObject({ errorClass: 'auth', code: 'identity-provider-refused' });
    await using unknown = await startSimulated({ providerId: 'oidc.external.other' });
    expect(await failureOf(unknown.read)).toMatchObject({ errorClass: 'auth', code: 'token-exchange-refused' });
  });
});
