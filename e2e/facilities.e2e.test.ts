import type { Sandbox } from '@pipeline/sandbox';
import { deadLetterTopics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
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
