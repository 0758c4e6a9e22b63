import type { Order, ShippingMethod } from '@commercetools/platform-sdk';
import { loadSchema } from '@pipeline/schemas';
import avro from 'avsc';
import { describe, expect, test } from 'vitest';
import { fixturesPresent, parseFixture } from '../testing/fixtures.ts';
import { aLineItem, anOrder, euros } from '../testing/order.ts';
import { toOrderSnapshot } from './toOrderSnapshot.ts';

const readAt = 1_795_000_000_000;
const snapshot = (changes: Partial<Order> = {}) => toOrderSnapshot(anOrder(changes), { readAt });
const line = (changes: Parameters<typeof aLineItem>[0]) => snapshot({ lineItems: [aLineItem(changes)] }).lineItems[0];
const eventType = avro.Type.forSchema(loadSchema('commerce.orders.v1') as avro.Schema, {
  logicalTypes: {},
});

/** Does it fit the schema of the topic? avsc throws on the first part that does not. */
function encode(order: unknown): Buffer {
  return eventType.toBuffer({
    type: 'OrderConfirmed',
    platform: 'commercetools',
    instance: 'default',
    projectKey: 'shop',
    orderId: 'o',
    orderVersion: 1,
    orderNumber: null,
    eventId: 'e',
    cause: 'OrderCreated',
    occurredAt: 1,
    receivedAt: 1,
    dataErasure: false,
    snapshotIncluded: true,
    order,
  });
}

const reference = (obj?: Partial<ShippingMethod>) =>
  ({ typeId: 'shipping-method', id: 'method-1', ...(obj ? { obj: obj as ShippingMethod } : {}) }) as const;
const shippingInfo = (changes = {}) => ({
  shippingMethodName: 'DHL',
  price: euros(495),
  shippingRate: { price: euros(495), tiers: [] },
  shippingMethodState: 'MatchesCart',
  shippingMethod: reference(),
  ...changes,
});
const address = {
  country: 'DE',
  streetName: 'Hohe Straße',
  streetNumber: '12a',
  pOBox: 'P 1',
  custom: { type: { typeId: 'type', id: 't' }, fields: { door: 3 } },
} as const;
const custom = (fields: Record<string, unknown>) => ({ type: { typeId: 'type', id: 'their-type' }, fields }) as const;

test('the least order maps to a snapshot that fits the schema, with null for what it lacks', () => {
  const mapped = snapshot();
  expect(mapped).toMatchObject({ orderNumber: null, shippingAddress: null, customTypeId: null, locale: null, readAt });
  expect(mapped.createdAt).toBe(Date.parse('2026-11-20T09:14:03.512Z'));
  expect(encode(mapped).length).toBeGreaterThan(0);
});

test('lists that older orders or imports lack count as empty', () => {
  const { shipping: _s, customLineItems: _c, syncInfo: _i, ...bare } = anOrder();
  const mapped = toOrderSnapshot(bare as unknown as Order, { readAt });
  expect(mapped).toMatchObject({ shippings: [], customLineItemCount: 0, syncInfo: [], deliveryCount: 0 });
});

test('a time that is not readable is a permanent error of the mapping', () => {
  expect(() => snapshot({ createdAt: 'yesterday' })).toThrow(
    expect.objectContaining({ errorClass: 'permanent', stage: 'map' }),
  );
});

describe('money', () => {
  test('keeps the digits of the currency', () => {
    const yen = { type: 'centPrecision', currencyCode: 'JPY', centAmount: 1_200, fractionDigits: 0 } as const;
    expect(snapshot({ totalPrice: yen }).totalPrice).toEqual({ currency: 'JPY', amount: 1_200, fractionDigits: 0 });
  });

  test('of high precision is the exact amount with its own digits', () => {
    const value = {
      type: 'highPrecision',
      currencyCode: 'EUR',
      centAmount: 1,
      preciseAmount: 1_234,
      fractionDigits: 5,
    } as const;
    expect(line({ price: { id: 'p', value } })?.price).toEqual({ currency: 'EUR', amount: 1_234, fractionDigits: 5 });
  });
});

describe('a line item', () => {
  const part = (quantity: number, centAmount: number) => ({
    quantity,
    discountedPrice: { value: euros(centAmount), includedDiscounts: [] },
  });

  test('has a discounted price when one covers the whole quantity', () => {
    expect(line({ discountedPricePerQuantity: [part(2, 450)] })?.discountedPrice?.amount).toBe(450);
    expect(line({ discountedPricePerQuantity: [part(1, 450), part(1, 450)] })?.discountedPrice?.amount).toBe(450);
  });

  test('has none when parts cost differently, or only a part is discounted', () => {
    expect(line({ discountedPricePerQuantity: [part(1, 450), part(1, 500)] })?.discountedPrice).toBeNull();
    expect(line({ discountedPricePerQuantity: [part(1, 450)] })?.discountedPrice).toBeNull();
    expect(line({})?.discountedPrice).toBeNull();
  });

  test('has the product discount where there is no cart discount', () => {
    const price = {
      id: 'p',
      value: euros(500),
      discounted: { value: euros(400), discount: { typeId: 'product-discount', id: 'd' } },
    } as const;
    expect(line({ price })).toMatchObject({ price: { amount: 500 }, discountedPrice: { amount: 400 } });
    expect(line({ price, discountedPricePerQuantity: [part(2, 350)] })?.discountedPrice?.amount).toBe(350);
  });

  test('is a gift by its mode, not by its price', () => {
    expect(line({ lineItemMode: 'GiftLineItem' })?.gift).toBe(true);
    expect(line({ totalPrice: euros(0) })?.gift).toBe(false);
  });

  test('carries attributes and custom fields as JSON text, whatever they hold', () => {
    const attributes = [
      { name: 'color', value: { key: 'blue' } },
      { name: 'gtin', value: '4006' },
      { name: 'empty', value: null },
      { name: '__proto__', value: 1 },
    ];
    const mapped = line({
      variant: { id: 1, sku: 'S', attributes, images: [{ url: 'https://i/1', dimensions: { w: 1, h: 1 } }] },
      custom: custom({ set: [1, 2] }),
    });
    expect(mapped?.attributes).toEqual({ color: '{"key":"blue"}', gtin: '"4006"', ['__proto__']: '1' });
    expect(mapped?.customFields).toEqual({ set: '[1,2]' });
    expect(mapped).toMatchObject({ sku: 'S', imageUrl: 'https://i/1' });
  });

  test('has the key of its supply channel only when that is expanded', () => {
    const channel = { typeId: 'channel', id: 'c' } as const;
    expect(line({ supplyChannel: channel })?.supplyChannelKey).toBeNull();
    const obj = { id: 'c', key: 'store-1' } as never;
    expect(line({ supplyChannel: { ...channel, obj } })?.supplyChannelKey).toBe('store-1');
  });
});

describe('shippings', () => {
  test('is one entry for a single shipping, with the method from the expanded reference', () => {
    const obj = { key: 'dhl', custom: custom({ carrier: 'DHL' }) };
    const mapped = snapshot({
      shippingInfo: shippingInfo({ shippingMethod: reference(obj) }),
      shippingAddress: address,
      shippingCustomFields: custom({ note: 'x' }),
    });
    expect(mapped.shippings).toHaveLength(1);
    expect(mapped.shippings[0]).toMatchObject({
      methodKey: 'dhl',
      methodName: 'DHL',
      methodCustomFields: { carrier: '"DHL"' },
      customFields: { note: '"x"' },
    });
    expect(mapped.shippings[0]?.address).toMatchObject({
      street: 'Hohe Straße',
      houseNumber: '12a',
      pOBox: 'P 1',
      city: null,
      customFields: { door: '3' },
    });
  });

  test('takes a method that is not expanded from those passed in', () => {
    const order = anOrder({ shippingInfo: shippingInfo() });
    const shippingMethods = new Map([['method-1', { id: 'method-1', key: 'late' } as ShippingMethod]]);
    expect(toOrderSnapshot(order, { readAt, shippingMethods }).shippings[0]?.methodKey).toBe('late');
    expect(toOrderSnapshot(order, { readAt }).shippings[0]?.methodKey).toBeNull();
  });

  test('is empty for a sale without shipping, and has no method for an address alone', () => {
    expect(snapshot().shippings).toEqual([]);
    expect(snapshot({ shippingAddress: address }).shippings).toMatchObject([
      { methodKey: null, methodName: null, price: null, address: { country: 'DE' } },
    ]);
  });

  test('counts deliveries of a single and of several shippings', () => {
    const deliveries = [{ id: 'd', createdAt: '', items: [], parcels: [] }];
    expect(snapshot({ shippingInfo: shippingInfo({ deliveries }) }).deliveryCount).toBe(1);
    const each = (shippingKey: string) => ({
      shippingKey,
      shippingInfo: shippingInfo({ deliveries }),
      shippingAddress: address,
    });
    const several = snapshot({ shippingMode: 'Multiple', shipping: [each('a'), each('b')] });
    expect(several.deliveryCount).toBe(2);
    expect(several.shippings.map(({ key }) => key)).toEqual(['a', 'b']);
  });
});

describe.skipIf(!fixturesPresent)('sample orders (skipped: no ../shared/fixtures)', () => {
  test.each(['order.single.confirmed.json', 'order.single.shipped.json', 'order.multiple-shipping.json'])(
    '%s fits the schema',
    (name) => {
      const order = parseFixture<Order>(name);
      const mapped = toOrderSnapshot(order, { readAt });
      const decoded = eventType.fromBuffer(encode(mapped)) as { order: unknown };
      expect(JSON.parse(JSON.stringify(decoded.order))).toMatchObject(
        JSON.parse(JSON.stringify({ id: mapped.id, version: mapped.version, readAt })),
      );
      expect(mapped.lineItems).toHaveLength(order.lineItems.length);
    },
  );

  test('a shipped order shows its delivery, our fields and syncInfo', () => {
    const mapped = toOrderSnapshot(parseFixture<Order>('order.single.shipped.json'), { readAt });
    expect(mapped).toMatchObject({
      deliveryCount: 1,
      shipmentState: 'Shipped',
      customLineItemCount: 1,
      storeKey: 'webshop-de',
    });
    expect(mapped.customFields['fft_load_units_amount']).toBe('1');
    expect(mapped.syncInfo[0]?.externalId).toBe('a7c1f9de-55f1-4c56-9d0e-000000000001');
    expect(mapped.lineItems[1]?.discountedPrice).toEqual({ currency: 'EUR', amount: 4_455, fractionDigits: 2 });
  });

  test('an order with several shippings keeps where each line goes', () => {
    const mapped = toOrderSnapshot(parseFixture<Order>('order.multiple-shipping.json'), { readAt });
    expect(mapped.shippings.map(({ key, methodName }) => [key, methodName])).toEqual([
      ['home-dhl', 'DHL Express'],
      ['pickup-ccl', 'Click & Collect Köln'],
    ]);
    expect(mapped.lineItems[0]?.shippingTargets).toContainEqual({
      addressKey: 'store-koeln',
      quantity: 1,
      shippingKey: 'pickup-ccl',
    });
  });
});
