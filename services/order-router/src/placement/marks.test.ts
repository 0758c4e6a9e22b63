import { aLineItem, anOrder } from '@pipeline/fulfillment/testkit';
import { expect, test } from 'vitest';
import { toMarks } from './marks.ts';

const shippingAddress = anOrder().shippingAddress ?? expect.unreachable();
/** Articles whose keys JSON would put in an order of its own. */
const lineItems = ['sku-9', '100', '20', 'sku-9'].map((sku, at) =>
  aLineItem({ id: `line-${at}`, sku, quantity: at + 1 }),
);
const order = anOrder({ customerEmail: 'ada@example.com', customerId: '', lineItems });

// By other marks, every order on record would look changed.
test('the marks of an order stay what they are', () => {
  const marks = { address: '0de53', lines: 'f8729', delivery: '70906' };
  expect(toMarks(order, { kind: 'collect', facilityKey: 'store-7' })).toEqual(marks);
  expect(toMarks(order, undefined)).toEqual({ ...marks, delivery: '58268' });
});

test('the order of fields does not count, nor whether one is empty or missing', () => {
  const turned = Object.fromEntries(Object.entries(shippingAddress).reverse()) as typeof shippingAddress;
  const same = { ...turned, company: '', phone: null };
  expect(toMarks({ ...order, shippingAddress: same }, undefined)).toEqual(toMarks(order, undefined));
  const moved = toMarks({ ...order, shippingAddress: { ...same, city: 'Bonn' } }, undefined);
  expect(moved.address).not.toBe(toMarks(order, undefined).address);
});
