import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from './sandbox.ts';
import type { SimulatedOrder } from './simulatorApi.ts';

const endStates: readonly (string | undefined)[] = ['Shipped', 'Delivered'];

/** Its goods have left, or have been collected: the sandbox's orders go no further. */
export const hasEnded = ({ shipmentState }: SimulatedOrder): boolean => endStates.includes(shipmentState);

export interface FollowOrders {
  /** Called with an order that is new or shows something new. */
  readonly onChange: (order: SimulatedOrder) => void;
  /** Called after each look with all orders; true ends it. */
  readonly until: (orders: readonly SimulatedOrder[]) => boolean | Promise<boolean>;
  readonly signal?: AbortSignal | undefined;
}

const PAUSE_MS = 250;

/** Looks at all orders at commercetools again and again, until it is told that this is enough or `signal` aborts. */
export async function followOrders(
  { commercetools }: Pick<Sandbox, 'commercetools'>,
  { onChange, until, signal }: FollowOrders,
): Promise<void> {
  const seen = new Map<string, string>();
  while (!signal?.aborted) {
    const orders = await commercetools.orders();
    for (const order of orders) {
      const look = JSON.stringify([order.orderState, order.shipmentState, order.custom?.['fft_order_id']]);
      if (seen.get(order.id) === look) continue;
      seen.set(order.id, look);
      onChange(order);
    }
    if (await until(orders)) return;
    await sleep(PAUSE_MS, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

export interface WatchOrders {
  readonly ids: ReadonlySet<string>;
  readonly timeoutMs: number;
  readonly onChange: (order: SimulatedOrder) => void;
  readonly signal?: AbortSignal;
}

/**
 * Watches the orders until each has ended or the time is up; tells every change of one. Resolves with whether all ended.
 */
export async function watchOrders(
  sandbox: Pick<Sandbox, 'commercetools'>,
  { ids, timeoutMs, onChange, signal }: WatchOrders,
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  let ended = false;
  await followOrders(sandbox, {
    onChange: (order) => ids.has(order.id) && onChange(order),
    until: (orders) => (ended = allEnded(orders, ids)) || Date.now() >= deadline,
    signal,
  });
  return ended;
}

/** Are all these orders there, and at their end? */
export function allEnded(orders: readonly SimulatedOrder[], ids: ReadonlySet<string>): boolean {
  return orders.filter((order) => ids.has(order.id) && hasEnded(order)).length === ids.size;
}
