import type { FastifyInstance } from 'fastify';
import type { Order } from '../core/model.ts';
import { indexedOrder, type OrderRecord } from '../core/orderStore.ts';
import type { World } from '../core/world.ts';
import { badRequest } from '../http/problem.ts';
import { type Filter, type OrderQuery, parseOrderSearch } from '../validation/orderSearch.ts';

/** `POST /api/orders/search`: full orders, eventually consistent, cursor paging (size 1..250, default 20). */
export function registerOrderSearch(app: FastifyInstance, world: World): void {
  app.post('/api/orders/search', (request) => {
    const { query, size = 20, after, options } = parseOrderSearch(request.body);
    const now = world.clock.now();
    const matching = candidates(world, query)
      .flatMap((record) => indexedOrder(record, now, world.settings.indexLagMs) ?? [])
      .filter((order) => matchesQuery(query, order));
    const from = after === undefined ? 0 : matching.findIndex((order) => order.id === after) + 1;
    if (after !== undefined && from === 0) throw badRequest('Invalid request body', 'body.after is no known cursor.');
    const orders = matching.slice(from, from + size);
    return {
      orders,
      pageInfo: {
        hasNextPage: from + size < matching.length,
        hasPreviousPage: from > 0,
        startCursor: orders[0]?.id ?? '',
        endCursor: orders.at(-1)?.id ?? '',
      },
      ...(options?.withTotal === true ? { total: matching.length } : {}),
    };
  });
}

/** As few as an index can name; without an indexed filter all orders are looked through. */
function candidates({ state }: World, query: OrderQuery): readonly OrderRecord[] {
  const { tenantOrderId, customAttributes = {} } = query;
  if (tenantOrderId?.eq !== undefined) return state.orders.withTenantOrderId(String(tenantOrderId.eq));
  if (tenantOrderId?.in !== undefined) {
    return [...new Set(tenantOrderId.in)].flatMap((id) => state.orders.withTenantOrderId(String(id)));
  }
  const indexed = Object.entries(customAttributes).find(([, filter]) => filter.eq !== undefined);
  return indexed === undefined ? state.orders.all() : state.orders.withAttribute(indexed[0], indexed[1].eq);
}

function matchesQuery(query: OrderQuery, order: Order): boolean {
  return (
    matchesFilter(query.tenantOrderId, order.tenantOrderId) &&
    matchesFilter(query.status, order.status) &&
    matchesFilter(inMilliseconds(query.orderDate), Date.parse(order.orderDate)) &&
    Object.entries(query.customAttributes ?? {}).every(([name, filter]) =>
      matchesFilter(filter, order.customAttributes?.[name]),
    )
  );
}

/** Dates are compared as points in time, whatever their zone. */
const inMilliseconds = (filter: Filter | undefined) =>
  filter && Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, Date.parse(String(value))]));

function matchesFilter(filter: Readonly<Record<string, unknown>> | Filter | undefined, value: unknown): boolean {
  if (filter === undefined) return true;
  return Object.entries(filter).every(([operator, operand]) => operators[operator]?.(value, operand) ?? false);
}

const operators: Readonly<Record<string, (value: unknown, operand: unknown) => boolean>> = {
  eq: (value, operand) => value === operand,
  notEq: (value, operand) => value !== operand,
  in: (value, operand) => (operand as readonly unknown[]).includes(value),
  notIn: (value, operand) => !(operand as readonly unknown[]).includes(value),
  gt: (value, operand) => (value as number) > (operand as number),
  gte: (value, operand) => (value as number) >= (operand as number),
  lt: (value, operand) => (value as number) < (operand as number),
  lte: (value, operand) => (value as number) <= (operand as number),
};
