import type { PlacedOrder } from '@pipeline/fulfillment';
import type { JsonShape } from '@pipeline/streams';
import { toFields, toKnown, toText, toVersion } from '../fields.ts';
import { commerceOrderShape, toCommerceOrderId, toProjectKey } from './commerceOrder.ts';
import { orderedLineShape, toOrderedLines } from './lines.ts';

const STATUSES = ['OPEN', 'LOCKED', 'PROMISED', 'CANCELLED', 'OBSOLETE'] as const;

/** What `toPlacedOrder` reads of an `Order`. Most of one is what was sent. */
export const placedOrderShape: JsonShape = new Map<string, JsonShape | 'whole'>([
  ...['id', 'version', 'processId', 'tenantOrderId', 'status'].map((name) => [name, 'whole'] as const),
  ['customAttributes', commerceOrderShape],
  ['deliveryPreferences', new Map([['collect', 'whole']])],
  ['orderLineItems', orderedLineShape],
]);

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
