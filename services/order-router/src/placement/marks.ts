import { hash } from 'node:crypto';
import {
  type FulfillmentRequest,
  type OrderContent,
  type PartMarks,
  toGoods,
  toOrderedLines,
} from '@pipeline/fulfillment';
import type { OrderedLine, OrderSnapshot } from '@pipeline/schemas';

/**
 * The ledger is kept for ever and holds no personal data, but a hash of an address can be tried with addresses. So a
 * mark is 20 bits of a hash over all parts of both addresses, e-mail and customer number at once: of a million guesses
 * one fits by chance, and a change is overlooked as seldom. The order id is hashed with it, so the same address has
 * another mark in each order, and no table of marks can be made beforehand. A mark goes with the cancel or the erasure
 * of the order.
 */
const HEX_DIGITS = 5;

/** `delivery`: how the order is routed; undefined: it cannot be. */
export function toMarks(order: OrderSnapshot, delivery: FulfillmentRequest['delivery'] | undefined): PartMarks {
  const { shippingAddress, billingAddress, customerId, customerEmail, lines } = toOrderContent(order, false);
  const mark = (part: string, value: unknown) =>
    hash('sha256', `${order.id} ${part} ${toCanonical(value)}`).slice(0, HEX_DIGITS);
  return {
    address: mark('address', [shippingAddress, billingAddress, customerId, customerEmail]),
    lines: mark('lines', toQuantities(toOrderedLines(lines))),
    // By the shop's words, not by what the settings make of them: those may change.
    delivery: mark('delivery', [
      order.shippings[0]?.methodKey ?? null,
      delivery?.kind ?? null,
      delivery?.kind === 'collect' ? delivery.facilityKey : null,
    ]),
  };
}

/** What of the order can still be changed at the provider. `collect`: as it was placed. */
export const toOrderContent = (order: OrderSnapshot, collect: boolean): OrderContent => ({
  collect,
  shippingAddress: order.shippingAddress ?? order.shippings[0]?.address ?? null,
  billingAddress: order.billingAddress,
  customerId: order.customerId,
  customerEmail: order.customerEmail,
  lines: toGoods(order),
});

/** The same articles in the same quantities, however they are divided into lines. */
export const hasLines = (known: readonly OrderedLine[], { lines }: OrderContent): boolean =>
  toCanonical(toQuantities(known)) === toCanonical(toQuantities(toOrderedLines(lines)));

function toQuantities(lines: readonly OrderedLine[]): Readonly<Record<string, number>> {
  const quantities: Record<string, number> = {};
  for (const { articleId, quantity } of lines) quantities[articleId] = (quantities[articleId] ?? 0) + quantity;
  return quantities;
}

/** As JSON in which the order of fields does not count, nor whether one is empty or missing. */
const toCanonical = (value: unknown): string => JSON.stringify(toSorted(value));

/** With a list for each object: names and values of what is filled. */
function toSorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toSorted);
  const fields = value as Readonly<Record<string, unknown>>;
  const names: string[] = [];
  for (const name of Object.keys(fields)) {
    const field = fields[name];
    if (field !== null && field !== undefined && field !== '') names.push(name);
  }
  const sorted: unknown[] = [];
  for (const name of names.sort()) sorted.push(name, toSorted(fields[name]));
  return sorted;
}
