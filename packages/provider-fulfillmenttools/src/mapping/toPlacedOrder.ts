import type { PlacedOrder } from '@pipeline/fulfillment';
import { toFields, toKnown, toText, toVersion } from '../fields.ts';
import { toCommerceOrderId, toProjectKey } from './commerceOrder.ts';
import { toOrderedLines } from './lines.ts';

const STATUSES = ['OPEN', 'LOCKED', 'PROMISED', 'CANCELLED', 'OBSOLETE'] as const;

/** fulfillmenttools' `Order` as the core knows it; undefined when it is none (no id or no version). */
export function toPlacedOrder(answer: unknown): PlacedOrder | undefined {
  const order = toFields(answer);
  const providerOrderId = toText(order.id);
  const version = toVersion(order.version);
  if (providerOrderId === null || version === null) return undefined;
  const attributes = toFields(order.customAttributes);
  const collect = toFields(order.deliveryPreferences).collect;
  return {
    providerOrderId,
    version,
    processId: toText(order.processId),
    tenantOrderId: toText(order.tenantOrderId),
    status: toKnown(order.status, STATUSES),
    orderId: toCommerceOrderId(attributes),
    projectKey: toProjectKey(attributes),
    collect: Array.isArray(collect) && collect.length > 0,
    lines: toOrderedLines(order.orderLineItems),
  };
}
