import { rankOf } from '@pipeline/fulfillment';
import { aLedgerEntry, aPlacement } from '@pipeline/fulfillment/testkit';
import { describe, expect, test } from 'vitest';
import { fiveNotifications } from '../../ingest-fft/src/testing/notifications.ts';
import { startNormaliser } from '../../ingest-fft/src/testing/normaliser.ts';
import { startWriter } from './testing/writer.ts';

/** Bytes as fulfillmenttools posts them → events → updates, through the handlers of both services. */
async function run(
  notifications: readonly Uint8Array[],
  { together, collect }: { together: boolean; collect: boolean },
) {
  const normaliser = startNormaliser();
  for (const bytes of notifications) await normaliser.deliver(bytes);
  const writer = startWriter();
  await writer.deliver(aLedgerEntry({ placements: [aPlacement({ collect })] }));
  const [first, ...rest] = normaliser.events();
  if (first && together) await writer.deliver(first, ...rest);
  else for (const event of normaliser.events()) await writer.deliver(event);
  return writer;
}

describe.each([
  ['DELIVERY', 'Shipped'],
  ['COLLECT', 'Delivered'],
] as const)('the five events of an order, %s', (channel, end) => {
  const permutations = permute(fiveNotifications(channel));

  test(`end as the same order, ${end}, in all 120 orders of arrival, and are never written backwards`, async () => {
    expect(permutations).toHaveLength(120);
    for (const notifications of permutations) {
      const { platform, tester } = await run(notifications, { together: false, collect: channel === 'COLLECT' });
      expect(platform.order).toMatchObject({
        shipmentState: end,
        fields: {
          providerOrderId: 'fft-order-1',
          pickJobId: 'pick-1',
          shortId: 'A1',
          facilityId: 'facility-1',
          loadUnitsAmount: 2,
          handoverJobId: 'handover-1',
        },
      });
      const ranks = platform.writes.flatMap(({ change }) =>
        change.shipmentState ? [rankOf(change.shipmentState)] : [],
      );
      expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      expect([tester.state?.reopened, platform.reads, tester.letters]).toEqual([0, 1, []]);
    }
  });

  test('become one update when they wait together', async () => {
    for (const notifications of permutations) {
      const { platform } = await run(notifications, { together: true, collect: channel === 'COLLECT' });
      expect(platform.writes).toHaveLength(2);
      expect(platform.order?.shipmentState).toBe(end);
    }
  });
});

function permute<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permute(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
