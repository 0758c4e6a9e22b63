import { randomUUID } from 'node:crypto';
import { aCommerceOrderEvent, aLedgerEntry, aLineItem, anOrder, aPlacement } from '@pipeline/fulfillment/testkit';
import type { CommerceOrderEvent, LedgerEntry } from '@pipeline/schemas';
import { eventHeaders } from '@pipeline/service-kit';

export interface OrderId {
  readonly orderId: string;
  /** Also its tenantOrderId. */
  readonly orderNumber: string;
}

/** Ids of orders that never were before. */
export function newOrderIds(count: number): OrderId[] {
  const run = randomUUID().slice(0, 8);
  return Array.from({ length: count }, (_, index) => ({ orderId: randomUUID(), orderNumber: `${run}-${index + 1}` }));
}

const LINES = 5;

/** A confirmed order of five lines that is to be shipped, read just now. `filler` makes it larger. */
export function anOrderEvent(
  { orderId, orderNumber }: OrderId,
  { filler = '', version = 5 }: { filler?: string; version?: number } = {},
): CommerceOrderEvent {
  const readAt = Date.now();
  const lineItems = Array.from({ length: LINES }, (_, line) =>
    aLineItem({
      id: randomUUID(),
      productId: randomUUID(),
      sku: `SKU-${1_001 + line}`,
      name: { 'de-DE': `Winterjacke Modell ${line}`, 'en-GB': `Winter jacket model ${line}` },
      quantity: 1 + (line % 3),
      price: { currency: 'EUR', amount: 4_990, fractionDigits: 2 },
      totalPrice: { currency: 'EUR', amount: 4_990, fractionDigits: 2 },
      attributes: { color: '{"key":"blue","label":"Blau"}', size: '"M"' },
    }),
  );
  const order = anOrder({ id: orderId, orderNumber, version, readAt, lineItems, customFields: { note: filler } });
  const times = { occurredAt: readAt, receivedAt: readAt };
  const event = { orderId, orderNumber, orderVersion: version, eventId: randomUUID(), snapshotIncluded: true, order };
  return aCommerceOrderEvent({ ...event, ...times });
}

/** The event as ingest-ct writes it, with its headers. */
export function anOrderMessage(id: OrderId, options: { filler?: string; version?: number } = {}) {
  const value = anOrderEvent(id, options);
  const { eventId, occurredAt, orderVersion, platform, projectKey, type } = value;
  const headers = eventHeaders({
    from: {},
    id: eventId,
    type: `commerce.order.${type}`,
    source: `/${platform}/${projectKey}`,
    occurredAt,
    orderVersion,
    producer: 'ingest-ct@bench',
  });
  return { key: id.orderId, value, headers };
}

/** What the router has on record of the same order once it is placed. */
export function aPlacedEntry({ orderId, orderNumber }: OrderId): LedgerEntry {
  const lines = Array.from({ length: LINES }, (_, line) => ({
    articleId: `SKU-${1_001 + line}`,
    quantity: 1 + (line % 3),
  }));
  const placement = aPlacement({
    tenantOrderId: orderNumber,
    providerOrderId: randomUUID(),
    processId: randomUUID(),
    member: `order-router-${randomUUID()}`,
    lines,
  });
  return aLedgerEntry({ orderId, orderNumber, updatedAt: Date.now(), placements: [placement] });
}
