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
const mishaps = fc.array(fc.constantFrom<Mishap>('lost-before', 'lost-after', 'crash-after', 'conflict'), {
  maxLength: 4,
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
