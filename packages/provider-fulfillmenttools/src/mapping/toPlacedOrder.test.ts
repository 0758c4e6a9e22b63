import { parseSparsely } from '@pipeline/streams';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ORDER_ID, vendorOrder } from '../testing/samples.ts';
import { placedOrderShape, toPlacedOrder } from './toPlacedOrder.ts';

test('an order is read with what links it to ours', () => {
  expect(toPlacedOrder(vendorOrder())).toEqual({
    providerOrderId: 'fft-1',
    processId: 'process-1',
    tenantOrderId: 'A-1001',
    status: 'OPEN',
    version: 3,
    orderId: ORDER_ID,
    projectKey: 'shop',
    collect: false,
    lines: [{ articleId: 'SKU-1', quantity: 2 }],
  });
});

test.each([
  ['ours', { commercetoolsOrderId: ORDER_ID, commercetoolsId: 'x' }, ORDER_ID],
  ['that of the vendor connector', { commercetoolsId: ORDER_ID }, ORDER_ID],
  [
    'that of the vendor connector beside a broken one',
    { commercetoolsOrderId: '7', commercetoolsId: ORDER_ID },
    ORDER_ID,
  ],
  ['none, as it is no UUID', { commercetoolsOrderId: 'A-1001' }, null],
  ['none, as it is a text round a UUID', { commercetoolsOrderId: ` ${ORDER_ID}` }, null],
  ['none, as it is no text', { commercetoolsOrderId: [ORDER_ID] }, null],
  ['none', undefined, null],
])('the order id is %s', (_name, customAttributes, orderId) => {
  expect(toPlacedOrder(vendorOrder({ customAttributes }))?.orderId).toBe(orderId);
});

test('it is collected when it names a place to collect', () => {
  const deliveryPreferences = { collect: [{ tenantFacilityId: 'store-7' }] };
  expect(toPlacedOrder(vendorOrder({ deliveryPreferences }))?.collect).toBe(true);
  expect(toPlacedOrder(vendorOrder({ deliveryPreferences: { collect: [] } }))?.collect).toBe(false);
});

test('lines of the same article are one', () => {
  const line = (tenantArticleId: string, quantity: number) => ({ quantity, article: { tenantArticleId } });
  const orderLineItems = [line('a', 1), line('b', 2), line('a', 3), { quantity: 9 }];
  expect(toPlacedOrder(vendorOrder({ orderLineItems }))?.lines).toEqual([
    { articleId: 'a', quantity: 4 },
    { articleId: 'b', quantity: 2 },
  ]);
});

test.each([0.5, -1, 1e300, '2', null])('a quantity of %j, which is none, counts nothing', (quantity) => {
  const orderLineItems = [{ quantity, article: { tenantArticleId: 'a' } }];
  expect(toPlacedOrder(vendorOrder({ orderLineItems }))?.lines).toEqual([{ articleId: 'a', quantity: 0 }]);
});

test('a status that is new to us is UNKNOWN', () => {
  expect(toPlacedOrder(vendorOrder({ status: 'DREAMING' }))?.status).toBe('UNKNOWN');
});

test('what has no id or no version is no order, and nothing throws', () => {
  expect(toPlacedOrder(vendorOrder({ id: '' }))).toBeUndefined();
  expect(toPlacedOrder(vendorOrder({ version: '3' }))).toBeUndefined();
  fc.assert(
    fc.property(fc.anything(), fc.dictionary(fc.string(), fc.anything()), (answer, over) => {
      toPlacedOrder(answer);
      expect(toPlacedOrder({ ...vendorOrder(), ...over, id: 'x', version: 1 })?.providerOrderId).toBe('x');
    }),
  );
});

test('what is read of its JSON alone is the same order', () => {
  const text = fc.string({ maxLength: 3 });
  const number = fc.oneof(fc.nat(9), fc.jsonValue());
  const attribute = fc.constantFrom('commercetoolsOrderId', 'commercetoolsId', 'commercetoolsProjectKey', 'other');
  const line = fc.record({ quantity: number, article: fc.record({ tenantArticleId: text, title: text }), id: text });
  const parts = {
    id: fc.oneof(text, fc.jsonValue()),
    version: number,
    processId: fc.oneof(text, fc.jsonValue()),
    tenantOrderId: fc.oneof(text, fc.jsonValue()),
    status: fc.oneof(fc.constantFrom('OPEN', 'LOCKED', 'NEW'), fc.jsonValue()),
    customAttributes: fc.oneof(fc.dictionary(attribute, fc.oneof(fc.constant(ORDER_ID), text)), fc.jsonValue()),
    deliveryPreferences: fc.oneof(fc.record({ collect: fc.array(fc.jsonValue()) }), fc.jsonValue()),
    orderLineItems: fc.oneof(fc.array(fc.oneof(line, fc.jsonValue())), fc.jsonValue()),
  };
  let orders = 0;
  fc.assert(
    fc.property(fc.record(parts, { requiredKeys: [] }), (over) => {
      const bytes = Buffer.from(JSON.stringify(vendorOrder(over)));
      const whole = toPlacedOrder(JSON.parse(bytes.toString()));
      expect(toPlacedOrder(parseSparsely(bytes, placedOrderShape))).toEqual(whole);
      if (whole !== undefined) orders += 1;
    }),
    { numRuns: 500 },
  );
  expect(orders).toBeGreaterThan(50);
});
