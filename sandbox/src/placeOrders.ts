import { setTimeout as sleep } from 'node:timers/promises';
import { aDemoOrder, type DemoOrder } from './demoOrders.ts';
import type { Sandbox } from './sandbox.ts';

export interface Placed {
  readonly id: string;
  readonly orderNumber: string;
  readonly collect: boolean;
}

export interface PlaceOrders {
  readonly count: number;
  readonly perSecond: number;
  /** Begins every order number. */
  readonly run: string;
  /** Every order is created as Confirmed: for a shop that cannot reach commercetools' API. (Default: every other pair) */
  readonly confirmedAtOnce?: boolean;
  /** Called with each as soon as it exists. */
  readonly onPlaced?: (placed: Placed) => void;
  /** Places no more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Places orders at this rate and confirms those that begin as Open.
 * @throws the signal's reason, or what the simulator answered; no call is open any more then.
 */
export async function placeOrders(sandbox: Sandbox, options: PlaceOrders): Promise<Placed[]> {
  const { count, perSecond, run, confirmedAtOnce = false, onPlaced, signal } = options;
  const startedAt = performance.now();
  const placed: Promise<Placed>[] = [];
  try {
    for (let index = 0; index < count; index++) {
      const wait = startedAt + (index * 1_000) / perSecond - performance.now();
      await sleep(Math.max(0, wait), undefined, signal ? { signal } : {});
      const order = aDemoOrder(index, run);
      const one = placeOrder(sandbox, confirmedAtOnce ? confirmed(order) : order, onPlaced);
      // Awaited below: it may fail before.
      one.catch(() => undefined);
      placed.push(one);
    }
  } catch (error) {
    await Promise.allSettled(placed);
    signal?.throwIfAborted();
    throw error;
  }
  return Promise.all(placed);
}

const confirmed = (order: DemoOrder): DemoOrder => ({
  ...order,
  confirmLater: false,
  body: { ...order.body, orderState: 'Confirmed' },
});

async function placeOrder(
  { commercetools }: Sandbox,
  order: DemoOrder,
  onPlaced?: (placed: Placed) => void,
): Promise<Placed> {
  const created = await commercetools.createOrder(order.body);
  const placed = { id: created.id, orderNumber: order.orderNumber, collect: order.collect };
  onPlaced?.(placed);
  if (order.confirmLater) await commercetools.confirm(created);
  return placed;
}
