import { type LedgerEntry, topics } from '@pipeline/schemas';
import type { Check, History, Violation } from './history.ts';

/**
 * I2: the provider never has more than one order of a commerce order, has one of each that was to be placed, and the
 * ledger knows of it: what is not on record would be placed again.
 */
export const placedOnce: Check = (history: History): Violation[] => {
  const { orders, providerOrders } = history;
  const found = new Map<string, string[]>();
  for (const { commercetoolsOrderId, id, tenantOrderId } of providerOrders) {
    const key = commercetoolsOrderId ?? `tenantOrderId ${tenantOrderId ?? 'none'}`;
    found.set(key, [...(found.get(key) ?? []), id]);
  }
  const wanted = new Map(orders.map((order) => [order.id, order]));
  const duplicates = [...found].filter(([, ids]) => ids.length > 1);
  const unknown = [...found.keys()].filter((order) => !wanted.has(order));
  return [
    ...duplicates.map(([order, ids]) => violation(order, 'at most one order at fulfillmenttools', ids.join(', '))),
    ...unknown.map((order) => violation(order, 'no order at fulfillmenttools that nobody placed', 'one')),
    ...orders.flatMap(({ id, expected }) => {
      const count = found.get(id)?.length ?? 0;
      if (expected === 'once' && count === 0) return [violation(id, 'one order at fulfillmenttools', 'none')];
      if (expected === 'never' && count > 0) return [violation(id, 'no order at fulfillmenttools', String(count))];
      return [];
    }),
    ...unrecorded(history),
  ];
};

/** What the ledger says of an order that the provider does not have. */
const nowhere = new Set(['skipped', 'rejected', 'nothing']);

function unrecorded({ services, records, providerOrders }: History): Violation[] {
  const entries = records[topics.fulfillmentOrders.name];
  if (!services.includes('order-router') || entries === undefined) return [];
  const status = new Map<string | null, string>();
  for (const { key, value } of entries)
    status.set(key, (value as LedgerEntry | undefined)?.placements.at(-1)?.status ?? 'nothing');
  const ours = new Set(providerOrders.flatMap(({ commercetoolsOrderId }) => commercetoolsOrderId ?? []));
  return [...ours].flatMap((order) => {
    const found = status.get(order) ?? 'nothing';
    if (!nowhere.has(found)) return [];
    return [violation(order, 'a record of the order at fulfillmenttools', `${found} in the ledger`)];
  });
}

const violation = (order: string, expected: string, found: string): Violation => ({
  invariant: 'I2',
  order,
  expected,
  found,
});
