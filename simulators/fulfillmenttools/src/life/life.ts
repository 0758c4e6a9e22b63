import type { OrderRecord } from '../core/orderStore.ts';
import type { World } from '../core/world.ts';
import { makeStep } from './makeStep.ts';

export interface Lives {
  /** Lets an order live on by itself, when a pause between steps is set. Calling it again changes nothing. */
  start(record: OrderRecord): void;
  /** Makes one step at once. False: nothing is left to do, or the order is held. */
  advance(record: OrderRecord): boolean;
}

/** A LOCKED order is routed and then waits for UNLOCK; a PROMISED one waits from the start. */
function isHeld({ order, ahead }: OrderRecord): boolean {
  if (order.status === 'LOCKED') return ahead[0]?.event.startsWith('ROUTING_PLAN_') !== true;
  return order.status === 'PROMISED';
}

export function createLives(world: World): Lives {
  const scheduled = new WeakSet<OrderRecord>();

  const advance = (record: OrderRecord): boolean => {
    const [next, ...rest] = record.ahead;
    if (next === undefined || isHeld(record)) return false;
    record.ahead = rest;
    record.step = next.event;
    makeStep(world, record, next);
    return true;
  };

  const start = (record: OrderRecord): void => {
    const stepMs = record.stepMs ?? world.settings.stepMs;
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
