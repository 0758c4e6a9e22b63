import { aShipping, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { type CommerceOrderEvent, deadLetterTopics, shadowTopics, topics } from '@pipeline/schemas';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { expect, test } from 'vitest';
import { confirmed, gate, routing, severalTargets, theOrder } from '../testing/router.ts';
import { defaultMappingConfig, explainTransformed } from '@pipeline/provider-fulfillmenttools';
import { createPreviewOrder, type PreviewOrderOptions } from './previewOrder.ts';

const explained: PreviewOrderOptions['explain'] = (order, context) =>
  explainTransformed(order, { routing, mapping: defaultMappingConfig, context });

function start(order = theOrder(), explain = explained, policy: PreviewOrderOptions['routing'] = routing) {
  const tester = createKeyTester<CommerceOrderEvent>({
    key: ORDER_ID,
    source: topics.commerceOrders,
    deadLetters: deadLetterTopics['order-router'],
    clock: createTestClock(NOON),
    create: () =>
      createPreviewOrder({
        platform: { getOrder: () => Promise.resolve(order) },
        gate,
        routing: policy,
        explain,
        now: () => NOON,
      }),
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
    mapping: {
      version: '1',
      reasons: ['tenantOrderId: It is the order number.', 'deliveryPreferences: Shipping method standard is shipped.'],
      warnings: [],
    },
  });
  expect(tester.published.map(({ topic, key }) => [topic.name, key])).toEqual([
    [shadowTopics['order-router'].name, ORDER_ID],
  ]);
  expect([tester.effects, tester.appends]).toEqual([[], []]);
});

test('shadow mode shows each target of an order with several', async () => {
  const { preview } = start();
  expect(await preview(confirmed({ order: severalTargets() }))).toMatchObject({
    decision: 'divide',
    targets: [
      { target: 'home', decision: 'place', tenantOrderId: '4711-home', lines: [{ articleId: 'sku-1', quantity: 2 }] },
      { target: 'work', decision: 'place', tenantOrderId: '4711-work', lines: [{ quantity: 1 }, { quantity: 1 }] },
    ],
  });
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

test('shadow mode reads an order whose snapshot refers to a facility without its key', async () => {
  const collected = (pickupStore: string) =>
    theOrder({ shippings: [aShipping({ methodKey: 'pickup' })], customFields: { pickupStore } });
  const policy = { ...routing, collectFacilityField: 'pickupStore' };
  const explain: PreviewOrderOptions['explain'] = (order, context) =>
    explainTransformed(order, { routing: policy, mapping: defaultMappingConfig, context });
  const { preview } = start(collected('"store-7"'), explain, policy);
  expect(await preview(confirmed({ order: collected('{"typeId":"channel","id":"c-1"}') }))).toMatchObject({
    delivery: { kind: 'collect', facilityKey: 'store-7' },
  });
});

test('shadow mode shows what the mapping leaves out and refuses, and nothing of the consumer', async () => {
  const slip = { customLineItems: [{ slug: 'wrap', name: {}, quantity: 1, totalPrice: null, customFields: {} }] };
  const warned = await start().preview(confirmed({ order: theOrder(slip) }));
  expect(warned).toMatchObject({
    decision: 'place',
    mapping: { warnings: [expect.stringMatching(/^customServices: Custom line item wrap/)] },
  });
  const { shippingAddress } = theOrder();
  const homeless = theOrder({ shippingAddress: shippingAddress && { ...shippingAddress, street: null } });
  const refused = await start().preview(confirmed({ order: homeless }));
  expect(refused).toMatchObject({
    decision: 'reject',
    reason: 'mapping-address-incomplete',
    mapping: { version: '1' },
  });
  const shown = JSON.stringify([warned, refused]);
  for (const personal of ['Ada', 'Example', 'Köln', '50667', 'Musterweg']) expect(shown).not.toContain(personal);
});
