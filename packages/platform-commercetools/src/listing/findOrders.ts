import type { Order } from '@commercetools/platform-sdk';
import type { ApiRoot } from '../client.ts';
import { quoted } from './keysetWhere.ts';
import { queryOrders } from './queryOrders.ts';

export interface FindOrdersRequest {
  readonly api: ApiRoot;
  /** Ids and order numbers, mixed. A text may be the one of one order and the other of another: both are found. */
  readonly names: readonly string[];
  readonly signal: AbortSignal;
}

/** Names of one query: far below what a URL may hold. */
const CHUNK = 50;
const id = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Orders by id or order number, each once, in no order; those that do not exist are not among them. Needs the scope
 * view_orders.
 * @throws PipelineError as `call` does.
 */
export async function findOrders({ api, names, signal }: FindOrdersRequest): Promise<readonly Order[]> {
  const found = new Map<string, Order>();
  const distinct = [...new Set(names)];
  for (let from = 0; from < distinct.length; from += CHUNK) {
    const chunk = distinct.slice(from, from + CHUNK);
    const numbers = `orderNumber in (${chunk.map(quoted).join(', ')})`;
    // Another text where an id belongs may be refused.
    const ids = chunk.filter((name) => id.test(name)).map(quoted);
    const where = [numbers, ...(ids.length > 0 ? [`id in (${ids.join(', ')})`] : [])];
    for (const predicate of where)
      for (const order of await queryOrders(api, { where: predicate, limit: 2 * CHUNK }, signal))
        found.set(order.id, order);
  }
  return [...found.values()];
}
