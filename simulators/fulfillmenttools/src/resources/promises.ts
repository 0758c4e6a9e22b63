import type { OrderForCreation } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { linkTenantOrderId } from '../core/processes.ts';
import { present, revise, type World } from '../core/world.ts';
import { badRequest } from '../http/problem.ts';
import type { Lives } from '../life/life.ts';
import { checkUniqueness } from './uniqueness.ts';

const aMinuteMs = 60_000;

/** Throws the 400 of a promise that ends sooner than in a minute or later than in eight hours (vendor rule). */
export function checkPromise({ clock }: World, { promisesOptions }: OrderForCreation): void {
  if (promisesOptions === undefined) return;
  const leftMs = Date.parse(promisesOptions.validUntil) - clock.now();
  if (leftMs >= aMinuteMs && leftMs <= 480 * aMinuteMs) return;
  throw badRequest('Invalid promise', 'body.promisesOptions.validUntil must be 1 minute to 8 hours ahead.');
}

/** A promise that nobody confirms ends: the order becomes OBSOLETE. */
export function expirePromise(world: World, record: OrderRecord): void {
  const { status, promisesOptions } = record.order;
  if (status !== 'PROMISED' || promisesOptions === undefined) return;
  const { validUntil } = promisesOptions;
  world.clock.after(Date.parse(validUntil) - world.clock.now(), () => {
    const { order } = record;
    const isOver = order.status === 'PROMISED' && order.promisesOptions?.validUntil === validUntil;
    if (!isOver || record.removedAtMs !== undefined) return;
    const obsolete = revise(world, order, { status: 'OBSOLETE' });
    world.state.orders.replace(obsolete, world.clock.now());
    record.step = 'ORDER_CANCELLED_BY_EXPIRY';
    record.ahead = [];
    world.publish('ORDER_CANCELLED_BY_EXPIRY', obsolete);
  });
}

/** PROMISED → OPEN. Throws a 400 for any other order, and the refusal of a tenantOrderId that is in use. */
export function confirmPromise(
  world: World,
  lives: Lives,
  record: OrderRecord,
  tenantOrderId = record.order.tenantOrderId,
): void {
  checkPromised(record);
  if (tenantOrderId !== record.order.tenantOrderId) checkUniqueness(world, present({ tenantOrderId }));
  const order = revise(world, record.order, { status: 'OPEN', ...present({ tenantOrderId }) });
  world.state.orders.replace(order, world.clock.now());
  linkTenantOrderId(world, order);
  world.publish('ORDER_MODIFIED', { ...order, changes: {} });
  lives.start(record);
}

/** Makes the promise last from now as long as it did from its beginning. Throws a 400 for any other order. */
export function extendPromise(world: World, record: OrderRecord): void {
  checkPromised(record);
  const { created, promisesOptions } = record.order;
  if (promisesOptions === undefined) throw badRequest('Promise cannot be extended', 'The promise has no end.');
  const lastsMs = Math.min(480 * aMinuteMs, Date.parse(promisesOptions.validUntil) - Date.parse(created));
  const validUntil = new Date(world.clock.now() + lastsMs).toISOString();
  const order = revise(world, record.order, { promisesOptions: { validUntil } });
  world.state.orders.replace(order, world.clock.now());
  expirePromise(world, record);
}

function checkPromised({ order: { status } }: OrderRecord): void {
  if (status !== 'PROMISED') throw badRequest('There is no promise', `The order is ${status}.`);
}
