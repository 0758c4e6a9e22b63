import type { World } from '../world/world.ts';

/** Route of one order at commercetools. */
const ORDER = '/{projectKey}/orders/{id}';

/** The fault of each update of an order, until it is mended. */
export const onUpdates = { method: 'POST', route: ORDER } as const;
/** The fault of each read of an order. */
export const onReads = { method: 'GET', route: ORDER } as const;

export interface OrderCalls {
  readonly reads: number;
  readonly updates: number;
  /** Updates that changed the order, whatever was answered. */
  readonly changes: number;
  readonly conflicts: number;
}

/** What the pipeline asked commercetools about orders so far, by order. */
export async function callsByOrder(world: World): Promise<ReadonlyMap<string, OrderCalls>> {
  const calls = new Map<string, OrderCalls>();
  for (const { method, path, status, effect } of await world.requests('commercetools')) {
    const id = /\/orders\/([^/?]+)/.exec(path)?.[1];
    if (id === undefined) continue;
    const { reads, updates, changes, conflicts } = calls.get(id) ?? noCalls;
    const isUpdate = method === 'POST';
    calls.set(id, {
      reads: reads + (isUpdate ? 0 : 1),
      updates: updates + (isUpdate ? 1 : 0),
      changes: changes + (isUpdate && effect ? 1 : 0),
      conflicts: conflicts + (isUpdate && status === 409 ? 1 : 0),
    });
  }
  return calls;
}

const noCalls: OrderCalls = { reads: 0, updates: 0, changes: 0, conflicts: 0 };

/** Of all orders together. */
export async function countCalls(world: World): Promise<OrderCalls> {
  return [...(await callsByOrder(world)).values()].reduce(
    (sum, { reads, updates, changes, conflicts }) => ({
      reads: sum.reads + reads,
      updates: sum.updates + updates,
      changes: sum.changes + changes,
      conflicts: sum.conflicts + conflicts,
    }),
    noCalls,
  );
}

/** How many requests to commercetools the faults that are set have spoiled. */
export async function struckAtShop(world: World): Promise<number> {
  const answer = await fetch(`http://${world.addresses.commercetools}/_sim/faults`);
  return ((await answer.json()) as { readonly struck: number }[]).reduce((sum, { struck }) => sum + struck, 0);
}

/** Somebody in the Merchant Center changes an order. */
export const changeByMerchant = async (world: World, orderId: string, actions: readonly object[]): Promise<void> =>
  void (await world.control('commercetools', `/orders/${orderId}/update`, { actions }));

/** Orders by their shipment state, e.g. `{Shipped: 12}`. */
export async function countStates(world: World): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { shipmentState = 'none' } of await world.commercetools.orders())
    counts[shipmentState] = (counts[shipmentState] ?? 0) + 1;
  return counts;
}
