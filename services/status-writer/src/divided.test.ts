import {
  aFulfillmentEvent,
  aHandoverJob,
  aLedgerEntry,
  aPickJob,
  aPlacedOrder,
  aPlacement,
  aProviderOrder,
  someParts,
} from '@pipeline/fulfillment/testkit';
import type { FulfillmentEvent, Placement } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { startWriter } from './testing/writer.ts';

const lines = [{ articleId: 'sku-1', quantity: 1 }];
const processId = (target: string): string => `process-${target}`;
const placed = (target: string, over: Partial<Placement> = {}): Placement =>
  aPlacement({ target, providerOrderId: `fft-${target}`, processId: processId(target), ...over });
const awaited = (target: string): Placement =>
  placed(target, { status: 'placing', providerOrderId: null, processId: null });
const both = aLedgerEntry({ placements: [placed('home'), placed('office')] });

const told = (target: string, part: Partial<FulfillmentEvent>) =>
  aFulfillmentEvent({ processId: processId(target), ...part });
const created = (target: string) => told(target, { order: aProviderOrder({ id: `fft-${target}` }) });
const left = (target: string) =>
  told(target, {
    handoverJob: aHandoverJob({
      ...{ id: `handover-${target}`, pickJobId: `pick-${target}`, version: 2, status: 'HANDED_OVER' },
      lines: [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }],
    }),
  });
const picked = (target: string) =>
  told(target, {
    pickJob: aPickJob({
      id: `pick-${target}`,
      status: 'CLOSED',
      lines: [{ articleId: 'sku-1', quantity: 1, picked: 1 }],
    }),
  });

/** A shop's order of two pieces that go to two places. */
function startDivided() {
  const writer = startWriter();
  const shippingKeys = ['home', 'office'];
  writer.platform.change({
    parts: someParts({ lines: [{ id: 'line-1', articleId: 'sku-1', quantity: 2 }], shippingKeys }),
  });
  return writer;
}

describe('an order that was divided', () => {
  test('is written as one, with each delivery at its shipping key, and none of its processes is superseded', async () => {
    const { platform, observed, deliver } = startDivided();
    await deliver(both, created('home'), created('office'));
    await deliver(picked('office'), left('office'));
    expect(platform.order).toMatchObject({ shipmentState: 'Partial', fields: { providerOrderId: 'fft-home' } });
    await deliver(picked('home'), left('home'));
    expect(platform.order?.shipmentState).toBe('Shipped');
    const added = platform.writes.flatMap(({ change }) => change.deliveries ?? []);
    expect(added).toMatchObject([
      { step: 'addDelivery', key: 'pick-office', shippingKey: 'office' },
      { step: 'addDelivery', key: 'pick-home', shippingKey: 'home' },
    ]);
    expect(observed.filter((each) => !each.startsWith('written'))).toEqual([]);
  });

  test('is not Shipped before its last target is placed, and the order of that is neither superseded nor a duplicate', async () => {
    const { platform, observed, deliver } = startDivided();
    await deliver(aLedgerEntry({ placements: [placed('home'), awaited('office')] }));
    await deliver(created('home'), picked('home'), left('home'), created('office'));
    expect(platform.order?.shipmentState).toBe('Partial');
    await deliver(both, picked('office'), left('office'));
    expect(platform.order?.shipmentState).toBe('Shipped');
    expect(observed.filter((each) => !each.startsWith('written'))).toEqual([]);
  });

  test('goes on from its record after a restart', async () => {
    const { platform, tester, deliver } = startDivided();
    await deliver(both, created('home'), created('office'), left('home'));
    tester.restart();
    await deliver(left('office'));
    expect(platform.order?.shipmentState).toBe('Shipped');
  });

  test('has a third process counted, and told of', async () => {
    const { observed, deliver } = startDivided();
    await deliver(both, created('home'), created('office'));
    await deliver(told('garden', { order: aProviderOrder({ id: 'fft-garden' }) }));
    expect(observed).toEqual(['written fields', 'superseded', 'alert duplicate-order']);
  });
});

describe('what was ordered of a divided order, when neither the ledger nor an event tells', () => {
  const bare = aLedgerEntry({ placements: [placed('home', { lines: [] }), placed('office', { lines: [] })] });

  test('is read from the order of each target, once goods of one are at their handover', async () => {
    const { platform, atProvider, tester, deliver } = startDivided();
    atProvider.order = aPlacedOrder({ lines });
    await deliver(bare);
    expect(atProvider.reads).toBe(0);
    await deliver(left('home'));
    expect([atProvider.reads, platform.order?.shipmentState]).toEqual([2, 'Partial']);
    expect(tester.state).toMatchObject({ placement: { lines }, targets: [{ lines }, { lines }] });
    await deliver(left('office'));
    expect([atProvider.reads, platform.order?.shipmentState]).toEqual([2, 'Shipped']);
  });

  test('is read of the others when one is refused', async () => {
    const { atProvider, tester, deliver } = startDivided();
    atProvider.failures.push(new PipelineError('permanent', 'provider-refused', 'no'));
    expect(await deliver(bare, left('home'))).toBe('done');
    expect(tester.state?.targets).toMatchObject([{ lines: [] }, { lines }]);
  });
});
