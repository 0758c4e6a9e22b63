import { expect, test } from 'vitest';
import { requestToken, startSimulator } from '../testing/simulator.ts';

const draft = (change: object = {}) => ({ container: 'fft', key: 'configuration', value: { a: 1 }, ...change });

test('a custom object is found by container and key, and replaced under the version that it has', async () => {
  await using simulator = await startSimulator();
  const path = '/custom-objects/fft/configuration';
  expect((await simulator.api('GET', path)).status).toBe(404);
  const made = await simulator.api('POST', '/custom-objects', draft());
  expect(made).toMatchObject({ status: 201, body: { ...draft(), version: 1 } });
  const replaced = await simulator.api('POST', '/custom-objects', draft({ version: 1, value: 'text' }));
  expect(replaced).toMatchObject({ status: 200, body: { id: made.body.id, version: 2, value: 'text' } });
  expect((await simulator.api('POST', '/custom-objects', draft({ version: 1 }))).status).toBe(409);
  expect((await simulator.api('GET', path)).body).toEqual(replaced.body);
  expect((await simulator.api('GET', '/custom-objects/fft/other')).status).toBe(404);
});

test.for([[{ container: 'a b' }], [{ key: '' }], [{ value: undefined }], [{ version: 'one' }]])(
  'a custom object with %j is refused',
  async ([change]) => {
    await using simulator = await startSimulator();
    expect((await simulator.api('POST', '/custom-objects', draft(change))).status).toBe(400);
  },
);

test('a custom object needs a scope of its own', async () => {
  const viewer = { clientId: 'viewer', clientSecret: 's', scope: 'view_key_value_documents:demo-project' };
  await using simulator = await startSimulator({ clients: [viewer] });
  const authorization = `Bearer ${await requestToken(simulator.url, 'viewer:s')}`;
  const headers = { authorization, 'content-type': 'application/json' };
  const write = { method: 'POST', headers, body: JSON.stringify(draft()) };
  expect((await simulator.raw('/demo-project/custom-objects', write)).status).toBe(403);
  expect((await simulator.raw('/demo-project/custom-objects/fft/x', { headers })).status).toBe(404);
});
