import { expect, test } from 'vitest';
import { type Action, type ShopOrder, update } from './order.ts';

const order: ShopOrder = {
  ...{ id: 'order-1', version: 3, lineItems: [], returnInfo: [], syncInfo: [] },
  shippingInfo: { deliveries: [] },
};

test('an update is the next version, with all of its actions', () => {
  const custom = { type: { typeId: 'type', key: 'fft-parcel' }, fields: { url: 'u' } };
  const actions: Action[] = [
    { action: 'setCustomType', type: { key: 'fft-order' }, fields: { a: 1 } },
    { action: 'setCustomField', name: 'b', value: 2 },
    { action: 'changeShipmentState', shipmentState: 'Ready' },
    { action: 'addDelivery', deliveryKey: 'd', items: [{ id: 'l', quantity: 1 }], parcels: [{ key: 'p', custom }] },
    { action: 'addParcelToDelivery', deliveryKey: 'd', parcelKey: 'q', trackingData: { trackingId: 'T' } },
    { action: 'setParcelTrackingData', parcelKey: 'p', trackingData: { trackingId: 'U' } },
  ];
  expect(update(order, actions)).toMatchObject({
    version: 4,
    shipmentState: 'Ready',
    custom: { type: { id: 'type-fft-order' }, fields: { a: 1, b: 2 } },
    shippingInfo: {
      deliveries: [
        {
          key: 'd',
          parcels: [
            { key: 'p', trackingData: { trackingId: 'U' }, custom: { type: { id: 'type-fft-parcel' } } },
            { key: 'q', trackingData: { trackingId: 'T' } },
          ],
        },
      ],
    },
  });
  expect(order.version).toBe(3);
});

test('an action that it does not know is not passed over', () => {
  expect(() => update(order, [{ action: 'setLocale' }])).toThrow('setLocale');
});
