import { isDeepStrictEqual } from 'node:util';
import { invalidInput, invalidOperation, referencedResourceNotFound } from '../../errors.ts';
import { asFields, compact, optionalList, optionalText, optionalTime, positiveInteger } from '../../input.ts';
import type { Fields, ItemState, LineItem, Order, Reference } from '../../model.ts';
import type { ActionContext, MessagePayload, UpdateAction } from '../action.ts';
import { parseIdentifier } from '../customFields.ts';

/** Line items and custom line items have the same actions under other names. */
interface Kind {
  readonly list: 'lineItems' | 'customLineItems';
  readonly id: string;
  readonly key: string;
  readonly message: string;
}

const lineItem: Kind = {
  list: 'lineItems',
  id: 'lineItemId',
  key: 'lineItemKey',
  message: 'LineItemStateTransition',
};
const customLineItem: Kind = {
  list: 'customLineItems',
  id: 'customLineItemId',
  key: 'customLineItemKey',
  message: 'CustomLineItemStateTransition',
};

function find(order: Order, action: Fields, kind: Kind): LineItem {
  const id = optionalText(action, kind.id);
  const key = optionalText(action, kind.key);
  if (id === undefined && key === undefined) throw invalidInput(`'${kind.id}' or '${kind.key}' is required.`);
  const found = order[kind.list].find((item) => (id === undefined ? item.key === key : item.id === id));
  if (!found) throw invalidOperation(`The order has no line item '${id ?? key}'.`);
  return found;
}

/** Throws ApiError (400) unless it is a State of this project for line items. */
function stateOf(action: Fields, name: string, context: ActionContext): Reference {
  const identifier = parseIdentifier(asFields(action[name], name), name);
  const state = context.state(identifier);
  if (!state) throw referencedResourceNotFound('state', identifier.id ?? identifier.key ?? '');
  if (state.type !== 'LineItemState') throw invalidOperation(`The State '${state.key}' is not for line items.`);
  return { typeId: 'state', id: state.id };
}

function withStates(
  order: Order,
  { item, states, kind }: { item: LineItem; states: readonly ItemState[]; kind: Kind },
) {
  if (isDeepStrictEqual(item.state, states)) return order;
  return {
    ...order,
    [kind.list]: order[kind.list].map((candidate) => (candidate === item ? { ...item, state: states } : candidate)),
  };
}

const transition = (kind: Kind): UpdateAction => ({
  members: [kind.id, kind.key, 'quantity', 'fromState', 'toState', 'actualTransitionDate'],
  apply(order, action, context) {
    const item = find(order, action, kind);
    const quantity = positiveInteger(action, 'quantity');
    const from = stateOf(action, 'fromState', context);
    const to = stateOf(action, 'toState', context);
    optionalTime(action, 'actualTransitionDate');
    const states = item.state ?? [];
    const there = states.find(({ state }) => state.id === from.id)?.quantity ?? 0;
    if (there < quantity)
      throw invalidOperation(`The line item '${item.id}' has ${there} in the State '${from.id}', not ${quantity}.`);
    const left = states.map((entry) =>
      entry.state.id === from.id ? { ...entry, quantity: entry.quantity - quantity } : entry,
    );
    const target = left.find(({ state }) => state.id === to.id);
    const moved = target
      ? left.map((entry) => (entry === target ? { ...entry, quantity: entry.quantity + quantity } : entry))
      : [...left, { quantity, state: to }];
    return withStates(order, { item, states: moved.filter((entry) => entry.quantity > 0), kind });
  },
  messages(before, after, { action, now }): readonly MessagePayload[] {
    const { id, key } = find(before, action, kind);
    const states = (order: Order) => find(order, action, kind).state ?? [];
    const grown = states(after).find(
      (entry) => entry.quantity > (states(before).find(({ state }) => state.id === entry.state.id)?.quantity ?? 0),
    );
    const shrunk = states(before).find(
      (entry) => entry.quantity > (states(after).find(({ state }) => state.id === entry.state.id)?.quantity ?? 0),
    );
    const transitionDate = optionalTime(action, 'actualTransitionDate') ?? now;
    return [
      compact({
        type: kind.message,
        [kind.id]: id,
        [kind.key]: key,
        transitionDate,
        quantity: action.quantity,
        fromState: shrunk?.state,
        toState: grown?.state,
      }) as MessagePayload,
    ];
  },
});

/** There is no message for it. The sum must be the quantity of the line item. */
const importState = (kind: Kind): UpdateAction => ({
  members: [kind.id, kind.key, 'state'],
  apply(order, action, context) {
    const item = find(order, action, kind);
    const states = optionalList(action, 'state').map((entry) => ({
      quantity: positiveInteger(entry, 'quantity', 'state -> quantity'),
      state: stateOf(entry, 'state', context),
    }));
    const sum = states.reduce((total, { quantity }) => total + quantity, 0);
    if (sum !== item.quantity)
      throw invalidOperation(`The quantities of the States are ${sum} in all, but the line item has ${item.quantity}.`);
    return withStates(order, { item, states, kind });
  },
});

export const lineItemActions: Record<string, UpdateAction> = {
  transitionLineItemState: transition(lineItem),
  transitionCustomLineItemState: transition(customLineItem),
  importLineItemState: importState(lineItem),
  importCustomLineItemState: importState(customLineItem),
};
