import { invalidInput, invalidOperation } from '../../errors.ts';
import { compact, oneOf, optionalList, optionalText, optionalTime, positiveInteger } from '../../input.ts';
import type { Fields, Order } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';

/** A return starts as announced or as arrived; the other states come later. */
const initialStates = ['Advised', 'Returned'];

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

function addReturnInfo(order: Order, action: Fields, context: ActionContext): Order {
  const items = optionalList(action, 'items');
  if (items.length === 0) throw invalidInput("'items' of a return must not be empty.");
  const returnInfo = compact({
    returnTrackingId: optionalText(action, 'returnTrackingId'),
    returnDate: optionalTime(action, 'returnDate'),
    items: items.map((item) => toReturnItem(order, item, context)),
  });
  return { ...order, returnInfo: [...(order.returnInfo ?? []), returnInfo] };
}

export const returnActions: Record<string, UpdateAction> = {
  addReturnInfo: {
    apply: addReturnInfo,
    messages: (_, after) => [{ type: 'ReturnInfoAdded', returnInfo: after.returnInfo?.at(-1) }],
  },
};
