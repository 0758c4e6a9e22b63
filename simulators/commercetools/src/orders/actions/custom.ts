import type { UpdateAction } from '../action.ts';
import { type CustomContext, fieldMessages, toCustom, typeMessages, withCustom, withField } from '../customFields.ts';

const ofOrder = (context: CustomContext['context']): CustomContext => ({ context, resourceTypeId: 'order' });

export const customActions: Record<string, UpdateAction> = {
  setCustomType: {
    members: ['type', 'fields'],
    apply: (order, action, context) => withCustom(order, toCustom(action, ofOrder(context))),
    messages: (before, after) => typeMessages('Order', before, after),
  },
  setCustomField: {
    members: ['name', 'value'],
    apply: (order, action, context) => withCustom(order, withField(order.custom, action, ofOrder(context))),
    messages: (before, after) => fieldMessages('Order', before, after),
  },
};
