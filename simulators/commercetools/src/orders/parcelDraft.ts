import { duplicateField, invalidJsonInput, invalidOperation } from '../errors.ts';
import { compact, optionalFields, optionalKey, optionalList, optionalText, positiveInteger, text } from '../input.ts';
import type { DeliveryItem, Fields, Order, Parcel } from '../model.ts';
import type { ActionContext } from './action.ts';
import { parseCustom } from './customFields.ts';

const sides = ['heightInMillimeter', 'lengthInMillimeter', 'widthInMillimeter', 'weightInGram'] as const;

/** Throws ApiError (400) unless each item is a line item of the order with a positive quantity. Sums are not checked. */
export function parseItems(order: Order, draft: Fields): readonly DeliveryItem[] {
  const known = new Set([...order.lineItems, ...order.customLineItems].map(({ id }) => id));
  return optionalList(draft, 'items').map((item) => {
    const id = text(item, 'id', 'items -> id');
    if (!known.has(id)) throw invalidOperation(`The order has no line item '${id}'.`);
    return { id, quantity: positiveInteger(item, 'quantity', 'items -> quantity') };
  });
}

export function parseTrackingData(draft: Fields): Fields | undefined {
  const tracking = optionalFields(draft, 'trackingData');
  if (!tracking) return undefined;
  const isReturn = tracking.isReturn ?? false;
  if (typeof isReturn !== 'boolean') throw invalidJsonInput('trackingData -> isReturn: expected a boolean');
  return compact({
    trackingId: optionalText(tracking, 'trackingId'),
    carrier: optionalText(tracking, 'carrier'),
    provider: optionalText(tracking, 'provider'),
    providerTransaction: optionalText(tracking, 'providerTransaction'),
    isReturn,
  });
}

/** Throws ApiError (400) for a side that is no whole number. */
export function parseMeasurements(draft: Fields): Fields | undefined {
  const measurements = optionalFields(draft, 'measurements');
  if (!measurements) return undefined;
  for (const side of sides)
    if (measurements[side] !== undefined && !Number.isSafeInteger(measurements[side]))
      throw invalidJsonInput(`measurements -> ${side}: expected an integer`);
  return measurements;
}

/** `keyName`: a draft inside addDelivery calls its key `key`, the action addParcelToDelivery `parcelKey`. */
export function toParcel(input: {
  readonly order: Order;
  readonly draft: Fields;
  readonly keyName: 'key' | 'parcelKey';
  readonly context: ActionContext;
}): Parcel {
  const { order, draft, keyName, context } = input;
  return compact({
    id: context.newId(),
    key: optionalKey(draft, keyName),
    createdAt: context.now,
    trackingData: parseTrackingData(draft),
    measurements: parseMeasurements(draft),
    items: parseItems(order, draft),
    custom: parseCustom(draft, { context, resourceTypeId: 'order-parcel' }),
  }) as Parcel;
}

/** Keys of parcels (or deliveries) are unique in an order. Throws ApiError (400, DuplicateField). */
export function checkUniqueKeys(field: string, keys: readonly (string | undefined)[]): void {
  const seen = new Set<string>();
  for (const key of keys) {
    if (key === undefined) continue;
    if (seen.has(key)) throw duplicateField(field, key);
    seen.add(key);
  }
}
