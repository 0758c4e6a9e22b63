import { invalidInput, invalidOperation } from '../../errors.ts';
import { compact, oneOf, optionalList, optionalText, optionalTime, positiveInteger, text } from '../../input.ts';
import type { Fields, Order, ReturnInfo } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';

/** A return starts as announced or as arrived; the other states come later. */
const initialStates = ['Advised', 'Returned'];
const shipmentStates = ['Advised', 'Returned', 'BackInStock', 'Unusable'];
const paymentStates = ['NonRefundable', 'Initial', 'Refunded', 'NotRefunded'];

function toReturnItem(order: Order, draft: Fields, context: ActionContext): Fields {
  const lineItemId = optionalText(draft, 'lineItemId');
  const customLineItemId = optionalText(draft, 'customLineItemId');
  if ((lineItemId === undefined) === (customLineItemId === undefined))
    throw invalidInput("A return item needs either 'lineItemId' or 'customLineItemId'.");
  const lines = lineItemId === undefined ? order.customLineItems : order.lineItems;
  if (!lines.some(({ id }) => id === (lineItemId ?? customLineItemId)))
    throw invalidOperation(`The order has no line item '${lineItemId ?? customLineItemId}'.`);
  const shipmentState = oneOf(draft, 'shipmentState', initialStates);
  return compact({
    type: lineItemId === undefined ? 'CustomLineItemReturnItem' : 'LineItemReturnItem',
    id: context.newId(),
    quantity: positiveInteger(draft, 'quantity'),
    lineItemId,
    customLineItemId,
    comment: optionalText(draft, 'comment'),
    shipmentState,
    paymentState: shipmentState === 'Advised' ? 'NonRefundable' : 'Initial',
    lastModifiedAt: context.now,
    createdAt: context.now,
  });
}

function toReturnInfo(order: Order, draft: Fields, context: ActionContext): ReturnInfo {
  const items = optionalList(draft, 'items');
  if (items.length === 0) throw invalidInput("'items' of a return must not be empty.");
  return compact({
    returnTrackingId: optionalText(draft, 'returnTrackingId'),
    returnDate: optionalTime(draft, 'returnDate'),
    items: items.map((item) => toReturnItem(order, item, context)),
  }) as unknown as ReturnInfo;
}

/** Sets one state of the return item that the action names. */
function setItemState(
  order: Order,
  action: Fields,
  { name, value, now }: { name: 'shipmentState' | 'paymentState'; value: string; now: string },
): Order {
  const id = text(action, 'returnItemId');
  const returns = order.returnInfo ?? [];
  const item = returns.flatMap(({ items }) => items).find((candidate) => candidate.id === id);
  if (!item) throw invalidOperation(`The order has no return item '${id}'.`);
  if (item[name] === value) return order;
  const changed = { ...item, [name]: value, lastModifiedAt: now };
  return {
    ...order,
    returnInfo: returns.map((entry) => ({
      ...entry,
      items: entry.items.map((candidate) => (candidate === item ? changed : candidate)),
    })),
  };
}

export const returnActions: Record<string, UpdateAction> = {
  addReturnInfo: {
    members: ['returnTrackingId', 'items', 'returnDate'],
    apply: (order, action, context) => ({
      ...order,
      returnInfo: [...(order.returnInfo ?? []), toReturnInfo(order, action, context)],
    }),
    messages: (_, after) => [{ type: 'ReturnInfoAdded', returnInfo: after.returnInfo?.at(-1) }],
  },
  setReturnInfo: {
    members: ['items'],
    apply: (order, action, context) => ({
      ...order,
      returnInfo: optionalList(action, 'items').map((draft) => toReturnInfo(order, draft, context)),
    }),
    messages: (_, after) => [{ type: 'ReturnInfoSet', returnInfo: after.returnInfo }],
  },
  setReturnShipmentState: {
    members: ['returnItemId', 'shipmentState'],
    apply: (order, action, { now }) =>
      setItemState(order, action, {
        name: 'shipmentState',
        value: oneOf(action, 'shipmentState', shipmentStates),
        now,
      }),
    messages: (_, __, { action: { returnItemId, shipmentState } }) => [
      { type: 'OrderReturnShipmentStateChanged', returnItemId, returnShipmentState: shipmentState },
    ],
  },
  /** There is no message for it. */
  setReturnPaymentState: {
    members: ['returnItemId', 'paymentState'],
    apply: (order, action, { now }) =>
      setItemState(order, action, { name: 'paymentState', value: oneOf(action, 'paymentState', paymentStates), now }),
  },
};
