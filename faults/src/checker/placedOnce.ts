import type { Check, History, Violation } from './history.ts';

/** I2: the provider never has more than one order of a commerce order, and has one of each that was to be placed. */
export const placedOnce: Check = ({ orders, providerOrders }: History): Violation[] => {
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
  ];
};

const violation = (order: string, expected: string, found: string): Violation => ({
  invariant: 'I2',
  order,
  expected,
  found,
});
