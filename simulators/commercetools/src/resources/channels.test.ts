import { expect, test } from 'vitest';
import { startReceiver, until } from '../testing/receiver.ts';
import { startSimulator, type TestSimulator } from '../testing/simulator.ts';

const draft = (change: Record<string, unknown> = {}) => ({
  key: 'store-bonn',
  roles: ['InventorySupply'],
  name: { 'de-DE': 'Filiale Bonn' },
  address: { country: 'DE', city: 'Bonn' },
  geoLocation: { type: 'Point', coordinates: [7.1, 50.7] },
  ...change,
});

const create = (simulator: TestSimulator, change: Record<string, unknown> = {}) =>
  simulator.api('POST', '/channels', draft(change));
const update = (simulator: TestSimulator, version: number, ...actions: Record<string, unknown>[]) =>
  simulator.api('POST', '/channels/key=store-bonn', { version, actions });

test('a created channel is found by id and key, with every member that it was given', async () => {
  await using simulator = await startSimulator();
  const { status, body } = await create(simulator);
  expect([status, body.version]).toEqual([201, 1]);
  expect(body).toMatchObject(draft());
  expect((await simulator.api('GET', '/channels/key=store-bonn')).body).toEqual(body);
  expect((await simulator.api('GET', `/channels/${body.id}`)).body).toEqual(body);
  expect((await create(simulator, { key: 'other', roles: undefined })).body.roles).toEqual(['InventorySupply']);
});

test.for([
  [{ key: undefined }, 'InvalidJsonInput'],
  [{ key: '' }, 'InvalidOperation'],
  [{ key: 'a b' }, 'InvalidInput'],
  [{ key: 'store-berlin' }, 'DuplicateField'],
  [{ roles: [] }, 'InvalidOperation'],
  [{ roles: ['Supply'] }, 'InvalidJsonInput'],
  [{ roles: 'InventorySupply' }, 'InvalidJsonInput'],
  [{ name: 'Bonn' }, 'InvalidJsonInput'],
  [{ name: { german: 'Bonn' } }, 'InvalidInput'],
  [{ address: { city: 'Bonn' } }, 'InvalidJsonInput'],
  [{ address: { country: 'Germany' } }, 'InvalidInput'],
  [{ geoLocation: { type: 'Polygon', coordinates: [] } }, 'InvalidJsonInput'],
  [{ geoLocation: { type: 'Point', coordinates: [50.7] } }, 'InvalidInput'],
  [{ geoLocation: { type: 'Point', coordinates: [7.1, 95] } }, 'InvalidInput'],
] as const)('a channel with %j is refused with %s', async ([change, code]) => {
  await using simulator = await startSimulator();
  const { status, body } = await create(simulator, change);
  expect([status, body.errors[0].code]).toEqual([400, code]);
});

test('update actions change a channel, all or none, guarded by its version', async () => {
  await using simulator = await startSimulator();
  await create(simulator);
  const changed = await update(
    simulator,
    1,
    { action: 'changeName', name: { 'de-DE': 'Bonn' } },
    { action: 'changeDescription', description: { en: 'closed on Mondays' } },
    { action: 'addRoles', roles: ['ProductDistribution', 'InventorySupply'] },
    { action: 'removeRoles', roles: ['InventorySupply'] },
    { action: 'setAddress', address: { country: 'AT' } },
    { action: 'setGeoLocation' },
  );
  expect(changed.body).toMatchObject({
    ...{ version: 2, name: { 'de-DE': 'Bonn' }, roles: ['ProductDistribution'], address: { country: 'AT' } },
  });
  expect(changed.body).not.toHaveProperty('geoLocation');
  const late = await update(simulator, 1, { action: 'setAddress' });
  expect([late.status, late.body.errors[0].currentVersion]).toEqual([409, 2]);
  const mixed = await update(simulator, 2, { action: 'setAddress' }, { action: 'setRoles', roles: [] });
  expect(mixed.body.errors[0].code).toBe('InvalidOperation');
  expect((await simulator.api('GET', '/channels/key=store-bonn')).body).toEqual(changed.body);
  const same = await update(simulator, 2, { action: 'setAddress', address: { country: 'AT' } });
  expect([same.status, same.body.version]).toEqual([200, 2]);
});

test('a key can be changed to one that is free', async () => {
  await using simulator = await startSimulator();
  await create(simulator);
  const taken = await update(simulator, 1, { action: 'changeKey', key: 'store-berlin' });
  expect(taken.body.errors[0]).toMatchObject({ code: 'DuplicateField', field: 'key' });
  expect((await update(simulator, 1, { action: 'changeKey', key: 'bonn-2' })).body.key).toBe('bonn-2');
  expect((await simulator.api('GET', '/channels/key=store-bonn')).status).toBe(404);
  expect((await simulator.api('GET', '/channels/key=bonn-2')).body.version).toBe(2);
});

test.for([
  [{ action: 'setName', name: { 'de-DE': 'Bonn' } }, 'InvalidInput'],
  [{ action: 'changeName' }, 'InvalidJsonInput'],
  [{ action: 'changeName', name: { 'de-DE': 'Filiale Bonn' } }, 'InvalidOperation'],
  [{ action: 'addRoles', roles: ['InventorySupply'] }, 'InvalidOperation'],
  [{ action: 'removeRoles', roles: ['Primary'] }, 'InvalidOperation'],
  [{ action: 'removeRoles', roles: ['InventorySupply'] }, 'InvalidOperation'],
  [{ action: 'setRoles', roles: ['InventorySupply'] }, 'InvalidOperation'],
] as const)('the action %j is refused with %s', async ([action, code]) => {
  await using simulator = await startSimulator();
  await create(simulator);
  const { status, body } = await update(simulator, 1, action);
  expect([status, body.errors[0].code]).toEqual([400, code]);
});

test('a deletion needs the version, and the channel is gone then', async () => {
  await using simulator = await startSimulator();
  const { body } = await create(simulator);
  expect((await simulator.api('DELETE', `/channels/${body.id}`)).status).toBe(400);
  expect((await simulator.api('DELETE', `/channels/${body.id}?version=2`)).status).toBe(409);
  expect((await simulator.api('DELETE', `/channels/${body.id}?version=1`)).body).toEqual(body);
  expect((await simulator.api('GET', `/channels/${body.id}`)).status).toBe(404);
});

test('channels are queried by predicates, sorted and cut into pages', async () => {
  await using simulator = await startSimulator();
  await create(simulator);
  const query = async (text: string) =>
    (await simulator.api('GET', `/channels?${text}`)).body.results.map(({ key }: { key: string }) => key);
  expect(await query('where=roles contains any ("InventorySupply")&sort=key desc&limit=2')).toEqual([
    ...['store-hamburg', 'store-cologne'],
  ]);
  expect(await query('where=address(city="Bonn")')).toEqual(['store-bonn']);
  expect((await simulator.api('GET', '/channels?where=colour="red"')).status).toBe(400);
});

test('viewing needs view_channels, changing manage_channels', async () => {
  const viewer = { clientId: 'viewer', clientSecret: 'secret-of-viewer', scope: 'view_channels:demo-project' };
  await using simulator = await startSimulator({ clients: [viewer] });
  const { body } = await simulator.raw('/oauth/token', {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
    headers: { authorization: `Basic ${btoa('viewer:secret-of-viewer')}` },
  });
  const headers = { authorization: `Bearer ${body.access_token}`, 'content-type': 'application/json' };
  expect((await simulator.raw('/demo-project/channels', { headers })).status).toBe(200);
  const refused = await simulator.raw('/demo-project/channels', {
    ...{ method: 'POST', headers, body: JSON.stringify(draft()) },
  });
  expect(refused.status).toBe(403);
});

test('a subscription to changes of channels gets each, and no other does', async () => {
  await using simulator = await startSimulator({ versionStep: { min: 3, max: 3 } });
  await using channels = await startReceiver();
  await using orders = await startReceiver();
  const destination = { type: 'GoogleCloudPubSub', projectId: 'p', topic: 't' };
  for (const [key, resourceTypeId, url] of [
    ['of-channels', 'channel', channels.url],
    ['of-orders', 'order', orders.url],
  ]) {
    const subscription = { key, destination, changes: [{ resourceTypeId }] };
    expect((await simulator.api('POST', '/subscriptions', subscription)).status).toBe(201);
    await simulator.control('POST', '/push-targets', { url, subscription: key, envelope: 'bare' });
  }
  const { body } = await create(simulator);
  await update(simulator, 1, { action: 'setAddress' });
  await simulator.api('DELETE', '/channels/key=store-bonn?version=4');
  const ofChannel = () => channels.received.filter(({ resource }) => resource.typeId === 'channel');
  await until(() => ofChannel().length === 3);
  const about = {
    projectKey: 'demo-project',
    resource: { typeId: 'channel', id: body.id },
    resourceUserProvidedIdentifiers: { key: 'store-bonn' },
    modifiedAt: expect.any(String),
  };
  const byKind = Object.fromEntries(ofChannel().map((each) => [each.notificationType, each]));
  expect(byKind).toEqual({
    ResourceCreated: { notificationType: 'ResourceCreated', ...about, version: 1 },
    ResourceUpdated: { notificationType: 'ResourceUpdated', ...about, version: 4, oldVersion: 1 },
    ResourceDeleted: { notificationType: 'ResourceDeleted', ...about, version: 7, dataErasure: false },
  });
  await until(async () => (await simulator.control('GET', '/notifications')).body.counts.pending === 0);
  expect(orders.received.filter(({ resource }) => resource.typeId !== 'subscription')).toEqual([]);
});

test('changes of channels travel as badly as messages: they are lost or come twice where that is asked for', async () => {
  for (const [delivery, expected] of [
    [{ lost: 1 }, 0],
    [{ duplicates: 1 }, 2],
  ] as const) {
    await using simulator = await startSimulator({ delivery });
    await using receiver = await startReceiver();
    await simulator.control('POST', '/push-targets', { url: receiver.url, envelope: 'bare', changes: true });
    await create(simulator);
    await until(async () => (await simulator.control('GET', '/notifications')).body.counts.pending === 0);
    expect(receiver.received.filter(({ resource }) => resource.typeId === 'channel')).toHaveLength(expected);
  }
});
