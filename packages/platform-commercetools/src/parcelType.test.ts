import { afterEach, expect, test } from 'vitest';
import { ensureParcelType, resolveParcelType } from './parcelType.ts';
import { resolveSyncChannel } from './syncChannel.ts';
import { clientOf } from './testing/client.ts';
import { ctError, json, type Reply, startServer, type TestServer } from './testing/server.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const signal = AbortSignal.timeout(30_000);
const missing = ctError(404, 'ResourceNotFound');

async function start(get: Reply): Promise<{ server: TestServer; request: Parameters<typeof resolveParcelType>[0] }> {
  const server = await startServer((received, response) =>
    received.method === 'GET' ? get(received, response) : json(201, { id: 'type-1', version: 1 })(received, response),
  );
  const client = clientOf(server.url);
  stops.push(
    () => client.close(),
    () => server.stop(),
  );
  return { server, request: { api: client.api, key: 'some-key', signal } };
}

const type = (over: object = {}): Reply =>
  json(200, {
    id: 'type-1',
    key: 'some-key',
    version: 2,
    resourceTypeIds: ['order-parcel'],
    fieldDefinitions: [{ name: 'fft_tracking_url', type: { name: 'String' } }],
    ...over,
  });

test('the Type of parcels is read, and its absence is no failure', async () => {
  const found = { id: 'type-1', key: 'some-key', urlField: 'fft_tracking_url' };
  expect(await resolveParcelType((await start(type())).request)).toEqual(found);
  expect(await resolveParcelType((await start(missing)).request)).toBeUndefined();
});

test('its field may have another name, in the Type that is read and in the one that is created', async () => {
  const urlField = 'my_page';
  const { request } = await start(type({ fieldDefinitions: [{ name: urlField, type: { name: 'String' } }] }));
  expect(await resolveParcelType({ ...request, urlField })).toMatchObject({ urlField });
  await expect(resolveParcelType(request)).rejects.toMatchObject({ code: 'parcel-type-unfit' });
  const empty = await start(missing);
  expect(await ensureParcelType({ ...empty.request, urlField })).toMatchObject({ urlField });
  expect(JSON.parse(empty.server.requests.at(-1)?.body ?? '')).toMatchObject({
    fieldDefinitions: [{ name: urlField }],
  });
});

test.each([
  ['is for orders', { resourceTypeIds: ['order'] }],
  ['lacks our field', { fieldDefinitions: [] }],
  ['has it as a number', { fieldDefinitions: [{ name: 'fft_tracking_url', type: { name: 'Number' } }] }],
])('a Type that %s is refused, and not changed', async (_, over) => {
  const { server, request } = await start(type(over));
  for (const attempt of [resolveParcelType, ensureParcelType])
    await expect(attempt(request)).rejects.toMatchObject({ errorClass: 'permanent', code: 'parcel-type-unfit' });
  expect(server.calls().filter((each) => each.startsWith('POST'))).toEqual([]);
});

test('the set-up creates it where it is missing, once', async () => {
  const { server, request } = await start(missing);
  expect(await ensureParcelType(request)).toMatchObject({ id: 'type-1', urlField: 'fft_tracking_url' });
  expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toMatchObject({
    key: 'some-key',
    resourceTypeIds: ['order-parcel'],
    fieldDefinitions: [{ name: 'fft_tracking_url', type: { name: 'String' }, required: false }],
  });
  const there = await start(type());
  await ensureParcelType(there.request);
  expect(there.server.calls().filter((each) => each.startsWith('POST'))).toEqual([]);
});

test.each([['OrderExport'], ['OrderImport']])('a channel with the role %s may mark orders', async (role) => {
  const { request } = await start(json(200, { id: 'channel-1', version: 1, roles: ['InventorySupply', role] }));
  expect(await resolveSyncChannel(request)).toBe('channel-1');
});

test.each<[string, Reply]>([
  ['is not there', missing],
  ['has no such role', json(200, { id: 'channel-1', version: 1, roles: ['InventorySupply'] })],
])('a channel that %s is refused with what to do', async (_, reply) => {
  const { request } = await start(reply);
  await expect(resolveSyncChannel(request)).rejects.toMatchObject({
    errorClass: 'permanent',
    code: 'sync-channel-unfit',
    message: expect.stringContaining('some-key'),
  });
});
