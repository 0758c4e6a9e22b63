import { invalidJsonInput, invalidOperation, referencedResourceNotFound } from '../../errors.ts';
import { asFields } from '../../input.ts';
import type { Fields, Order } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';
import { parseIdentifier } from '../customFields.ts';

/** A custom workflow: only here transitions are checked, and `force` skips that. */
function transitionState(order: Order, action: Fields, context: ActionContext): Order {
  const identifier = parseIdentifier(asFields(action.state, 'state'), 'state');
  const { force = false } = action;
  if (typeof force !== 'boolean') throw invalidJsonInput('force: expected a boolean');
  const next = context.state(identifier);
  if (!next) throw referencedResourceNotFound('state', identifier.id ?? identifier.key ?? '');
  if (next.type !== 'OrderState') throw invalidOperation(`The State '${next.key}' is not for orders.`);
  const { state } = order;
  if (state?.id === next.id) return order;
  const followers = state && context.state({ id: state.id })?.transitions;
  if (!force && followers && !followers.some(({ id }) => id === next.id))
    throw invalidOperation(`The State '${next.key}' may not follow the State '${state.id}' of the order.`);
  return { ...order, state: { typeId: 'state', id: next.id } };
}

export const workflowActions: Record<string, UpdateAction> = {
  transitionState: {
    members: ['state', 'force'],
    apply: transitionState,
    messages: (before, after, { action: { force = false } }) => [
      { type: 'OrderStateTransition', state: after.state, ...(before.state && { oldState: before.state }), force },
    ],
  },
};
