import { expect, test } from 'vitest';
import { requestToken, startSimulator } from './testing/simulator.ts';

const form = (fields: Record<string, string>, client = 'simulator-client:simulator-secret') => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  headers: { authorization: `Basic ${btoa(client)}` },
});

test('a client gets a token for 48 hours with the scope it asked for', async () => {
  await using simulator = await startSimulator();
  const grant = form({ grant_type: 'client_credentials', scope: 'view_orders:demo-project' });
  const { status, body } = await simulator.raw('/oauth/token', grant);
  expect(status).toBe(200);
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 172_800, scope: 'view_orders:demo-project' });
  expect(body.access_token).toMatch(/^.{20,}$/);
});

test.for(['simulator-client:wrong', 'stranger:simulator-secret', 'simulator-client', ''])(
  'the credentials "%s" are refused with 401 and invalid_client',
  async (client) => {
    await using simulator = await startSimulator();
    const { status, body } = await simulator.raw('/oauth/token', form({ grant_type: 'client_credentials' }, client));
    expect(status).toBe(401);
    expect(body).toMatchObject({ statusCode: 401, error: 'invalid_client', errors: [{ code: 'invalid_client' }] });
  },
);

test('another grant type is refused with 400', async () => {
  await using simulator = await startSimulator();
  const { status, body } = await simulator.raw('/oauth/token', form({ grant_type: 'password' }));
  expect([status, body.error]).toEqual([400, 'unsupported_grant_type']);
});

test('without a token, with an unknown, an expired or a revoked one the API answers 401 invalid_token', async () => {
  let now = 0;
  await using simulator = await startSimulator({ now: () => now, tokenLifetimeSeconds: 60 });
  const status = async (authorization?: string) => {
    const answer = await simulator.raw('/demo-project', authorization ? { headers: { authorization } } : {});
    return [answer.status, answer.body.errors?.[0].code];
  };
  const refused = [401, 'invalid_token'];
  expect(await status()).toEqual(refused);
  expect(await status('Bearer made-up')).toEqual(refused);
  const token = await requestToken(simulator.url);
  now = 59_999;
  expect((await status(`Bearer ${token}`))[0]).toBe(200);
  now = 60_000;
  expect(await status(`Bearer ${token}`)).toEqual(refused);
  const fresh = await requestToken(simulator.url);
  await simulator.control('DELETE', '/tokens');
  expect(await status(`Bearer ${fresh}`)).toEqual(refused);
});

test('an unknown project is 404, the known one tells its languages', async () => {
  await using simulator = await startSimulator();
  const headers = { authorization: `Bearer ${await requestToken(simulator.url)}` };
  expect(await simulator.raw('/other-project/orders/1', { headers })).toMatchObject({
    status: 404,
    body: { statusCode: 404, errors: [{ code: 'ResourceNotFound' }] },
  });
  expect((await simulator.raw('/demo-project', { headers })).body).toMatchObject({
    key: 'demo-project',
    languages: ['de-DE', 'en-GB'],
  });
});

test('the correlation id comes back, and one is made when there is none', async () => {
  await using simulator = await startSimulator();
  const given = await simulator.api('GET', '/orders/none', undefined, { 'x-correlation-id': 'trace-7' });
  expect(given.headers.get('x-correlation-id')).toBe('trace-7');
  expect((await simulator.raw('/oauth/token')).headers.get('x-correlation-id')).toMatch(/.{10}/);
});

const storeScope = 'manage_orders:demo-project:berlin';

test.for([
  ['view_orders:demo-project', 'GET', '/orders', 200],
  ['manage_orders:demo-project', 'GET', '/orders', 200],
  ['manage_project:demo-project', 'GET', '/messages', 200],
  ['view_orders:demo-project', 'DELETE', '/orders/1?version=1', 403],
  ['manage_orders:demo-project', 'GET', '/messages', 403],
  ['view_messages:demo-project', 'GET', '/orders', 403],
  ['manage_orders:demo-project', 'GET', '/types', 403],
  ['manage_types:demo-project', 'GET', '/types', 200],
  [storeScope, 'GET', '/in-store/key=berlin/orders', 200],
  [storeScope, 'GET', '/in-store/key=bonn/orders', 403],
  [storeScope, 'GET', '/orders', 403],
  ['view_orders:demo-project', 'GET', '/in-store/key=bonn/orders', 200],
] as const)('with the scope %s %s %s is %i', async ([scope, method, path, status]) => {
  await using simulator = await startSimulator();
  const grant = await simulator.raw('/oauth/token', form({ grant_type: 'client_credentials', scope }));
  const headers = { authorization: `Bearer ${grant.body.access_token}` };
  const answer = await simulator.raw(`/demo-project${path}`, { method, headers });
  expect(answer.status).toBe(status);
  if (status === 403) {
    const message = expect.stringMatching(/^Insufficient scope\. One of the following scopes is missing: \w+\.$/);
    const code = 'insufficient_scope';
    const errors = [{ code, message }];
    expect(answer.body).toEqual({ statusCode: 403, message, errors, error: code, error_description: message });
  }
});

test.for(['manage_orders:demo-project', 'view_orders:other-project', 'nonsense', 'view_messages:demo-project'])(
  'a client that has view_orders only is refused the scope %s',
  async (scope) => {
    const clients = [{ clientId: 'c', clientSecret: 's', scope: 'view_orders:demo-project' }];
    await using simulator = await startSimulator({ clients });
    const { status, body } = await simulator.raw(
      '/oauth/token',
      form({ grant_type: 'client_credentials', scope }, 'c:s'),
    );
    expect([status, body.error]).toEqual([400, 'invalid_scope']);
    expect((await simulator.raw('/oauth/token', form({ grant_type: 'client_credentials' }, 'c:s'))).body.scope).toBe(
      'view_orders:demo-project',
    );
  },
);
