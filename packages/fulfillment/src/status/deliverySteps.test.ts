import { expect, test } from 'vitest';
import { afterUpdate, someParts } from '../testkit/index.ts';
import type { DesiredDeliveries } from './deliveries.ts';
import { planDeliveries } from './deliverySteps.ts';

const items = [{ lineId: 'line-1', quantity: 1 }];
const parcel = { key: 'parcel-1', carrier: 'DHL', trackingNumber: null, trackingUrl: null };
const wanted = (over: Partial<DesiredDeliveries>): DesiredDeliveries => ({
  deliveries: [],
  without: [],
  idleParcels: [],
  deadParcels: [],
  reverted: 'leave',
  trackingLinks: true,
  ...over,
});

test('a parcel moves with its goods when its delivery is replaced, in the same update', () => {
  const parts = someParts({
    deliveries: [{ key: 'pick-1', items, parcels: [{ ...parcel, items, foreignType: false }] }],
  });
  const desired = wanted({
    without: ['pick-1'],
    deliveries: [
      {
        key: 'pick-2',
        target: null,
        handovers: [{ parcelId: 'parcel-1', lines: [{ articleId: 'sku-1', quantity: 1 }] }],
        parcels: [{ ...parcel, trackingNumber: '47' }],
      },
    ],
  });
  const { steps } = planDeliveries(desired, parts);
  const shown = afterUpdate(parts, { deliveries: steps });
  expect(shown.deliveries).toEqual([
    { key: 'pick-2', items, parcels: [{ ...parcel, trackingNumber: '47', items, foreignType: false }] },
  ]);
  expect(planDeliveries(desired, shown).steps).toEqual([]);
});

test('a delivery that came back and stays is told what is heard of its parcels too late', () => {
  const url = 'https://tracking.example.com/47';
  const parts = someParts({
    deliveries: [{ key: 'pick-1', items, parcels: [{ ...parcel, items, foreignType: false }] }],
  });
  const desired = wanted({
    without: ['pick-1'],
    idleParcels: [
      { ...parcel, trackingNumber: '47', trackingUrl: url },
      { ...parcel, key: 'parcel-2' },
    ],
  });
  const { steps } = planDeliveries(desired, parts);
  expect(steps).toEqual([
    { step: 'setParcelTracking', key: 'parcel-1', carrier: 'DHL', trackingNumber: '47' },
    { step: 'setParcelLink', key: 'parcel-1', trackingUrl: url },
  ]);
  expect(planDeliveries(desired, afterUpdate(parts, { deliveries: steps })).steps).toEqual([]);
  expect(planDeliveries({ ...desired, reverted: 'remove' }, parts).steps).toEqual([
    { step: 'removeDelivery', key: 'pick-1' },
  ]);
});
