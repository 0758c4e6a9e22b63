import { randomUUID } from 'node:crypto';
import type { Actor, Order } from '../model.ts';
import type { Simulation } from '../simulation.ts';
import { findIn } from '../state.ts';
import type { MessagePayload } from './action.ts';
import { type OrderUpdate, type UpdateContext, updateOrder } from './updateOrder.ts';

/** Stores a new order and tells of it. `payload` is what it adds to `{type, order}`. */
export function writeNewOrder(simulation: Simulation, order: Order, payload: MessagePayload): Buffer {
  const { state, publisher, settings } = simulation;
  const json = state.orders.put(order);
  publisher.publish({
    order,
    payloads: [{ ...payload, order }],
    kind: 'ResourceCreated',
    resourceVersion: order.version,
    actor: order.createdBy,
    now: new Date(settings.now()).toISOString(),
  });
  return json;
}

/** Applies an update, stores it and tells of it. The same object: nothing changed. Throws ApiError (400, 409). */
export function writeUpdate(
  simulation: Simulation,
  { current, update, actor }: { current: Order; update: OrderUpdate; actor: Actor },
): Order {
  const { state, dice, quirks } = simulation;
  const context = updateContext(simulation, current, actor);
  const { order, messages } = updateOrder(current, update, context);
  if (order !== current) return store(simulation, { before: current, after: order, messages, actor });
  const name = `${state.orders.nameOf(current.id)}@${current.version}`;
  if (update.actions.length === 0 || dice('same value', name) >= quirks.sameValueBump) return current;
  const after = touched(current, context);
  return store(simulation, { before: current, after, messages: [], actor });
}

/**
 * An applied order edit: any members of the order become others, and there is a message, but no change notification.
 * The new order.
 */
export function writeEdit(
  simulation: Simulation,
  { current, change, actor }: { current: Order; change: Readonly<Record<string, unknown>>; actor: Actor },
): Order {
  const context = updateContext(simulation, current, actor);
  const { id, createdAt } = current;
  const after = { ...touched(current, context), ...change, id, createdAt } as Order;
  const excerpt = ({ totalPrice, taxedPrice, version }: Order) => ({
    totalPrice,
    ...(taxedPrice !== undefined && { taxedPrice }),
    version,
  });
  const result = {
    type: 'Applied',
    appliedAt: context.now,
    excerptBeforeEdit: excerpt(current),
    excerptAfterEdit: excerpt(after),
  };
  const edit = {
    id: randomUUID(),
    version: 2,
    createdAt: context.now,
    lastModifiedAt: context.now,
    resource: { typeId: 'order', id },
    stagedActions: [],
    result,
  };
  const messages = [{ type: 'OrderEditApplied', edit, result }];
  return store(simulation, { before: current, after, messages, actor, silent: true });
}

/** Removes an order and tells of it. */
export function writeDelete(
  simulation: Simulation,
  { order, dataErasure, actor }: { order: Order; dataErasure: boolean; actor: Actor },
): void {
  const { state, publisher, settings, quirks } = simulation;
  state.orders.delete(order.id);
  if (dataErasure && !quirks.erasureKeepsMessages) state.messages.erase(order.id);
  publisher.publish({
    order,
    payloads: [{ type: 'OrderDeleted', order }],
    kind: 'ResourceDeleted',
    resourceVersion: order.version + 1,
    dataErasure,
    actor,
    now: new Date(settings.now()).toISOString(),
  });
}

interface Change {
  readonly before: Order;
  readonly after: Order;
  readonly messages: readonly MessagePayload[];
  readonly actor: Actor;
  /** Without change notification. */
  readonly silent?: boolean;
}

function store({ state, publisher }: Simulation, { before, after, messages, actor, silent }: Change): Order {
  state.orders.put(after);
  publisher.publish({
    order: after,
    payloads: messages,
    ...(!silent && { kind: 'ResourceUpdated' }),
    resourceVersion: after.version,
    oldVersion: before.version,
    actor,
    now: after.lastModifiedAt,
  });
  return after;
}

const touched = (order: Order, { versionStep, now, actor }: UpdateContext): Order => ({
  ...order,
  version: order.version + versionStep(),
  lastModifiedAt: now,
  lastModifiedBy: actor,
});

function updateContext({ state, settings, dice }: Simulation, order: Order, actor: Actor): UpdateContext {
  const { min, max } = settings.versionStep;
  const key = `${state.orders.nameOf(order.id)}@${order.version}`;
  return {
    now: new Date(settings.now()).toISOString(),
    newId: randomUUID,
    type: (identifier) => findIn(state.types, identifier),
    channel: (identifier) => findIn(state.channels, identifier),
    state: (identifier) => findIn(state.states, identifier),
    orderNumberTaken: (orderNumber) => state.orders.idOf(orderNumber) !== undefined,
    actor,
    versionStep: () => min + Math.floor(dice('version step', key) * (max - min + 1)),
  };
}
