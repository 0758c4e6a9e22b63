import { invalidInput, invalidOperation } from '../errors.ts';
import { optionalText } from '../input.ts';
import type { Delivery, Fields, Order, Parcel, ShippingInfo } from '../model.ts';

/** A delivery and where it hangs; `shippingKey` only in shipping mode Multiple. */
export interface PlacedDelivery {
  readonly delivery: Delivery;
  readonly shippingKey?: string;
}

export function deliveriesOf(order: Order): readonly PlacedDelivery[] {
  const single = (order.shippingInfo?.deliveries ?? []).map((delivery) => ({ delivery }));
  const multiple = order.shipping.flatMap(({ shippingKey, shippingInfo }) =>
    (shippingInfo?.deliveries ?? []).map((delivery) => ({ delivery, shippingKey })),
  );
  return [...single, ...multiple];
}

export const parcelsOf = (order: Order): readonly Parcel[] =>
  deliveriesOf(order).flatMap(({ delivery }) => delivery.parcels);

type Change = (info: ShippingInfo, shippingKey: string | undefined) => ShippingInfo;

/** The order with each shippingInfo changed; the same object when the change returns all of them as they are. */
export function changeShippingInfos(order: Order, change: Change): Order {
  const shippingInfo = order.shippingInfo && change(order.shippingInfo, undefined);
  const shipping = mapChanged(order.shipping, (entry) => {
    const info = entry.shippingInfo && change(entry.shippingInfo, entry.shippingKey);
    return info === entry.shippingInfo ? entry : { ...entry, ...(info && { shippingInfo: info }) };
  });
  if (shippingInfo === order.shippingInfo && shipping === order.shipping) return order;
  return { ...order, ...(shippingInfo && { shippingInfo }), shipping };
}

/** The order with its deliveries (of each shippingInfo) changed; undefined takes one away. */
function mapDeliveries(order: Order, change: (delivery: Delivery) => Delivery | undefined): Order {
  return changeShippingInfos(order, (info) => {
    const deliveries = info.deliveries && mapChanged(info.deliveries, change);
    return deliveries === info.deliveries || !deliveries ? info : { ...info, deliveries };
  });
}

export const changeDelivery = (order: Order, id: string, change: (delivery: Delivery) => Delivery): Order =>
  mapDeliveries(order, (delivery) => (delivery.id === id ? change(delivery) : delivery));

export const removeDelivery = (order: Order, id: string): Order =>
  mapDeliveries(order, (delivery) => (delivery.id === id ? undefined : delivery));

/** `change` gives undefined to take the parcel away. */
export const changeParcel = (order: Order, id: string, change: (parcel: Parcel) => Parcel | undefined): Order =>
  mapDeliveries(order, (delivery) => {
    const parcels = mapChanged(delivery.parcels, (parcel) => (parcel.id === id ? change(parcel) : parcel));
    return parcels === delivery.parcels ? delivery : { ...delivery, parcels };
  });

/** The list with each item changed, and without those that become undefined; the same list when none is another. */
function mapChanged<Item>(items: readonly Item[], change: (item: Item) => Item | undefined): readonly Item[] {
  const changed = items.map(change);
  if (changed.every((item, index) => item === items[index])) return items;
  return changed.filter((item) => item !== undefined) as readonly Item[];
}

/** By `deliveryId` or `deliveryKey` of the action. Throws ApiError (400). */
export const findDelivery = (order: Order, action: Fields): Delivery =>
  findNamed(
    deliveriesOf(order).map(({ delivery }) => delivery),
    action,
    'delivery',
  );

/** By `parcelId` or `parcelKey` of the action. Throws ApiError (400). */
export const findParcel = (order: Order, action: Fields): Parcel => findNamed(parcelsOf(order), action, 'parcel');

/** Where a delivery of the order hangs. */
export function deliveryOf(order: Order, { id }: Pick<Delivery, 'id'>): PlacedDelivery {
  const placed = deliveriesOf(order).find(({ delivery }) => delivery.id === id);
  if (!placed) throw invalidOperation(`The order has no delivery '${id}'.`);
  return placed;
}

/** The delivery that a parcel of the order belongs to. */
export function ownerOf(order: Order, { id }: Pick<Parcel, 'id'>): PlacedDelivery {
  const placed = deliveriesOf(order).find(({ delivery }) => delivery.parcels.some((parcel) => parcel.id === id));
  if (!placed) throw invalidOperation(`The order has no parcel '${id}'.`);
  return placed;
}

function findNamed<T extends { readonly id: string; readonly key?: string }>(
  candidates: readonly T[],
  action: Fields,
  name: 'delivery' | 'parcel',
): T {
  const id = optionalText(action, `${name}Id`);
  const key = optionalText(action, `${name}Key`);
  if (id === undefined && key === undefined) throw invalidInput(`'${name}Id' or '${name}Key' is required.`);
  const found = candidates.find((candidate) => (id === undefined ? candidate.key === key : candidate.id === id));
  if (!found) throw invalidOperation(`The order has no ${name} '${id ?? key}'.`);
  return found;
}
