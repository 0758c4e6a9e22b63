import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { PROJECT_KEY, type Sandbox, simulatorCredentials } from '@pipeline/sandbox';
import { deadLetterTopics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { openStores } from './shop.ts';
import { withSandbox } from './withSandbox.ts';

const address = { country: 'DE', streetName: 'Domstr.', streetNumber: '1', postalCode: '50667', city: 'Cologne' };
const aChannel = (key: string, over: object = {}) => ({
  key,
  roles: ['InventorySupply'],
  name: { de: `Filiale ${key}` },
  address,
  geoLocation: { type: 'Point', coordinates: [6.9, 50.9] },
  ...over,
});

describe('channels with the role InventorySupply', () => {
  it('become facilities, which change and go offline with them, each once', async () => {
    await withSandbox({ channels: true }, async (sandbox) => {
      const moving = await lives(sandbox);
      await isMended(sandbox);
      await isFoundByItsMark(sandbox);
      await isRepaired(sandbox);
      await isMadeOnce(sandbox);
      expect(await facilityOf(sandbox, moving)).toMatchObject({ status: 'OFFLINE' });
      expect(await (await sandbox.startFacilitySync()).stop()).toBe(0);
    });
  });
});

async function facilityOf({ fulfillmenttools }: Sandbox, channelId: string) {
  const facilities = await fulfillmenttools.facilities();
  const own = facilities.filter(({ customAttributes }) => customAttributes?.['commercetoolsId'] === channelId);
  expect(own.length).toBeLessThanOrEqual(1);
  return own[0];
}

const until = (sandbox: Sandbox, channelId: string, expected: object) =>
  expect.poll(() => facilityOf(sandbox, channelId), { timeout: 60_000 }).toMatchObject(expected);

/** Made, changed, renamed, without its role, with it again, deleted. */
async function lives(sandbox: Sandbox): Promise<string> {
  const { commercetools } = sandbox;
  const made = await commercetools.createChannel(aChannel('moving'));
  const { id } = made;
  await until(sandbox, id, {
    tenantFacilityId: 'moving',
    name: 'Filiale moving',
    status: 'ONLINE',
    services: [{ type: 'SHIP_FROM_STORE' }, { type: 'PICKUP' }],
    address: { street: 'Domstr.', houseNumber: '1', city: 'Cologne', resolvedCoordinates: { lat: 50.9, lon: 6.9 } },
  });
  const setAddress = { action: 'setAddress', address: { ...address, city: 'Bonn', postalCode: '53111' } };
  const moved = await commercetools.updateChannel(made, setAddress, { action: 'changeKey', key: 'moved' });
  await until(sandbox, id, { tenantFacilityId: 'moved', address: { city: 'Bonn', postalCode: '53111' } });
  const idle = await commercetools.updateChannel(moved, { action: 'setRoles', roles: ['ProductDistribution'] });
  await until(sandbox, id, { status: 'OFFLINE' });
  const back = await commercetools.updateChannel(idle, { action: 'addRoles', roles: ['InventorySupply'] });
  await until(sandbox, id, { status: 'ONLINE' });
  await commercetools.deleteChannel(back);
  await until(sandbox, id, { status: 'OFFLINE', tenantFacilityId: 'moved' });
  return id;
}

async function isMended(sandbox: Sandbox): Promise<void> {
  const { commercetools, kafka } = sandbox;
  const letters = () => kafka.messages(deadLetterTopics['facility-sync'].name);
  const made = await commercetools.createChannel(aChannel('bare', { address: { country: 'DE', city: 'Ulm' } }));
  await expect.poll(async () => (await letters()).length, { timeout: 60_000 }).toBe(1);
  const [{ key, headers } = expect.unreachable()] = await letters();
  expect(key).toBe(made.id);
  expect(JSON.stringify(headers)).toMatch(
    /facility-incomplete.*Channel bare .*address\.street, address\.postalCode are missing/s,
  );
  expect(await facilityOf(sandbox, made.id)).toBeUndefined();
  await commercetools.updateChannel(made, { action: 'setAddress', address });
  await until(sandbox, made.id, { tenantFacilityId: 'bare', status: 'ONLINE' });
  expect(await letters()).toHaveLength(1);
}

/** A facility that somebody else has made for a channel of which nothing is on record. */
async function isFoundByItsMark(sandbox: Sandbox): Promise<void> {
  const { commercetools, kafka } = sandbox;
  const made = await commercetools.createChannel(aChannel('theirs', { address: { country: 'DE' } }));
  await expect
    .poll(async () => (await kafka.messages(deadLetterTopics['facility-sync'].name)).length, { timeout: 60_000 })
    .toBe(2);
  const { call } = await openStores(sandbox);
  await call('POST', '/api/facilities', {
    ...{ type: 'MANAGED_FACILITY', tenantFacilityId: 'theirs', name: 'Theirs', status: 'ONLINE' },
    address: { companyName: 'C', street: 'S', city: 'Ulm', postalCode: '1', country: 'DE' },
    ...{ locationType: 'STORE', services: [], customAttributes: { commercetoolsId: made.id } },
  });
  await commercetools.deleteChannel(made);
  await until(sandbox, made.id, { tenantFacilityId: 'theirs', status: 'OFFLINE' });
}

const OPS = fileURLToPath(new URL('../packages/cli/src/ops.main.ts', import.meta.url));

/** What people have changed at fulfillmenttools, by the operator's command. */
async function isRepaired(sandbox: Sandbox): Promise<void> {
  const { addresses, commercetools, topicPrefix } = sandbox;
  const { id } = await commercetools.createChannel(aChannel('kept'));
  await until(sandbox, id, { name: 'Filiale kept' });
  const facility = (await facilityOf(sandbox, id)) as unknown as { id: string; version: number };
  const { call } = await openStores(sandbox);
  const { version } = facility;
  await call('PATCH', `/api/facilities/${facility.id}`, { type: 'MANAGED_FACILITY', version, name: 'By hand' });
  const { clientId, clientSecret } = simulatorCredentials.commercetools;
  const env = {
    ...process.env,
    ...{ KAFKA_BROKERS: addresses.brokers.join(','), SCHEMA_REGISTRY_URL: addresses.registryUrl },
    ...{ TOPIC_PREFIX: topicPrefix, GROUP_PREFIX: topicPrefix },
    ...{ CTP_PROJECT_KEY: PROJECT_KEY, CTP_CLIENT_ID: clientId, CTP_CLIENT_SECRET: clientSecret },
    ...{ CTP_API_URL: addresses.commercetoolsUrl, CTP_AUTH_URL: addresses.commercetoolsUrl },
  };
  await promisify(execFile)(process.execPath, [OPS, 'channels', 'sync', '--key', 'kept'], { env });
  await until(sandbox, id, { name: 'Filiale kept' });
}

/** The process dies after the facility is made, and before that is on record. */
async function isMadeOnce(sandbox: Sandbox): Promise<void> {
  const { commercetools, fulfillmenttools } = sandbox;
  const dying = await sandbox.startFacilitySync({ FAILPOINT: 'facility.afterPost:kill' });
  const { id, key } = await commercetools.createChannel(aChannel('killed'));
  await expect.poll(() => dying.running, { timeout: 60_000 }).toBe(false);
  await until(sandbox, id, { tenantFacilityId: key });
  await sandbox.startFacilitySync();
  await commercetools.updateChannel({ id, key, version: 1 }, { action: 'changeName', name: { de: 'Neu' } });
  await until(sandbox, id, { name: 'Neu' });
  const named = (await fulfillmenttools.facilities()).filter(({ tenantFacilityId }) => tenantFacilityId === key);
  expect(named).toHaveLength(1);
}
