import { invalidInput } from '../errors.ts';
import { text } from '../input.ts';
import type { Fields, Order } from '../model.ts';
import type { ActionContext, MessagePayload, UpdateAction } from './action.ts';
import { customActions } from './actions/custom.ts';
import { deliveryActions } from './actions/deliveries.ts';
import { identityActions } from './actions/identity.ts';
import { parcelActions } from './actions/parcels.ts';
import { returnActions } from './actions/returns.ts';
import { stateActions } from './actions/states.ts';
import { syncActions } from './actions/syncInfo.ts';

const actions: ReadonlyMap<string, UpdateAction> = new Map(
  [customActions, deliveryActions, identityActions, parcelActions, returnActions, stateActions, syncActions].flatMap(
    (group) => Object.entries(group),
  ),
);

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

/** The order after one update action; the same object when nothing changes. Throws ApiError (400). */
export const applyAction = (order: Order, action: Fields, context: ActionContext): Order =>
  actionOf(action).apply(order, action, context);

/** The messages of one action that took `before` to `after`; none when it changed nothing. */
export const messagesOf = (action: Fields, before: Order, after: Order): readonly MessagePayload[] =>
  before === after ? [] : (actionOf(action).messages?.(before, after) ?? []);
