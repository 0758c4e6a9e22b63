import type { CommerceChannelEvent } from '@pipeline/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Mishap } from '../testing/fakeFacilities.ts';
import { changed, deleted, startSync } from '../testing/sync.ts';

/** A life of a channel: what it is in each of its versions, and whether it ends deleted. */
const life = fc.record({
  versions: fc.array(
    fc.record({
      key: fc.constantFrom('store-1', 'store-2'),
      name: fc.constantFrom('One', 'Two', 'Three'),
      supplies: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  isDeleted: fc.boolean(),
  /** A deletion repeats the last version, or has one of its own. */
  extra: fc.nat(1),
});
const mishaps = fc.array(
  fc.constantFrom<Mishap>('lost-before', 'lost-after', 'late', 'crash-late', 'crash-after', 'conflict'),
  {
    maxLength: 4,
  },
);

/** What people do to a facility. */
const tampering = fc.constantFrom<'nothing' | 'deleted' | 'renamed' | 'set-offline'>(
  ...(['nothing', 'deleted', 'renamed', 'set-offline'] as const),
);

test('a sync by command brings back what the channel says, whatever was before, and does not set online what people set offline', async () => {
  await fc.assert(
    fc.asyncProperty(
      life,
      tampering,
      fc.boolean(),
      mishaps,
      async ({ versions, isDeleted }, tampered, again, planned) => {
        const { deliver, repair, tenant, tester } = startSync();
        const events = versions.map(({ supplies, ...channel }, index) =>
          changed(index + 1, { ...channel, roles: supplies ? ['InventorySupply'] : [] }),
        );
        for (const event of events) await deliver(event);
        // A deletion that was none: the channel is there.
        if (isDeleted) await deliver(deleted(versions.length));
        const [facility] = tenant.all();
        const wasOffline = tester.state?.status === 'offline';
        if (tampered === 'deleted') tenant.stored.clear();
        else if (facility && tampered === 'renamed') tenant.put({ ...facility, name: 'By hand' });
        else if (facility && tampered === 'set-offline') tenant.put({ ...facility, status: 'OFFLINE' });
        tenant.mishaps.push(...planned);
        const newest = events.at(-1);
        if (!newest) throw new Error('There is at least one.');
        // What was sent before the deletion was seen proves nothing.
        await repair({ ...newest, receivedAt: (tester.state?.updatedAt ?? 0) - 1 });
        if (isDeleted) expect(tenant.all().every(({ status }) => status === 'OFFLINE')).toBe(true);
        for (let times = again ? 2 : 1; times > 0; times -= 1)
          expect(await repair({ ...newest, receivedAt: (tester.state?.updatedAt ?? 0) + 1 })).toBe('done');
        tenant.arrive(Infinity);
        const [mended] = tenant.all();
        expect(tenant.all().length).toBeLessThanOrEqual(1);
        if (!versions.at(-1)?.supplies) {
          expect(mended?.status ?? 'OFFLINE').toBe('OFFLINE');
          return;
        }
        const isTheirs = tampered === 'set-offline' && !wasOffline;
        expect(mended).toMatchObject({
          tenantFacilityId: newest.channel?.key,
          name: newest.channel?.name,
          status: isTheirs ? 'OFFLINE' : 'ONLINE',
        });
        expect(tester.state).toMatchObject({ status: 'online', facilityId: mended?.id });
      },
    ),
    { numRuns: 300 },
  );
});

test('any order and repetition of a channel’s events, whatever befalls them, ends in the state of the newest', async () => {
  await fc.assert(
    fc.asyncProperty(
      life,
      fc.infiniteStream(fc.nat()),
      mishaps,
      async ({ versions, isDeleted, extra }, order, planned) => {
        const events: CommerceChannelEvent[] = versions.map(({ supplies, ...channel }, index) =>
          changed(index + 1, { ...channel, roles: supplies ? ['InventorySupply'] : [] }),
        );
        if (isDeleted) events.push(deleted(versions.length + extra));
        // Each at least once, as chance will have it.
        const shuffled = [...events, ...events]
          .map((event) => ({ event, at: order.next().value }))
          .sort((one, other) => one.at - other.at)
          .map(({ event }) => event);
        const { deliver, tenant, tester } = startSync();
        tenant.mishaps.push(...planned);
        for (const event of shuffled) expect(await deliver(event)).toBe('done');
        tenant.arrive(Infinity);
        const newest = versions.at(-1);
        const [facility] = tenant.all();
        expect(tenant.all().length).toBeLessThanOrEqual(1);
        if (!newest?.supplies || isDeleted) {
          expect(facility?.status ?? 'OFFLINE').toBe('OFFLINE');
          return;
        }
        expect(facility).toMatchObject({ tenantFacilityId: newest.key, name: newest.name, status: 'ONLINE' });
        expect(tester.state).toMatchObject({ status: 'online', facilityId: facility?.id });
      },
    ),
    { numRuns: 300 },
  );
});
