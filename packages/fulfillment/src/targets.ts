import type { LineItem, OrderSnapshot } from '@pipeline/schemas/types';
import { firstTenantOrderId, isFacilityUnread, type RoutingPolicy } from './routing.ts';

/**
 * Names of the destinations that an order's goods go to, if there are several; empty with one, and where it is not clear
 * what goes where.
 */
export function targetsOf({ shippings, targetsUnclear }: OrderSnapshot): readonly string[] {
  if (shippings.length < 2 || targetsUnclear) return [];
  const targets = shippings.map(({ target }) => target ?? '');
  return targets.includes('') ? [] : targets;
}

/** What becomes one order at the provider. */
export interface OrderPart {
  /** null: the order has no targets, this is all of it. */
  readonly target: string | null;
  readonly order: OrderSnapshot;
  /** Under which the provider knows it at the first attempt. */
  readonly tenantOrderId: string;
}

/** The orders that an order becomes: one, or one for each of its targets. */
export function partsOf(order: OrderSnapshot): readonly OrderPart[] {
  const targets = targetsOf(order);
  const whole = firstTenantOrderId(order);
  if (targets.length === 0) return [{ target: null, order, tenantOrderId: whole }];
  return targets.map((target) => ({
    target,
    order: orderForTarget(order, target),
    tenantOrderId: tenantOrderIdOf(whole, target),
  }));
}

export const tenantOrderIdOf = (whole: string, target: string): string => `${whole}-${target}`;

/**
 * Does it lack what another reading would have: the names of its targets, or the key of the facility that a field refers
 * to? So it is in a snapshot of whoever did not know that they matter.
 */
export function isUnread(order: OrderSnapshot, routing: RoutingPolicy): boolean {
  const unnamed = order.shippings.length > 1 && order.targetsUnclear !== true && targetsOf(order).length === 0;
  return unnamed || partsOf(order).some((part) => isFacilityUnread(part.order, routing));
}

/**
 * The part of an order that goes to one target, as an order of its own: its goods, its shipping, its address. What the
 * order costs as a whole (taxes, discount on the total, custom line items) belongs to none of the parts and is left out.
 * A target that the order has not (any more) gets no goods.
 */
export function orderForTarget(order: OrderSnapshot, target: string): OrderSnapshot {
  const shippings = order.shippings.filter((shipping) => shipping.target === target);
  return {
    ...order,
    shippings,
    shippingAddress: shippings[0]?.address ?? null,
    lineItems: order.lineItems.flatMap((line) => toPart(line, target)),
    customLineItems: [],
    customLineItemCount: 0,
    taxes: [],
    discountOnTotal: null,
  };
}

function toPart(line: LineItem, target: string): LineItem[] {
  const quantity = line.targetQuantities?.[target] ?? 0;
  if (quantity === 0) return [];
  return quantity === line.quantity ? [line] : [{ ...line, quantity, ...toPrices(line, quantity) }];
}

/** Of pieces of a line that is divided. Where they do not all cost the same, nobody knows which of them these are. */
function toPrices(line: LineItem, quantity: number): Pick<LineItem, 'price' | 'totalPrice'> {
  const { price, totalPrice } = line;
  if (totalPrice === null) return { price, totalPrice };
  const unit = line.discountedPrice ?? price;
  const isSame =
    unit?.fractionDigits === totalPrice.fractionDigits && unit.amount * line.quantity === totalPrice.amount;
  return isSame
    ? { price, totalPrice: { ...totalPrice, amount: unit.amount * quantity } }
    : { price: null, totalPrice: null };
}
