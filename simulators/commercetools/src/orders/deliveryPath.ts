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

/** The order with each shippingInfo changed; parts that the change returns as they are stay the same objects. */
export function changeShippingInfos(order: Order, change: Change): Order {
  const { shippingInfo } = order;
  return {
    ...order,
    ...(shippingInfo && { shippingInfo: change(shippingInfo, undefined) }),
    shipping: order.shipping.map((entry) =>
      entry.shippingInfo ? { ...entry, shippingInfo: change(entry.shippingInfo, entry.shippingKey) } : entry,
    ),
  };
}

export function changeDelivery(order: Order, id: string, change: (delivery: Delivery) => Delivery): Order {
  return changeShippingInfos(order, (info) => ({
    ...info,
    ...(info.deliveries && {
      deliveries: info.deliveries.map((delivery) => (delivery.id === id ? change(delivery) : delivery)),
    }),
  }));
}

/** Finds by `<name>Id` or `<name>Key` of the action. Throws ApiError (400) when neither is given or nothing is found. */
export function findNamed<T extends { readonly id: string; readonly key?: string }>(
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
