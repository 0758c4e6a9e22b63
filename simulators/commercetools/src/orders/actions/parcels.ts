import { isDeepStrictEqual } from 'node:util';
import type { Delivery, Fields, Order, Parcel } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';
import { changeDelivery, deliveriesOf, findNamed, parcelsOf } from '../deliveryPath.ts';
import { checkUniqueKeys, parseTrackingData, toParcel } from '../parcelDraft.ts';

function addParcel(order: Order, action: Fields, context: ActionContext): Order {
  const target = findNamed(
    deliveriesOf(order).map(({ delivery }) => delivery),
    action,
    'delivery',
  );
  const parcel = toParcel({ order, draft: action, keyName: 'parcelKey', context });
  checkUniqueKeys(
    'parcelKey',
    [...parcelsOf(order), parcel].map(({ key }) => key),
  );
  return changeDelivery(order, target.id, (delivery) => ({ ...delivery, parcels: [...delivery.parcels, parcel] }));
}

function withTracking(parcel: Parcel, trackingData: Fields | undefined): Parcel {
  const { trackingData: _, ...rest } = parcel;
  return trackingData ? { ...rest, trackingData } : (rest as Parcel);
}

function setTracking(order: Order, action: Fields): Order {
  const target = findNamed(parcelsOf(order), action, 'parcel');
  const trackingData = parseTrackingData(action);
  if (isDeepStrictEqual(target.trackingData, trackingData)) return order;
  const change = (delivery: Delivery) => ({
    ...delivery,
    parcels: delivery.parcels.map((parcel) => (parcel.id === target.id ? withTracking(parcel, trackingData) : parcel)),
  });
  const owner = deliveriesOf(order).find(({ delivery }) => delivery.parcels.includes(target));
  return owner ? changeDelivery(order, owner.delivery.id, change) : order;
}

/** Each parcel that is new or another object than before, with its delivery. */
function changedParcels(before: Order, after: Order) {
  const known = new Map(parcelsOf(before).map((parcel) => [parcel.id, parcel]));
  return deliveriesOf(after).flatMap(({ delivery, shippingKey }) =>
    delivery.parcels
      .filter((parcel) => known.get(parcel.id) !== parcel)
      .map((parcel) => ({ delivery, parcel, shipping: shippingKey === undefined ? {} : { shippingKey } })),
  );
}

export const parcelActions: Record<string, UpdateAction> = {
  addParcelToDelivery: {
    apply: addParcel,
    messages: (before, after) =>
      changedParcels(before, after).map(({ delivery, parcel, shipping }) => ({
        type: 'ParcelAddedToDelivery',
        delivery,
        parcel,
        ...shipping,
      })),
  },
  setParcelTrackingData: {
    apply: setTracking,
    messages: (before, after) =>
      changedParcels(before, after).map(({ delivery, parcel, shipping }) => ({
        type: 'ParcelTrackingDataUpdated',
        deliveryId: delivery.id,
        parcelId: parcel.id,
        ...(parcel.trackingData !== undefined && { trackingData: parcel.trackingData }),
        ...shipping,
      })),
  },
};
