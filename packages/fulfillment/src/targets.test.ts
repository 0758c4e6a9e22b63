import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defaultRoutingPolicy } from './routing.ts';
import { isUnread, orderForTarget, partsOf, targetsOf } from './targets.ts';
import { aLineItem, anOrder, aShipping } from './testkit/index.ts';

const address = anOrder().shippingAddress;
const total = { currency: 'EUR', amount: 3_000, fractionDigits: 2 };
const several = anOrder({
  shippings: [aShipping({ key: 'a', target: 'a', address }), aShipping({ key: 'b', target: 'b', address: null })],
  lineItems: [
    aLineItem({ quantity: 3, totalPrice: total, targetQuantities: { a: 2, b: 1 } }),
    aLineItem({ id: 'line-2', quantity: 1, totalPrice: total, targetQuantities: { b: 1 } }),
  ],
  taxes: [{ name: 'VAT', rate: 0.19, amount: total }],
  discountOnTotal: total,
  customLineItemCount: 1,
});

it('an order with one destination, or of which it is unclear, is one part', () => {
  expect(partsOf(anOrder())).toEqual([{ target: null, order: anOrder(), tenantOrderId: '4711' }]);
  expect(targetsOf({ ...several, targetsUnclear: true })).toEqual([]);
});

it('a part has its goods, its shipping and nothing that belongs to the whole', () => {
  const [a, b] = partsOf(several);
  expect([a?.tenantOrderId, b?.tenantOrderId]).toEqual(['4711-a', '4711-b']);
  expect(a?.order).toMatchObject({
    shippings: [{ key: 'a' }],
    shippingAddress: address,
    lineItems: [{ id: 'line-1', quantity: 2, totalPrice: null }],
    taxes: [],
    discountOnTotal: null,
    customLineItemCount: 0,
  });
  expect(b?.order).toMatchObject({
    shippingAddress: null,
    lineItems: [{ quantity: 1 }, { quantity: 1, totalPrice: total }],
  });
});

it('pieces of a line cost what they cost, where all cost the same, and else it is not said', () => {
  const unit = { currency: 'EUR', amount: 1_000, fractionDigits: 2 };
  const partOf = (over: Parameters<typeof aLineItem>[0]) =>
    orderForTarget(
      { ...several, lineItems: [aLineItem({ quantity: 3, targetQuantities: { a: 2, b: 1 }, ...over })] },
      'a',
    ).lineItems[0];
  expect(partOf({ price: unit, totalPrice: total })).toMatchObject({ price: unit, totalPrice: { amount: 2_000 } });
  const discountedPrice = { ...unit, amount: 900 };
  const discounted = { price: unit, discountedPrice, totalPrice: { ...total, amount: 2_700 } };
  expect(partOf(discounted)).toMatchObject({ price: unit, discountedPrice, totalPrice: { amount: 1_800 } });
  expect(partOf({ price: unit, totalPrice: { ...total, amount: 2_500 } })).toMatchObject({
    price: null,
    totalPrice: null,
  });
});

it('a target that the order has not any more gets nothing', () => {
  expect(orderForTarget(several, 'gone')).toMatchObject({ shippings: [], shippingAddress: null, lineItems: [] });
});

it('targets without a name are read anew', () => {
  const [first, second] = several.shippings;
  const unnamed = { ...several, shippings: [first, { ...second, target: null }] as typeof several.shippings };
  expect(isUnread(unnamed, defaultRoutingPolicy)).toBe(true);
  expect(isUnread({ ...unnamed, targetsUnclear: true }, defaultRoutingPolicy)).toBe(false);
  expect(isUnread(several, defaultRoutingPolicy)).toBe(false);
});

it('the parts together have every piece just once', () => {
  const quantities = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 5 }), { minKeys: 1 });
  fc.assert(
    fc.property(fc.array(quantities, { minLength: 1, maxLength: 5 }), (lines) => {
      const lineItems = lines.map((targetQuantities, at) => {
        const quantity = Object.values(targetQuantities).reduce((sum, each) => sum + each, 0);
        return aLineItem({ id: `line-${at}`, quantity, targetQuantities });
      });
      const shippings = ['a', 'b', 'c'].map((target) => aShipping({ key: target, target }));
      const parts = partsOf(anOrder({ shippings, lineItems }));
      for (const { id, quantity } of lineItems) {
        const ofLine = parts.flatMap(({ order }) => order.lineItems.filter((line) => line.id === id));
        expect(ofLine.reduce((sum, line) => sum + line.quantity, 0)).toBe(quantity);
      }
    }),
  );
});
