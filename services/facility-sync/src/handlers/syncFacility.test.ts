import { toWantedFacility } from '@pipeline/provider-fulfillmenttools';
import { describe, expect, test } from 'vitest';
import type { Mishap } from '../testing/fakeFacilities.ts';
import { aChannel, anAddress, CHANNEL_ID, changed, deleted, startSync } from '../testing/sync.ts';

const noRole = { roles: ['ProductDistribution'] };

describe('a channel with the role InventorySupply', () => {
  test('gets a facility, announced before it is made', async () => {
    const { deliver, tenant, tester, outcomes } = startSync();
    expect(await deliver(changed(1))).toBe('done');
    expect(tenant.all()).toMatchObject([
      { tenantFacilityId: 'store-1', name: 'Store One', status: 'ONLINE', channelId: CHANNEL_ID },
    ]);
    expect(tester.appends.map(({ entry }) => [entry.status, entry.facilityId])).toEqual([
      ['creating', null],
      ['online', 'facility-1'],
    ]);
    expect(tester.state).toMatchObject({ channelVersion: 1, provider: 'fulfillmenttools', projectKey: 'shop' });
    expect(outcomes).toEqual(['created']);
  });

  test('whose facility alone cannot be made becomes a dead letter at last, and gets it by a redrive', async () => {
    const { deliver, tenant, tester } = startSync();
    tester.retryMs = 60_000;
    tester.othersSucceed = true;
    tenant.mishaps.push(...Array<Mishap>(10_000).fill('lost-before'));
    expect(await deliver(changed(1))).toBe('dead-letter');
    expect(tester.letters).toMatchObject([{ code: 'transient-exhausted' }]);
    tenant.mishaps.length = 0;
    await deliver(changed(1));
    expect(tenant.all()).toHaveLength(1);
  });

  test('changes it where it changes, and asks nothing where it does not', async () => {
    const { deliver, tenant, tester, outcomes } = startSync();
    await deliver(changed(1));
    const { reads } = tester;
    await deliver(changed(1));
    expect(tester.reads).toBe(reads);
    await deliver(changed(2, { name: 'Store 1' }));
    const again = tester.reads;
    await deliver(changed(4, { name: 'Store 1' }));
    await deliver(changed(3, { name: 'Older' }));
    expect(tester.reads).toBe(again);
    expect(tenant.writes).toEqual(['create', { name: 'Store 1' }]);
    expect(outcomes).toEqual(['created', 'unchanged', 'updated', 'unchanged', 'nothing']);
    expect(tester.state?.channelVersion).toBe(4);
  });

  test('gives its facility another tenantFacilityId with another key', async () => {
    const { deliver, tenant } = startSync();
    await deliver(changed(1));
    await deliver(changed(2, { key: 'store-2' }));
    expect(tenant.all()).toMatchObject([{ id: 'facility-1', tenantFacilityId: 'store-2' }]);
    expect(tenant.all()).toHaveLength(1);
  });

  test('takes it offline when it is deleted, and nothing older brings it back', async () => {
    const { deliver, tenant, tester, outcomes } = startSync();
    await deliver(changed(3));
    await deliver(deleted(3));
    for (const event of [deleted(3), deleted(2), deleted(0), changed(2), changed(3), changed(0)]) await deliver(event);
    expect(tenant.all()).toMatchObject([{ status: 'OFFLINE' }]);
    expect(tenant.writes).toEqual(['create', { status: 'OFFLINE' }]);
    expect(tester.state).toMatchObject({ channelVersion: 3, status: 'offline', facilityId: 'facility-1' });
    expect(outcomes.slice(0, 2)).toEqual(['created', 'offline']);
  });

  test('is deleted also where the version of that is not known, and never by an older one', async () => {
    const { deliver, tenant } = startSync();
    await deliver(changed(3));
    await deliver(deleted(2));
    expect(tenant.all()).toMatchObject([{ status: 'ONLINE' }]);
    await deliver(deleted(0));
    expect(tenant.all()).toMatchObject([{ status: 'OFFLINE' }]);
  });

  test('is online again where a newer version shows that it was not deleted', async () => {
    const { deliver, tenant } = startSync();
    await deliver(deleted(1));
    await deliver(changed(2));
    expect(tenant.all()).toMatchObject([{ status: 'ONLINE' }]);
  });

  test('is offline without the role, and online with it again', async () => {
    const { deliver, tenant, outcomes } = startSync();
    await deliver(changed(1));
    await deliver(changed(2, { ...noRole, address: null }));
    await deliver(changed(3, { name: 'Back' }));
    expect(tenant.writes).toEqual(['create', { status: 'OFFLINE' }, { name: 'Back', status: 'ONLINE' }]);
    expect(outcomes).toEqual(['created', 'offline', 'online']);
  });

  test('leaves a facility as people set it: suspended, with their services and their contact', async () => {
    const { deliver, tenant } = startSync();
    await deliver(changed(1));
    const [made] = tenant.all();
    if (made) tenant.put({ ...made, status: 'SUSPENDED', address: { ...made.address, phoneNumbers: ['theirs'] } });
    await deliver(changed(2, { address: anAddress({ city: 'Bonn' }) }));
    const [facility] = tenant.all();
    expect(facility).toMatchObject({ status: 'SUSPENDED', address: { city: 'Bonn', phoneNumbers: ['theirs'] } });
    expect(Object.keys(tenant.writes.at(-1) ?? {})).toEqual(['address']);
  });
});

describe('a sync by command', () => {
  test('brings back what was deleted or changed at the provider, and writes nothing where nothing differs', async () => {
    const { deliver, repair, tenant, tester, outcomes } = startSync();
    await deliver(changed(1));
    const { reads } = tester;
    await repair(changed(1));
    expect([tester.reads - reads, tenant.writes]).toEqual([1, ['create']]);
    const [made] = tenant.all();
    if (made) tenant.put({ ...made, name: 'By hand', tenantFacilityId: 'by-hand' });
    await deliver(changed(1));
    expect(tenant.all()).toMatchObject([{ name: 'By hand' }]);
    await repair(changed(1));
    expect(tenant.all()).toMatchObject([{ id: made?.id, name: 'Store One', tenantFacilityId: 'store-1' }]);
    tenant.stored.clear();
    await repair(changed(1));
    expect(tenant.all()).toMatchObject([{ name: 'Store One', status: 'ONLINE', channelId: CHANNEL_ID }]);
    expect(outcomes).toEqual(['created', 'unchanged', 'unchanged', 'updated', 'created']);
  });

  test('leaves offline what people have set offline, and takes offline again what has no role', async () => {
    const { deliver, repair, tenant } = startSync();
    await deliver(changed(1));
    const setStatus = (status: 'ONLINE' | 'OFFLINE') => tenant.all().forEach((each) => tenant.put({ ...each, status }));
    setStatus('OFFLINE');
    await repair(changed(1));
    expect(tenant.writes).toEqual(['create']);
    await deliver(changed(2, noRole));
    setStatus('ONLINE');
    await repair(changed(2, noRole));
    expect(tenant.writes).toEqual(['create', { status: 'OFFLINE' }]);
  });

  test('brings back the facility of a channel that was taken for deleted, and nothing older does', async () => {
    const { deliver, repair, tenant, tester, outcomes } = startSync();
    await deliver(changed(3));
    await deliver(deleted(3));
    const takenOfflineAt = tester.state?.updatedAt ?? 0;
    await repair(changed(2));
    await repair(changed(3, {}, { receivedAt: takenOfflineAt - 1 }));
    expect(tenant.all()).toMatchObject([{ status: 'OFFLINE' }]);
    await repair(changed(3, {}, { receivedAt: takenOfflineAt + 1 }));
    expect(tenant.all()).toMatchObject([{ id: 'facility-1', status: 'ONLINE' }]);
    expect(outcomes.slice(1)).toEqual(['offline', 'nothing', 'nothing', 'online']);
    expect(tester.state).toMatchObject({ status: 'online', channelVersion: 3 });
  });
});

describe('a channel without the role', () => {
  test('gets nothing, also by an older event that comes later', async () => {
    const { deliver, tenant, tester, outcomes } = startSync();
    await deliver(changed(2, noRole));
    await deliver(changed(1));
    expect([tenant.writes, tester.reads, outcomes]).toEqual([[], 1, ['nothing', 'nothing']]);
  });

  test('gets a facility once it has the role', async () => {
    const { deliver, tenant } = startSync();
    await deliver(changed(2, noRole));
    await deliver(changed(3));
    expect(tenant.writes).toEqual(['create']);
  });
});

describe('a facility that is there already', () => {
  test('is adopted: name, address and mark are written, its status is not', async () => {
    const { deliver, tenant, tester, outcomes } = startSync();
    const byHand = tenant.make(toWantedFacility(aChannel({ name: 'By hand' })), null);
    tenant.put({ ...byHand, status: 'OFFLINE', customAttributes: { own: 1 } });
    await deliver(changed(1));
    expect(tenant.all()).toMatchObject([
      { name: 'Store One', status: 'OFFLINE', customAttributes: { own: 1, commercetoolsId: CHANNEL_ID } },
    ]);
    expect([outcomes, tester.state?.facilityId]).toEqual([['adopted'], byHand.id]);
  });

  test('is not written where nothing differs', async () => {
    const { deliver, tenant, outcomes } = startSync();
    tenant.put(tenant.make(toWantedFacility(aChannel()), CHANNEL_ID));
    await deliver(changed(1));
    expect([tenant.writes, outcomes]).toEqual([[], ['adopted']]);
  });

  test('is left to the channel that it belongs to, and taken over when that one is gone', async () => {
    const { deliver, tenant, tester } = startSync();
    const other = tenant.put(tenant.make(toWantedFacility(aChannel()), 'another channel'));
    expect(await deliver(changed(1))).toBe('dead-letter');
    expect(tester.letters).toMatchObject([{ code: 'facility-key-taken', message: expect.stringContaining('store-1') }]);
    expect(tester.retries.length).toBeGreaterThan(1);
    expect(tenant.writes).toEqual([]);
    tenant.put({ ...other, status: 'OFFLINE' });
    expect(await deliver(changed(1))).toBe('done');
    expect(tenant.all()).toMatchObject([{ id: other.id, status: 'ONLINE', channelId: CHANNEL_ID }]);
  });

  test('is no longer touched by the channel from which another has taken it over', async () => {
    const { deliver, tenant, tester } = startSync();
    await deliver(changed(1));
    const [made] = tenant.all();
    if (made) tenant.put({ ...made, channelId: 'another channel' });
    await deliver(deleted());
    expect(tenant.writes).toEqual(['create']);
    expect(tester.state).toMatchObject({ status: 'offline', facilityId: null });
  });

  test.each([
    ['that is deleted', deleted(2)],
    ['that loses the role', changed(2, { ...noRole, address: null })],
    ['that is deleted under another key', deleted(2, { key: 'store-2' })],
  ])('goes offline with a channel %s, whose facility was never on record', async (_how, event) => {
    const { deliver, tenant, tester, outcomes } = startSync();
    const made = tenant.put(tenant.make(toWantedFacility(aChannel({ key: event.channelKey ?? '' })), CHANNEL_ID));
    expect(await deliver(changed(1, { address: null }))).toBe('dead-letter');
    expect(tester.state).toBeUndefined();
    await deliver(event);
    expect(tenant.all()).toMatchObject([{ id: made.id, status: 'OFFLINE' }]);
    expect([tester.state?.facilityId, outcomes]).toEqual([made.id, ['offline']]);
  });

  test.each([
    ['has no mark', null, false],
    ['has the mark of another channel', 'another channel', false],
    ['is a supplier', CHANNEL_ID, true],
  ])('stays as it is where it %s and a channel with its key goes', async (_what, mark, isSupplier) => {
    const { deliver, tenant, tester } = startSync();
    tenant.put({ ...tenant.make(toWantedFacility(aChannel()), mark), isSupplier });
    await deliver(deleted(2));
    expect([tenant.writes, tester.state?.facilityId]).toEqual([[], null]);
  });

  test('is not looked for where the key of its channel is not known', async () => {
    const { deliver, tester } = startSync();
    await deliver({ ...deleted(2), channelKey: null });
    expect([tester.reads, tester.state?.status]).toEqual([0, 'offline']);
  });

  test('keeps a new key from a channel until it is free', async () => {
    const { deliver, tenant, tester } = startSync();
    await deliver(changed(1));
    tenant.put(tenant.make(toWantedFacility(aChannel({ key: 'store-2' })), null));
    expect(await deliver(changed(2, { key: 'store-2' }))).toBe('dead-letter');
    expect(tester.letters[0]?.code).toBe('facility-key-taken');
    expect(tenant.writes).toEqual(['create']);
  });

  test('of a supplier is nobody’s store', async () => {
    const { deliver, tenant, tester } = startSync();
    tenant.put({ ...tenant.make(toWantedFacility(aChannel()), null), isSupplier: true });
    expect(await deliver(changed(1))).toBe('dead-letter');
    expect([tester.letters[0]?.code, tenant.writes]).toEqual(['facility-is-supplier', []]);
  });
});

describe('what goes wrong', () => {
  test.each(['lost-before', 'lost-after', 'crash-after'] as const)(
    'one facility is made though the answer is %s',
    async (mishap) => {
      const { deliver, tenant, tester, outcomes } = startSync();
      tenant.mishaps.push(mishap);
      expect(await deliver(changed(1))).toBe('done');
      expect(tenant.all()).toHaveLength(1);
      expect(tester.state).toMatchObject({ status: 'online', facilityId: 'facility-1' });
      expect(outcomes).toEqual(['created']);
    },
  );

  test('a facility that was made in doubt is found under the key that it was made with', async () => {
    const { tenant, tester, deliver } = startSync();
    tenant.mishaps.push('lost-after');
    await tester.call(tester.message(changed(1))).catch(() => undefined);
    await deliver(changed(2, { key: 'store-2' }));
    expect(tenant.all()).toMatchObject([{ id: 'facility-1', tenantFacilityId: 'store-2' }]);
    expect(tenant.all()).toHaveLength(1);
  });

  test('a facility that was made in doubt goes offline with its channel', async () => {
    const { tenant, tester, deliver } = startSync();
    tenant.mishaps.push('lost-after');
    await tester.call(tester.message(changed(1))).catch(() => undefined);
    await deliver(deleted());
    expect(tenant.all()).toMatchObject([{ status: 'OFFLINE' }]);
  });

  test.each(['late', 'crash-late'] as const)(
    'one facility is made though the request is %s, and the channel has another key by then',
    async (mishap) => {
      const { deliver, tenant, tester } = startSync();
      tenant.mishaps.push(mishap);
      await deliver(changed(1));
      await deliver(changed(2, { key: 'store-2' }));
      tenant.arrive(Infinity);
      expect(tenant.all()).toMatchObject([{ id: 'facility-1', tenantFacilityId: 'store-2', status: 'ONLINE' }]);
      expect(tester.effects.filter((name) => name === 'createFacility')).toHaveLength(1);
    },
  );

  test.each([
    ['loses the role', changed(2, noRole)],
    ['is deleted', deleted()],
  ])('a facility that is made late goes offline with its channel, which %s meanwhile', async (_how, event) => {
    const { tenant, tester, deliver } = startSync();
    tenant.mishaps.push('late');
    await tester.call(tester.message(changed(1))).catch(() => undefined);
    await deliver(event);
    tenant.arrive(Infinity);
    expect(tenant.all()).toMatchObject([{ status: 'OFFLINE' }]);
  });

  test('a facility that is made late is the only one, though there is one with the channel’s new key', async () => {
    const { tenant, tester, deliver } = startSync();
    tenant.mishaps.push('late');
    await tester.call(tester.message(changed(1))).catch(() => undefined);
    tenant.put(tenant.make(toWantedFacility(aChannel({ key: 'store-2' })), null));
    expect(await deliver(changed(2, { key: 'store-2' }))).toBe('dead-letter');
    expect(tester.letters[0]?.code).toBe('facility-key-taken');
    expect(tenant.all().filter(({ channelId }) => channelId === CHANNEL_ID)).toHaveLength(1);
  });

  test.each([
    ['not-sent', 500],
    ['lost-before', 2_000],
  ] as const)('after a request that was %s, another is sent %i ms later', async (mishap, waitedMs) => {
    const { deliver, tenant, clock } = startSync();
    tenant.mishaps.push(mishap);
    const begun = clock.now().monotonic;
    await deliver(changed(1));
    expect([tenant.writes, clock.now().monotonic - begun]).toEqual([['create'], waitedMs]);
  });

  test('a conflict is read again and sent again', async () => {
    const { deliver, tenant } = startSync();
    await deliver(changed(1));
    tenant.mishaps.push('conflict', 'lost-after');
    await deliver(changed(2, { name: 'New' }));
    expect(tenant.writes).toEqual(['create', { name: 'New' }]);
  });

  test('a facility that somebody has deleted is made anew', async () => {
    const { deliver, tenant, tester } = startSync();
    await deliver(changed(1));
    tenant.stored.clear();
    await deliver(changed(2, { name: 'New' }));
    expect(tenant.all()).toMatchObject([{ id: 'facility-2', name: 'New' }]);
    tenant.mishaps.push('gone');
    await deliver(changed(3, { name: 'Newer' }));
    expect(tenant.all()).toMatchObject([{ id: 'facility-2', name: 'Newer' }]);
    tenant.stored.clear();
    expect(await deliver(deleted())).toBe('done');
    expect(tester.state).toMatchObject({ status: 'offline', facilityId: null });
  });

  test('a refusal that is no duplicate becomes a dead letter', async () => {
    const { deliver, tenant, tester } = startSync();
    tenant.mishaps.push('refused');
    expect(await deliver(changed(1))).toBe('dead-letter');
    expect(tester.letters[0]?.code).toBe('provider-refused');
    expect(await deliver(changed(2))).toBe('done');
    expect(tenant.all()).toHaveLength(1);
  });

  test('an incomplete address is a dead letter that names every part, and the next change mends it', async () => {
    const { deliver, tenant, tester } = startSync();
    expect(await deliver(changed(1, { address: anAddress({ street: ' ', city: null, country: 'xx' }) }))).toBe(
      'dead-letter',
    );
    expect(tester.letters[0]).toMatchObject({ errorClass: 'permanent', code: 'facility-incomplete' });
    expect(tester.letters[0]?.message).toMatch(/store-1.*address\.street, address\.city, address\.country are missing/);
    expect([tenant.writes, tester.state]).toEqual([[], undefined]);
    await deliver(changed(2));
    expect(tenant.all()).toHaveLength(1);
    expect(await deliver(changed(1, { address: null }))).toBe('done');
  });

  test('an event of a type that is not known is a dead letter', async () => {
    const { deliver, tester } = startSync();
    expect(await deliver(changed(1, {}, { type: 'Unknown' }))).toBe('dead-letter');
    expect(tester.letters[0]?.code).toBe('event-unknown');
  });
});
