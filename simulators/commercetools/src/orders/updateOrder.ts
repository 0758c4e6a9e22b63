import { concurrentModification, invalidInput, invalidJsonInput } from '../errors.ts';
import { asFields, optionalList, positiveInteger } from '../input.ts';
import type { Actor, Fields, Order } from '../model.ts';
import type { ActionContext, MessagePayload } from './action.ts';
import { actionOf, applyAction, messagesOf, refuseUnknownMembers } from './applyAction.ts';

const maxActions = 500;

export interface OrderUpdate {
  readonly version: number;
  readonly actions: readonly Fields[];
}

/**
 * Throws ApiError (400) when the body is not `{version, actions[]}`, names an unknown action, or has more than 500; and,
 * where that is switched on, when an action has an unknown member.
 */
export function parseOrderUpdate(
  body: unknown,
  { refuseUnknownMembers: isStrict }: { readonly refuseUnknownMembers: boolean },
): OrderUpdate {
  const fields = asFields(body, 'body');
  const version = positiveInteger(fields, 'version');
  if (fields.actions === undefined || fields.actions === null)
    throw invalidJsonInput('actions: Missing required value');
  const actions = optionalList(fields, 'actions');
  if (actions.length > maxActions)
    throw invalidInput(`An update takes at most ${maxActions} actions, got ${actions.length}.`);
  for (const action of actions) isStrict ? refuseUnknownMembers(action) : actionOf(action);
  return { version, actions };
}

export interface UpdateContext extends ActionContext {
  readonly actor: Actor;
  readonly versionStep: () => number;
}

export interface UpdateResult {
  /** The same object when nothing changed. */
  readonly order: Order;
  readonly messages: readonly MessagePayload[];
}

/** All actions or none. Throws ApiError: 409 when the version is another, 400 when an action is refused. */
export function updateOrder(current: Order, update: OrderUpdate, context: UpdateContext): UpdateResult {
  if (update.version !== current.version) throw concurrentModification(current.id, update.version, current.version);
  const messages: MessagePayload[] = [];
  let order = current;
  for (const action of update.actions) {
    const after = applyAction(order, action, context);
    messages.push(...messagesOf({ action, now: context.now }, order, after));
    order = after;
  }
  if (order === current) return { order, messages };
  return {
    order: {
      ...order,
      version: current.version + context.versionStep(),
      lastModifiedAt: context.now,
      lastModifiedBy: context.actor,
    },
    messages,
  };
}
