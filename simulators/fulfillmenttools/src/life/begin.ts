import type { Order } from '../core/model.ts';
import type { LifeOfOrder, OrderRecord } from '../core/orderStore.ts';
import { createRandom } from '../core/random.ts';
import { seedOf } from '../core/seed.ts';
import type { World } from '../core/world.ts';
import { piecesOf } from './lines.ts';
import { type Candidate, type LifeName, lifeNames, lifeRefusal, toSteps } from './lives.ts';
import { kindOf } from './stage.ts';

/**
 * The life of a new order: that of the option `lives`, or plain when the order cannot live it. With `random` seed and
 * tenantOrderId decide, so that it is the same whatever other orders there are.
 */
export function beginLife(world: World, order: Order): LifeOfOrder {
  const { lives: asked, seed, tracking } = world.settings;
  const random = createRandom(seedOf(seed, order.tenantOrderId ?? order.id));
  const collect = (order.deliveryPreferences?.collect?.length ?? 0) > 0;
  const candidate = toCandidate(world, order, collect);
  const possible = lifeNames.filter((name) => lifeRefusal(name, candidate) === undefined);
  const life =
    asked === 'random'
      ? (possible[random.between(0, possible.length - 1)] ?? 'plain')
      : (possible.find((name) => name === asked) ?? 'plain');
  const isOver = order.status === 'CANCELLED' || order.status === 'OBSOLETE';
  const ahead = isOver ? [] : toSteps(life, kindOf({ collect }), tracking);
  return { collect, tracking, life, ahead, parts: {}, random };
}

/** Gives an order that nothing has happened to another life. What it answers is why that cannot be; undefined: done. */
export function changeLife(world: World, record: OrderRecord, life: LifeName): string | undefined {
  const { order, step, ahead, collect, tracking } = record;
  if (step !== 'ORDER_CREATED' || (ahead.length === 0 && order.status !== 'OPEN')) {
    return `Life ${record.life} of this order has begun.`;
  }
  const refusal = lifeRefusal(life, toCandidate(world, order, collect));
  if (refusal !== undefined) return refusal;
  record.life = life;
  record.ahead = toSteps(life, kindOf(record), tracking);
  return undefined;
}

const toCandidate = ({ state }: World, order: Order, collect: boolean): Candidate => ({
  kind: kindOf({ collect }),
  pieces: piecesOf(order.orderLineItems),
  facilities: state.facilities.size,
});
