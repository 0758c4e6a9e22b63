import type {
  Address as CtAddress,
  ItemShippingTarget,
  LineItem,
  Order,
  Shipping as CtShipping,
  ShippingInfo,
  ShippingMethod,
} from '@commercetools/platform-sdk';
import { WHOLE_ORDER } from '@pipeline/fulfillment';
import type { Shipping } from '@pipeline/schemas/types';
import { toAddress } from './toAddress.ts';
import { toJsonTexts } from './toJsonTexts.ts';
import { toMoney } from './toMoney.ts';

/** Shipping methods by id, for references that the order does not carry expanded. */
type Methods = ReadonlyMap<string, ShippingMethod> | undefined;

export interface Destinations {
  readonly shippings: Shipping[];
  /** With several destinations: pieces by target, for each line of goods. */
  readonly quantities: ReadonlyMap<LineItem, Readonly<Record<string, number>>>;
  /** Some line has targets, but not every piece has one that leads somewhere. */
  readonly targetsUnclear: boolean;
}

/**
 * What the order is shipped by. Where lines have shipping targets (in either mode): one for each destination that goods
 * go to, a method and an address, in the order of the lines; entries that no goods go to are left out, so that an order
 * with one destination is like any other. Else, and where the targets are unclear, all that the order names: in mode
 * Single one, or none for a sale without shipping.
 */
export function toShippings(order: Order, methods: Methods): Destinations {
  const named = toNamed(order, methods);
  const goods = order.lineItems.filter(({ quantity }) => quantity > 0);
  const quantities = new Map<LineItem, Record<string, number>>();
  if (goods.every((line) => toTargets(line).length === 0))
    return { shippings: named, quantities, targetsUnclear: false };
  const found = toDestinations(order, goods, methods);
  if (!found) return { shippings: named, quantities, targetsUnclear: true };
  return found.length > 1 ? toNamedTargets(found) : { shippings: toEntries(found), quantities, targetsUnclear: false };
}

/** Where goods go to, and what goes there. */
interface Found {
  readonly shipping: Shipping;
  /** What it may be called: the same destination may stand in the order several times. */
  readonly names: readonly string[];
  readonly pieces: readonly { readonly line: LineItem; readonly quantity: number }[];
}

const toEntries = (found: readonly Found[]): Shipping[] => found.map(({ shipping }) => shipping);

function toNamedTargets(found: readonly Found[]): Destinations {
  const quantities = new Map<LineItem, Record<string, number>>();
  const shippings = found.map((each) => {
    const target = toTarget(each);
    for (const { line, quantity } of each.pieces) {
      const ofLine = quantities.get(line) ?? {};
      quantities.set(line, { ...ofLine, [target]: (ofLine[target] ?? 0) + quantity });
    }
    return { ...each.shipping, target };
  });
  const isUnclear = new Set(shippings.map(({ target }) => target)).size < shippings.length;
  return isUnclear
    ? { shippings: toEntries(found), quantities: new Map(), targetsUnclear: true }
    : { shippings, quantities, targetsUnclear: false };
}

/** The first by name, so that it does not depend on the order of the lines. */
function toTarget({ names }: Found): string {
  const [name = ''] = [...names].sort();
  return name === WHOLE_ORDER ? `${name}.` : name;
}

/**
 * The key of the entry, and where that goes elsewhere than to its own address, also what the shop calls the address. Keys
 * have no dot. It depends on nothing else in the order: the other destinations may change.
 */
function toName(
  { key }: Shipping,
  { addressKey = 'address', isOwn }: { readonly addressKey: string | undefined; readonly isOwn: boolean },
): string {
  if (key === null) return addressKey;
  return isOwn ? key : `${key}.${addressKey}`;
}

const isSame = (address: Shipping['address'], other: CtAddress | undefined): boolean =>
  JSON.stringify(address) === JSON.stringify(other ? toAddress(other) : null);

function toNamed(order: Order, methods: Methods): Shipping[] {
  if (order.shippingMode === 'Multiple')
    return (order.shipping ?? []).map((each) => toEntry(each, each.shippingAddress, methods));
  return order.shippingInfo || order.shippingAddress ? [toEntry(toOwn(order), order.shippingAddress, methods)] : [];
}

/** undefined: the targets do not say it for every piece. */
function toDestinations(order: Order, goods: readonly LineItem[], methods: Methods): Found[] | undefined {
  const found = new Map<string, Found>();
  for (const line of goods) {
    const destinations = order.shippingMode === 'Multiple' ? toMultiple(order, line) : toSingle(order, line);
    if (destinations === undefined) return undefined;
    for (const { entry, address, quantity } of destinations) {
      const shipping = toEntry(entry, address, methods);
      const id = JSON.stringify([entry.shippingInfo?.shippingMethod?.id ?? entry.shippingKey, shipping.address]);
      const { names, pieces, ...before } = found.get(id) ?? { shipping, names: [], pieces: [] };
      const own = entry.shippingAddress ?? order.shippingAddress;
      const name = toName(shipping, { addressKey: address?.key, isOwn: isSame(shipping.address, own) });
      found.set(id, { ...before, names: [...names, name], pieces: [...pieces, { line, quantity }] });
    }
  }
  return [...found.values()];
}

interface Destination {
  readonly entry: Entry;
  readonly address: CtAddress | undefined;
  /** Pieces of the line. */
  readonly quantity: number;
}

/** Each target names an entry of `shipping`, and with it the method. */
function toMultiple(order: Order, line: LineItem): Destination[] | undefined {
  return toEach(line, ({ addressKey, shippingMethodKey, quantity }) => {
    const entry = order.shipping?.find(({ shippingKey }) => shippingKey === shippingMethodKey);
    return entry && { entry, address: addressOf(order, addressKey, entry.shippingAddress), quantity };
  });
}

/** One method for all; what has no targets goes to the address of the order. */
function toSingle(order: Order, line: LineItem): Destination[] | undefined {
  const entry = toOwn(order);
  if (toTargets(line).length === 0) return [{ entry, address: order.shippingAddress, quantity: line.quantity }];
  return toEach(line, ({ addressKey, quantity }) => {
    return { entry, address: addressOf(order, addressKey, order.shippingAddress), quantity };
  });
}

/** undefined: the targets are fewer or more than the line, or one leads nowhere. */
function toEach(
  line: LineItem,
  toOne: (target: ItemShippingTarget) => Destination | undefined,
): Destination[] | undefined {
  const targets = toTargets(line);
  if (targets.reduce((sum, { quantity }) => sum + quantity, 0) !== line.quantity) return undefined;
  const found = targets.flatMap((target) => toOne(target) ?? []);
  return found.every(({ address }) => address) && found.length === targets.length ? found : undefined;
}

const toTargets = ({ shippingDetails }: LineItem) =>
  (shippingDetails?.targets ?? []).filter(({ quantity }) => quantity > 0);

const addressOf = (order: Order, key: string, own: CtAddress | undefined): CtAddress | undefined =>
  [...(order.itemShippingAddresses ?? []), own].find((each) => each?.key === key);

/** An entry of `shipping`; in mode Single what the order has in the place of it. */
type Entry = Omit<CtShipping, 'shippingKey'> & { readonly shippingKey?: string | undefined };

const toOwn = ({ shippingKey, shippingInfo, shippingCustomFields }: Order): Entry =>
  ({ shippingKey, shippingInfo, shippingCustomFields }) as Entry;

function toEntry(entry: Entry, address: CtAddress | undefined, methods: Methods): Shipping {
  return {
    ...toMethod(entry.shippingInfo, methods),
    key: entry.shippingKey ?? null,
    address: address ? toAddress(address) : null,
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
