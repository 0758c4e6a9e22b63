import { issuePermit } from '@pipeline/streams';
import { createFulfillmenttoolsSimulator } from '@pipeline/simulator-fulfillmenttools';
import { expect, test } from 'vitest';
import { connectFulfillmenttools } from '../connect.ts';
import { failureOf } from '../testing/samples.ts';
import { connectControl } from '../testing/simulatorControl.ts';
import { createFacilities } from './facilities.ts';
import { listFacilityIds } from './facilityIds.ts';
import type { WantedFacility } from './facility.ts';

const accounts = { apiKey: 'key', user: 'sim@ocff-sim-pre.com', password: 'password-of-the-test' };
const { signal } = new AbortController();
const permit = () => issuePermit('test', signal);

const wanted: WantedFacility = {
  tenantFacilityId: 'store 1/a',
  name: 'Store One',
  address: {
    companyName: 'Shop',
    street: 'Domstr.',
    city: 'Cologne',
    postalCode: '50667',
    country: 'DE',
    phoneNumbers: [{ type: 'PHONE', value: '1' }],
    emailAddresses: [{ value: 'store@example.com' }],
    resolvedCoordinates: { lat: 50.9, lon: 6.9 },
  },
};

async function startTenant() {
  const simulator = createFulfillmenttoolsSimulator({ ...accounts, stepMs: 0, indexLagMs: 0, facilities: [] });
  const url = await simulator.listen();
  const client = connectFulfillmenttools({
    apiKey: accounts.apiKey,
    credentials: { user: accounts.user, password: accounts.password },
    baseUrl: url,
    signInUrl: url,
    tokenUrl: url,
  });
  const control = await connectControl(url, accounts);
  return {
    facilities: createFacilities({ client }),
    listIds: (size?: number) => listFacilityIds({ client, signal, ...(size === undefined ? {} : { size }) }),
    fault: (rule: object) => control.callControl('POST', '/faults', { count: 1, ...rule }),
    list: async () => (await control.call('GET', '/api/facilities')).facilities as object[],
    async [Symbol.asyncDispose]() {
      await client.close();
      await simulator.close();
    },
  };
}

test('a facility is made, found by the tenant’s own id, changed and taken offline', async () => {
  await using tenant = await startTenant();
  const { facilities } = tenant;
  expect(await facilities.find(wanted.tenantFacilityId, signal)).toBeUndefined();
  const made = await facilities.create(wanted, 'channel-1', permit());
  expect(made).toMatchObject({
    ...wanted,
    status: 'ONLINE',
    channelId: 'channel-1',
    isSupplier: false,
  });
  expect(await facilities.find(wanted.tenantFacilityId, signal)).toEqual(made);
  const renamed = await facilities.change(
    made,
    { name: 'New', tenantFacilityId: 'other', status: 'OFFLINE' },
    permit(),
  );
  expect(renamed).toMatchObject({ id: made.id, name: 'New', tenantFacilityId: 'other', status: 'OFFLINE' });
  expect(await facilities.get(made.id, signal)).toEqual(renamed);
  expect(await facilities.find(wanted.tenantFacilityId, signal)).toBeUndefined();
});

test('whatever is not known of a creation is an unknown outcome, and the facility is found', async () => {
  await using tenant = await startTenant();
  await tenant.fault({ method: 'POST', route: '/api/facilities', when: 'after', status: 503 });
  const error = await failureOf(() => tenant.facilities.create(wanted, 'channel-1', permit()));
  expect(error.errorClass).toBe('unknown-outcome');
  expect(await tenant.facilities.find(wanted.tenantFacilityId, signal)).toMatchObject({ channelId: 'channel-1' });
  const again = await failureOf(() => tenant.facilities.create(wanted, 'channel-1', permit()));
  expect(again).toMatchObject({ errorClass: 'permanent', code: 'provider-refused', httpStatus: 400 });
  expect(await tenant.list()).toHaveLength(1);
});

test('an old version, and any other 409 to a change, is a conflict', async () => {
  await using tenant = await startTenant();
  const { facilities } = tenant;
  const made = await facilities.create(wanted, 'channel-1', permit());
  await facilities.change(made, { name: 'New' }, permit());
  const old = await failureOf(() => facilities.change(made, { name: 'Newer' }, permit()));
  expect(old.errorClass).toBe('conflict');
  await tenant.fault({ method: 'PATCH', status: 409, body: [{ summary: 'exists' }] });
  const taken = await failureOf(() => facilities.change(made, { tenantFacilityId: 'other' }, permit()));
  expect(taken.errorClass).toBe('conflict');
});

test('a facility that is not there is gone to a change and undefined to a read', async () => {
  await using tenant = await startTenant();
  const { facilities } = tenant;
  const error = await failureOf(() => facilities.change({ id: 'none', version: 1 }, { name: 'New' }, permit()));
  expect(error.errorClass).toBe('gone');
  expect(await facilities.get('none', signal)).toBeUndefined();
});

test('a permit is used once, and a body that would be refused is not sent', async () => {
  await using tenant = await startTenant();
  const { facilities } = tenant;
  const once = permit();
  const made = await facilities.create(wanted, 'channel-1', once);
  expect((await failureOf(() => facilities.change(made, { name: 'New' }, once))).code).toBe('permit-refused');
  const broken = { ...wanted, tenantFacilityId: 'other', address: { ...wanted.address, country: 'de' } };
  const error = await failureOf(() => facilities.create(broken, 'channel-1', permit()));
  expect(error).toMatchObject({ errorClass: 'permanent', code: 'facility-invalid', notSent: true });
  expect(error.message).toContain('address.country');
  expect((await failureOf(() => facilities.change(made, { name: '' }, permit()))).code).toBe('facility-invalid');
  expect(await tenant.list()).toHaveLength(1);
});

test('an answer that is no facility leaves open whether it was made', async () => {
  await using tenant = await startTenant();
  await tenant.fault({ method: 'POST', route: '/api/facilities', when: 'after', status: 201, body: {} });
  const error = await failureOf(() => tenant.facilities.create(wanted, 'channel-1', permit()));
  expect(error).toMatchObject({ errorClass: 'unknown-outcome', code: 'provider-answer-broken' });
});

test('the ids of all facilities are listed once, whatever the page, and what is no next page is no end', async () => {
  await using tenant = await startTenant();
  expect(await tenant.listIds()).toEqual([]);
  const made: string[] = [];
  for (const tenantFacilityId of ['a', 'b', 'c'])
    made.push((await tenant.facilities.create({ ...wanted, tenantFacilityId }, 'channel-1', permit())).id);
  for (const size of [1, 2, 3, 500]) expect(await tenant.listIds(size)).toEqual(made);
  for (const body of [{}, { facilities: [{}] }, { facilities: [{ id: 'x' }, { id: 'x' }, {}] }]) {
    await tenant.fault({ method: 'GET', route: '/api/facilities', status: 200, body });
    expect(await failureOf(() => tenant.listIds())).toMatchObject({
      ...{ errorClass: 'transient', code: 'provider-answer-broken' },
    });
  }
  await tenant.fault({
    method: 'GET',
    route: '/api/facilities',
    status: 200,
    body: { facilities: [{ id: 'x' }] },
    count: 2,
  });
  expect((await failureOf(() => tenant.listIds(1))).code).toBe('provider-answer-broken');
});
