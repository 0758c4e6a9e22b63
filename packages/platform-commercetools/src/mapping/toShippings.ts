import type { Order, Shipping as CtShipping, ShippingInfo, ShippingMethod } from '@commercetools/platform-sdk';
import type { Address, Shipping } from '@pipeline/schemas/types';
import { toAddress } from './toAddress.ts';
import { toJsonTexts } from './toJsonTexts.ts';
import { toMoney } from './toMoney.ts';

/** Shipping methods by id, for references that the order does not carry expanded. */
type Methods = ReadonlyMap<string, ShippingMethod> | undefined;

/**
 * What the order is shipped by. Mode Single: one, or none for a sale without shipping. Mode Multiple: where the lines say
 * it for all goods, one for each destination that goods go to (a method and an address), in the order of the lines; else
 * all that the order names. Entries that no goods go to are left out, so that an order of mode Multiple that has one
 * destination is like any other.
 */
export function toShippings(order: Order, methods: Methods): Shipping[] {
  if (order.shippingMode === 'Multiple') {
    const all = order.shipping ?? [];
    return toDestinations(order, all, methods) ?? all.map((each) => toEntry(each, toOwnAddress(each), methods));
  }
  if (!order.shippingInfo && !order.shippingAddress) return [];
  return [
    {
      ...toMethod(order.shippingInfo, methods),
      key: order.shippingKey ?? null,
      address: order.shippingAddress ? toAddress(order.shippingAddress) : null,
      customFields: toJsonTexts(order.shippingCustomFields?.fields),
    },
  ];
}

/** Where the goods go; undefined: the lines do not say it for every piece. */
function toDestinations(order: Order, all: readonly CtShipping[], methods: Methods): Shipping[] | undefined {
  const addresses = new Map(
    (order.itemShippingAddresses ?? []).flatMap((each) => (each.key === undefined ? [] : [[each.key, each] as const])),
  );
  const found = new Map<string, Shipping>();
  for (const line of order.lineItems) {
    if (line.quantity <= 0) continue;
    const targets = (line.shippingDetails?.targets ?? []).filter(({ quantity }) => quantity > 0);
    if (targets.reduce((sum, { quantity }) => sum + quantity, 0) !== line.quantity) return undefined;
    for (const { addressKey, shippingMethodKey } of targets) {
      const entry = all.find(({ shippingKey }) => shippingKey === shippingMethodKey);
      if (entry === undefined) return undefined;
      const address = addresses.get(addressKey);
      const destination = toEntry(entry, address ? toAddress(address) : toOwnAddress(entry), methods);
      const id = JSON.stringify([entry.shippingInfo?.shippingMethod?.id ?? entry.shippingKey, destination.address]);
      if (!found.has(id)) found.set(id, destination);
    }
  }
  return found.size > 0 ? [...found.values()] : undefined;
}

const toOwnAddress = ({ shippingAddress }: CtShipping): Address | null =>
  shippingAddress ? toAddress(shippingAddress) : null;

function toEntry(entry: CtShipping, address: Address | null, methods: Methods): Shipping {
  return {
    ...toMethod(entry.shippingInfo, methods),
    key: entry.shippingKey,
    address,
    customFields: toJsonTexts(entry.shippingCustomFields?.fields),
  };
}

function toMethod(shipping: ShippingInfo | undefined, methods: Methods) {
  const reference = shipping?.shippingMethod;
  const method = reference && (reference.obj ?? methods?.get(reference.id));
  return {
    methodKey: method?.key ?? null,
    methodName: shipping?.shippingMethodName ?? null,
    price: shipping?.price ? toMoney(shipping.price) : null,
    discountedPrice: shipping?.discountedPrice ? toMoney(shipping.discountedPrice.value) : null,
    methodCustomFields: toJsonTexts(method?.custom?.fields),
  };
}
