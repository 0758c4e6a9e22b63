import { isDeepStrictEqual } from 'node:util';
import { compact } from '../../input.ts';
import type { Fields, Order, Parcel } from '../../model.ts';
import type { ActionContext, MessagePayload, UpdateAction } from '../action.ts';
import { changeDelivery, changeParcel, findDelivery, findParcel, ownerOf, parcelsOf } from '../deliveryPath.ts';
import { checkUniqueKeys, parseItems, parseMeasurements, parseTrackingData, toParcel } from '../parcelDraft.ts';

function addParcel(order: Order, action: Fields, context: ActionContext): Order {
  const target = findDelivery(order, action);
  const parcel = toParcel({ order, draft: action, keyName: 'parcelKey', context });
  checkUniqueKeys(
    'parcelKey',
    [...parcelsOf(order), parcel].map(({ key }) => key),
  );
  return changeDelivery(order, target.id, (delivery) => ({ ...delivery, parcels: [...delivery.parcels, parcel] }));
}

/** Sets one member of the parcel that the action names; undefined takes it away. */
function setMember(order: Order, action: Fields, { name, value }: { name: keyof Parcel; value: unknown }): Order {
  return changeParcel(order, findParcel(order, action).id, (parcel) => {
    if (isDeepStrictEqual(parcel[name], value)) return parcel;
    const { [name]: _, ...rest } = parcel;
    return (value === undefined ? rest : { ...rest, [name]: value }) as Parcel;
  });
}

const shippingOf = (shippingKey: string | undefined) => (shippingKey === undefined ? {} : { shippingKey });

/** What messages about a parcel say beside the change: which it is. */
function about(after: Order, action: Fields) {
  const parcel = findParcel(after, action);
  const { delivery, shippingKey } = ownerOf(after, parcel);
  return { parcel, which: { deliveryId: delivery.id, parcelId: parcel.id, ...shippingOf(shippingKey) } };
}

function addedMessages(before: Order, after: Order): readonly MessagePayload[] {
  const known = new Set(parcelsOf(before).map(({ id }) => id));
  return parcelsOf(after)
    .filter(({ id }) => !known.has(id))
    .map((parcel) => {
      const { delivery, shippingKey } = ownerOf(after, parcel);
      return { type: 'ParcelAddedToDelivery', delivery, parcel, ...shippingOf(shippingKey) };
    });
}

const which = ['parcelId', 'parcelKey'];

export const parcelActions: Record<string, UpdateAction> = {
  addParcelToDelivery: {
    members: ['deliveryId', 'deliveryKey', 'parcelKey', 'measurements', 'trackingData', 'items', 'custom'],
    apply: addParcel,
    messages: addedMessages,
  },
  removeParcelFromDelivery: {
    members: which,
    apply: (order, action) => changeParcel(order, findParcel(order, action).id, () => undefined),
    messages(before, _, { action }) {
      const parcel = findParcel(before, action);
      const { delivery, shippingKey } = ownerOf(before, parcel);
      return [{ type: 'ParcelRemovedFromDelivery', deliveryId: delivery.id, parcel, ...shippingOf(shippingKey) }];
    },
  },
  setParcelTrackingData: {
    members: [...which, 'trackingData'],
    apply: (order, action) => setMember(order, action, { name: 'trackingData', value: parseTrackingData(action) }),
    messages(_, after, { action }) {
      const { parcel, which: ids } = about(after, action);
      return [compact({ type: 'ParcelTrackingDataUpdated', ...ids, trackingData: parcel.trackingData })];
    },
  },
  setParcelMeasurements: {
    members: [...which, 'measurements'],
    apply: (order, action) => setMember(order, action, { name: 'measurements', value: parseMeasurements(action) }),
    messages(_, after, { action }) {
      const { parcel, which: ids } = about(after, action);
      return [compact({ type: 'ParcelMeasurementsUpdated', ...ids, measurements: parcel['measurements'] })];
    },
  },
  setParcelItems: {
    members: [...which, 'items'],
    apply: (order, action) => setMember(order, action, { name: 'items', value: parseItems(order, action) }),
    messages(before, after, { action }) {
      const { parcel, which: ids } = about(after, action);
      const oldItems = findParcel(before, action)['items'] ?? [];
      return [{ type: 'ParcelItemsUpdated', ...ids, items: parcel['items'], oldItems }];
    },
  },
};
