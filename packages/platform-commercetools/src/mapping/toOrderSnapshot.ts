import type {
  CustomLineItem as CtCustomLineItem,
  LineItem as CtLineItem,
  Order,
  ShippingInfo,
  ShippingMethod,
} from '@commercetools/platform-sdk';
import type { Address, CustomLineItem, LineItem, OrderSnapshot, Shipping } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import { toAddress } from './toAddress.ts';
import { toMoney } from './toMoney.ts';
import { toJsonTexts } from './toJsonTexts.ts';
import { toShippings } from './toShippings.ts';

export interface SnapshotContext {
  /** When the platform was asked, milliseconds since the epoch. */
  readonly readAt: number;
  /** Shipping methods by id, for references that the order does not carry expanded. */
  readonly shippingMethods?: ReadonlyMap<string, ShippingMethod>;
}

/**
 * Maps an order as commercetools returns it. With `shippingInfo.shippingMethod`, `shipping[*].shippingInfo.shippingMethod`
 * and `lineItems[*].supplyChannel` expanded, or the keys of methods and channels stay null.
 * @throws PipelineError `permanent` when a time is not readable.
 */
export function toOrderSnapshot(order: Order, context: SnapshotContext): OrderSnapshot {
  const { shippings, quantities, targetsUnclear } = toShippings(order, context.shippingMethods);
  return {
    id: order.id,
    version: order.version,
    orderNumber: order.orderNumber ?? null,
    createdAt: toMillis(order.createdAt),
    completedAt: order.completedAt === undefined ? null : toMillis(order.completedAt),
    readAt: context.readAt,
    orderState: order.orderState,
    paymentState: order.paymentState ?? null,
    shipmentState: order.shipmentState ?? null,
    customerId: order.customerId ?? null,
    customerEmail: order.customerEmail ?? null,
    locale: order.locale ?? null,
    country: order.country ?? null,
    storeKey: order.store?.key ?? null,
    totalPrice: toMoney(order.totalPrice),
    shippingMode: order.shippingMode === 'Multiple' ? 'Multiple' : 'Single',
    shippings,
    shippingAddress: toShippingAddress(order, shippings),
    billingAddress: order.billingAddress ? toAddress(order.billingAddress) : null,
    lineItems: order.lineItems.map((line) => ({
      ...toLineItem(line),
      targetQuantities: quantities.get(line) ?? {},
    })),
    customLineItemCount: order.customLineItems?.length ?? 0,
    customTypeId: order.custom?.type.id ?? null,
    customFields: toJsonTexts(order.custom?.fields),
    syncInfo: (order.syncInfo ?? []).map(({ channel, externalId }) => ({
      channelId: channel.id,
      externalId: externalId ?? null,
    })),
    deliveryCount: shippingInfos(order).reduce((count, each) => count + (each.deliveries?.length ?? 0), 0),
    returnInfoCount: order.returnInfo?.length ?? 0,
    customLineItems: (order.customLineItems ?? []).map(toCustomLineItem),
    taxes: (order.taxedPrice?.taxPortions ?? []).map(({ name, rate, amount }) => ({
      name: name ?? null,
      rate,
      amount: toMoney(amount),
    })),
    discountOnTotal: order.discountOnTotalPrice ? toMoney(order.discountOnTotalPrice.discountedAmount) : null,
    targetsUnclear,
  };
}

/** Everything that the order ships by: one entry with shippingMode Single, one per address with Multiple. */
export function shippingInfos(order: Order): ShippingInfo[] {
  const several = (order.shipping ?? []).map((each) => each.shippingInfo).filter((each) => each !== undefined);
  return order.shippingInfo ? [order.shippingInfo, ...several] : several;
}

/** With one destination its address: the order's own may be that of nobody who gets anything. */
function toShippingAddress(order: Order, shippings: readonly Shipping[]): Address | null {
  const [only, ...others] = shippings;
  if (only?.address && others.length === 0) return only.address;
  return order.shippingAddress ? toAddress(order.shippingAddress) : null;
}

function toCustomLineItem(line: CtCustomLineItem): CustomLineItem {
  return {
    slug: line.slug ?? '',
    name: { ...line.name },
    quantity: line.quantity,
    totalPrice: line.totalPrice ? toMoney(line.totalPrice) : null,
    customFields: toJsonTexts(line.custom?.fields),
  };
}

function toLineItem(line: CtLineItem): LineItem {
  const discounted = discountedPrice(line);
  return {
    id: line.id,
    productId: line.productId,
    sku: line.variant.sku ?? null,
    name: { ...line.name },
    quantity: line.quantity,
    gift: line.lineItemMode === 'GiftLineItem',
    imageUrl: line.variant.images?.[0]?.url ?? null,
    price: line.price ? toMoney(line.price.value) : null,
    discountedPrice: discounted ? toMoney(discounted) : null,
    totalPrice: line.totalPrice ? toMoney(line.totalPrice) : null,
    attributes: toJsonTexts(Object.fromEntries((line.variant.attributes ?? []).map((each) => [each.name, each.value]))),
    supplyChannelKey: line.supplyChannel?.obj?.key ?? null,
    customFields: toJsonTexts(line.custom?.fields),
    shippingTargets: (line.shippingDetails?.targets ?? []).map(({ addressKey, quantity, shippingMethodKey }) => ({
      addressKey,
      quantity,
      shippingKey: shippingMethodKey ?? null,
    })),
    taxRate: line.taxRate?.amount ?? null,
    taxIncluded: line.taxRate?.includedInPrice ?? null,
  };
}

/**
 * The cart discounts' price of one when the same holds for the whole quantity; without any, the product discount's.
 * Cart discounts apply on top of the product discount, so theirs is the final one.
 */
function discountedPrice(line: CtLineItem) {
  const parts = line.discountedPricePerQuantity ?? [];
  const [first] = parts;
  if (!first) return line.price?.discounted?.value;
  const covered = parts.reduce((sum, each) => sum + each.quantity, 0);
  const amount = (part: typeof first) => JSON.stringify(toMoney(part.discountedPrice.value));
  const same = parts.every((each) => amount(each) === amount(first));
  return same && covered === line.quantity ? first.discountedPrice.value : undefined;
}

function toMillis(time: string): number {
  const millis = Date.parse(time);
  if (Number.isFinite(millis)) return millis;
  throw new PipelineError('permanent', 'unreadable-order', 'The order has a time that is not readable.', {
    stage: 'map',
  });
}
