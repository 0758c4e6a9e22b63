import { aFulfillmentEvent, aHandoverJob, aLedgerEntry, aPlacedOrder, aPlacement } from '@pipeline/fulfillment/testkit';
import { PipelineError } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { closed, handedOver, picking, placed, ready } from './testing/inputs.ts';
import { startWriter } from './testing/writer.ts';

const placedWithoutLines = aLedgerEntry({ placements: [aPlacement({ lines: [] })] });

test('what was ordered is read from the provider’s order once goods are at their handover, and only once', async () => {
  const { platform, atProvider, observed, tester, deliver } = startWriter();
  await deliver(placedWithoutLines);
  await deliver(picking);
  expect(atProvider.reads).toBe(0);
  await deliver(ready);
  await deliver(closed, handedOver());
  expect([atProvider.reads, platform.order?.shipmentState]).toEqual([1, 'Shipped']);
  expect(tester.state?.placement?.lines).toEqual(aPlacedOrder().lines);
  expect(observed).not.toContain('alert quantities-unknown');
});

test('an order that was more than what left stays Partial', async () => {
  const { platform, atProvider, deliver } = startWriter();
  atProvider.order = aPlacedOrder({ lines: [{ articleId: 'sku-1', quantity: 3 }] });
  await deliver(placedWithoutLines, closed, handedOver());
  expect(platform.order?.shipmentState).toBe('Partial');
});

test('nothing is read when the ledger tells it', async () => {
  const { atProvider, deliver } = startWriter();
  await deliver(placed, closed, handedOver());
  expect(atProvider.reads).toBe(0);
});

test.each([
  ['is gone', (): undefined => undefined],
  ['has no lines', () => aPlacedOrder({ lines: [] })],
])(
  'when the provider’s order %s, the state is left, the fields are written, and a replay reads nothing',
  async (_, order) => {
    const { platform, atProvider, observed, tester, deliver } = startWriter();
    atProvider.order = order();
    await deliver(placedWithoutLines, closed, handedOver());
    expect(platform.order).toMatchObject({ shipmentState: null, fields: { handoverJobId: 'handover-1' } });
    expect(observed).toContain('alert quantities-unknown');
    const reads = atProvider.reads;
    tester.restart();
    await deliver(placedWithoutLines);
    await deliver(closed, handedOver());
    expect(atProvider.reads).toBe(reads);
  },
);

test('a read that is refused keeps nothing back; one that fails is repeated', async () => {
  for (const [errorClass, retries] of [
    ['permanent', 0],
    ['transient', 1],
  ] as const) {
    const { platform, atProvider, tester, deliver } = startWriter();
    atProvider.failures.push(new PipelineError(errorClass, 'provider-refused', 'no'));
    expect(await deliver(placedWithoutLines, closed, handedOver())).toBe('done');
    expect([tester.retries.length, tester.letters.length]).toEqual([retries, 0]);
    expect(platform.order?.fields.handoverJobId).toBe('handover-1');
  }
});

test('another placement of the order is asked for anew', async () => {
  const { atProvider, deliver } = startWriter();
  await deliver(placedWithoutLines, ready);
  const again = aPlacement({ attempt: 2, providerOrderId: 'fft-order-2', processId: 'process-2', lines: [] });
  await deliver(
    aLedgerEntry({ placements: [again] }),
    aFulfillmentEvent({ processId: 'process-2', handoverJob: aHandoverJob({ id: 'handover-2' }) }),
  );
  expect(atProvider.reads).toBe(2);
});
