import { isDeepStrictEqual } from 'node:util';
import type { Order } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { revise, type World } from '../core/world.ts';
import { badRequest, versionConflict } from '../http/problem.ts';

/**
 * Throws the 409 of a write that was made for another version. With the switch `conflicts` background work of the
 * vendor comes first: it raises the version without an event, so the caller has to read and decide again.
 */
export function checkVersion(world: World, record: OrderRecord, requestVersion: number): void {
  const { conflicts } = world.settings;
  if (conflicts > 0 && world.random.chance(conflicts)) {
    world.state.orders.replace(revise(world, record.order, {}), world.clock.now());
  }
  const { version } = record.order;
  if (requestVersion !== version) throw versionConflict('order', version, requestVersion);
}

/** Throws the 400 of a change of an order that has ended. */
export function checkAlive({ order: { status } }: OrderRecord): void {
  if (status === 'CANCELLED' || status === 'OBSOLETE') {
    throw badRequest('Order cannot be modified', `The order is ${status}.`);
  }
}

/**
 * Throws the 400 of another consumer for goods that he has, or that are on their way. Until when the vendor takes one is
 * not documented: this is the latest that makes sense.
 */
export function checkNotHandedOver({ state }: World, { order }: OrderRecord): void {
  const jobs = state.processes.get(order.processId)?.handoverJobRefs ?? [];
  const left = jobs.find((id) => state.handoverJobs.get(id)?.status === 'HANDED_OVER');
  if (left !== undefined) throw badRequest('Order cannot be modified', `Handover job ${left} is HANDED_OVER.`);
}

export interface Modification {
  readonly change: Partial<Order>;
  /** What the event and the history of the order say was changed. */
  readonly changes: object;
  readonly comment?: string;
}

/**
 * Stores a change and sends ORDER_MODIFIED. One that changes nothing leaves version and dates as they are and sends
 * nothing, unless the switch `bumpUnchanged` says otherwise. True: there was an effect.
 */
export function modifyOrder(world: World, record: OrderRecord, { change, changes, comment }: Modification): boolean {
  const { order } = record;
  const isChanged = Object.entries(change).some(
    ([name, value]) => !isDeepStrictEqual(order[name as keyof Order], value),
  );
  if (!isChanged && !world.settings.bumpUnchanged) return false;
  const created = new Date(world.clock.now()).toISOString();
  const detail = { created, changes, user: world.settings.user, ...(comment === undefined ? {} : { comment }) };
  const modified = revise(world, order, { ...change, updateDetails: [...(order.updateDetails ?? []), detail] });
  world.state.orders.replace(withoutUndefined(modified), world.clock.now());
  world.publish('ORDER_MODIFIED', { ...record.order, changes });
  return true;
}

/** A change takes a field away by setting it undefined. */
const withoutUndefined = (order: Order): Order =>
  Object.fromEntries(Object.entries(order).filter(([, value]) => value !== undefined)) as unknown as Order;
