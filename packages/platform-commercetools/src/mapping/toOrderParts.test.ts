import type { ShippingInfo } from '@commercetools/platform-sdk';
import { expect, test } from 'vitest';
import { aLineItem, anOrder, euros } from '../testing/order.ts';
import { toOrderParts } from './toOrderParts.ts';

const parcelType = { id: 'type-1', key: 'fft-parcel', urlField: 'fft_tracking_url' };
const stamped = { createdAt: '2026-11-20T09:14:03.512Z' };
const shippingInfo = (over: Partial<ShippingInfo> = {}): ShippingInfo => ({
  shippingMethodName: 'DHL',
  price: euros(495),
  shippingRate: { price: euros(495), tiers: [] },
  shippingMethodState: 'MatchesCart',
  ...over,
});
const address = { country: 'DE' };

test('lines are known by SKU, else by product', () => {
  const lineItems = [
    aLineItem({ id: 'a', variant: { id: 1, sku: 'S' } }),
    aLineItem({ id: 'b', variant: { id: 1, sku: ' ' } }),
  ];
  expect(toOrderParts(anOrder({ lineItems }), null).lines).toEqual([
    { id: 'a', articleId: 'S', quantity: 2 },
    { id: 'b', articleId: 'product-1', quantity: 2 },
  ]);
});

test('deliveries can be added where there is shipping', () => {
  expect(toOrderParts(anOrder(), null).shippingKeys).toEqual([]);
  expect(toOrderParts(anOrder({ shippingInfo: shippingInfo() }), null).shippingKeys).toEqual(['']);
  const shipping = ['home', 'office'].map((shippingKey) => ({
    shippingKey,
    shippingInfo: shippingInfo({
      deliveries: [{ ...stamped, id: `d-${shippingKey}`, key: shippingKey, items: [], parcels: [] }],
    }),
    shippingAddress: address,
  }));
  const { shippingKeys, deliveries } = toOrderParts(anOrder({ shippingMode: 'Multiple', shipping }), null);
  expect(shippingKeys).toEqual(['home', 'office']);
  expect(deliveries.map(({ key }) => key)).toEqual(['home', 'office']);
});

test('what has no key, no tracking id or no line item is somebody else’s', () => {
  const parcels = [
    { ...stamped, id: 'p1' },
    {
      ...stamped,
      id: 'p2',
      key: 'p2',
      custom: { type: { typeId: 'type' as const, id: 'theirs' }, fields: { fft_tracking_url: 7 } },
    },
    {
      ...stamped,
      id: 'p3',
      key: 'p3',
      custom: { type: { typeId: 'type' as const, id: 'type-1' }, fields: { fft_tracking_url: 'u' } },
    },
  ];
  const deliveries = [
    { ...stamped, id: 'd1', items: [], parcels: [] },
    { ...stamped, id: 'd2', key: 'd2', items: [{ id: 'line-1', quantity: 1 }], parcels },
  ];
  const parts = toOrderParts(
    anOrder({ shippingInfo: shippingInfo({ deliveries }), returnInfo: [{ items: [] }] }),
    parcelType,
  );
  const parcel = { carrier: null, trackingNumber: null, items: [] };
  expect(parts.deliveries).toEqual([
    {
      key: 'd2',
      items: [{ lineId: 'line-1', quantity: 1 }],
      parcels: [
        { ...parcel, key: 'p2', trackingUrl: null, foreignType: true },
        { ...parcel, key: 'p3', trackingUrl: 'u', foreignType: false },
      ],
    },
  ]);
  expect(parts.returns).toEqual([]);
});
