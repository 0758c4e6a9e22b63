import { invalidInput, invalidJsonInput } from '../errors.ts';
import { text } from '../input.ts';
import type { Fields, Order } from '../model.ts';
import type { ActionContext, Cause, MessagePayload, UpdateAction } from './action.ts';
import { customActions } from './actions/custom.ts';
import { deliveryCustomActions } from './actions/deliveryCustom.ts';
import { deliveryActions } from './actions/deliveries.ts';
import { identityActions } from './actions/identity.ts';
import { lineItemActions } from './actions/lineItems.ts';
import { parcelActions } from './actions/parcels.ts';
import { paymentActions } from './actions/payments.ts';
import { returnActions } from './actions/returns.ts';
import { stateActions } from './actions/states.ts';
import { syncActions } from './actions/syncInfo.ts';
import { workflowActions } from './actions/workflow.ts';

const groups: readonly Readonly<Record<string, UpdateAction>>[] = [
  customActions,
  deliveryActions,
  deliveryCustomActions,
  identityActions,
  lineItemActions,
  parcelActions,
  paymentActions,
  returnActions,
  stateActions,
  syncActions,
  workflowActions,
];

const actions: ReadonlyMap<string, UpdateAction> = new Map(groups.flatMap((group) => Object.entries(group)));

/** Throws ApiError (400) when there is no action of this name. */
export function actionOf(action: Fields): UpdateAction {
  const name = text(action, 'action', 'actions -> action');
  const found = actions.get(name);
  if (!found)
    throw invalidInput(
      `Invalid update action '${name}' for an Order. The simulator knows ${[...actions.keys()].join(', ')}.`,
    );
  return found;
}

/** Throws ApiError (400) when the action has a member that actions of its name do not have. */
export function refuseUnknownMembers(action: Fields): void {
  const { members } = actionOf(action);
  const unknown = Object.keys(action).find((name) => name !== 'action' && !members.includes(name));
  if (unknown !== undefined)
    throw invalidJsonInput(`actions -> ${unknown}: unknown field of '${String(action.action)}'`);
}

/** The order after one update action; the same object when nothing changes. Throws ApiError (400). */
export const applyAction = (order: Order, action: Fields, context: ActionContext): Order =>
  actionOf(action).apply(order, action, context);

/** The messages of one action that took `before` to `after`; none when it changed nothing. */
export const messagesOf = (cause: Cause, before: Order, after: Order): readonly MessagePayload[] =>
  before === after ? [] : (actionOf(cause.action).messages?.(before, after, cause) ?? []);
