import { aShipping, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { type CommerceOrderEvent, deadLetterTopics, shadowTopics, topics } from '@pipeline/schemas';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { expect, test } from 'vitest';
import { confirmed, gate, routing, theOrder } from '../testing/router.ts';
import { createPreviewOrder } from './previewOrder.ts';

function start(order = theOrder()) {
  const tester = createKeyTester<CommerceOrderEvent>({
    key: ORDER_ID,
    source: topics.commerceOrders,
    deadLetters: deadLetterTopics['order-router'],
    clock: createTestClock(NOON),
    create: () =>
      createPreviewOrder({ platform: { getOrder: () => Promise.resolve(order) }, gate, routing, now: () => NOON }),
  });
  const preview = async (event: CommerceOrderEvent): Promise<Record<string, unknown>> => {
    await tester.deliver(tester.message(event));
    return JSON.parse(String(tester.published.at(-1)?.value)) as Record<string, unknown>;
  };
  return { tester, preview };
}

test('shadow mode writes what it would place to its own topic, without personal data, and changes nothing', async () => {
  const { tester, preview } = start();
  const record = await preview(confirmed());
  expect(record).toEqual({
    orderId: ORDER_ID,
    orderNumber: '4711',
    orderVersion: 5,
    type: 'OrderConfirmed',
    decision: 'place',
    tenantOrderId: '4711',
    delivery: { kind: 'shipping', serviceLevel: null, carriers: [], facilityKeys: [] },
    held: false,
    lines: [{ articleId: 'sku-1', quantity: 1 }],
  });
  expect(tester.published.map(({ topic, key }) => [topic.name, key])).toEqual([
    [shadowTopics['order-router'].name, ORDER_ID],
  ]);
  expect([tester.effects, tester.appends]).toEqual([[], []]);
});

test('shadow mode says why an order would not be placed', async () => {
  const { preview } = start();
  expect(await preview(confirmed({ order: theOrder({ lineItems: [] }) }))).toMatchObject({
    decision: 'skip',
    reason: 'nothing-to-fulfill',
  });
  const unmapped = theOrder({ shippings: [aShipping({ methodKey: 'drone' })] });
  expect(await preview(confirmed({ order: unmapped }))).toMatchObject({
    decision: 'reject',
    reason: 'shipping-method-unknown',
  });
});

test('shadow mode reads an order only to judge it', async () => {
  const { tester, preview } = start();
  expect(await preview(confirmed({ type: 'OrderCancelled', order: null }))).toMatchObject({ decision: 'none' });
  expect(tester.reads).toBe(0);
  expect(await preview(confirmed({ order: null }))).toMatchObject({ decision: 'place' });
  expect(tester.reads).toBe(1);
});
