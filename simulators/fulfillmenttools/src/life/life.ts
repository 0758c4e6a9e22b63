import type { OrderRecord } from '../core/orderStore.ts';
import type { World } from '../core/world.ts';
import { steps } from './steps.ts';

export interface Lives {
  /** Lets an order live on by itself, when a pause between steps is set. Calling it again changes nothing. */
  start(record: OrderRecord): void;
  /** Makes one step at once. False: nothing is left to do, or the order is held. */
  advance(record: OrderRecord): boolean;
}

/** A LOCKED order is routed and then waits for UNLOCK; a PROMISED one waits from the start. */
function isHeld({ order, ahead }: OrderRecord): boolean {
  return order.status === 'PROMISED' || (order.status === 'LOCKED' && ahead[0] !== 'ROUTING_PLAN_ROUTED');
}

export function createLives(world: World): Lives {
  const scheduled = new WeakSet<OrderRecord>();

  const advance = (record: OrderRecord): boolean => {
    const [next, ...rest] = record.ahead;
    if (next === undefined || isHeld(record)) return false;
    record.ahead = rest;
    record.step = next;
    steps[next]?.(world, record);
    return true;
  };

  const start = (record: OrderRecord): void => {
    const { stepMs } = world.settings;
    if (stepMs === 0 || scheduled.has(record) || record.ahead.length === 0 || isHeld(record)) return;
    scheduled.add(record);
    world.clock.after(stepMs, () => {
      scheduled.delete(record);
      advance(record);
      start(record);
    });
  };

  return { start, advance };
}
