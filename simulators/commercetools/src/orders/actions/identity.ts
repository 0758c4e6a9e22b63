import { isDeepStrictEqual } from 'node:util';
import { duplicateField, invalidOperation } from '../../errors.ts';
import { optionalFields, optionalText, text } from '../../input.ts';
import type { Fields, Order } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';

/** There is no message for it. Once set, a number stays. */
function setOrderNumber(order: Order, action: Fields, context: ActionContext): Order {
  const orderNumber = optionalText(action, 'orderNumber');
  if (orderNumber === order.orderNumber) return order;
  if (order.orderNumber !== undefined) throw invalidOperation('The orderNumber cannot be changed once it is set.');
  if (orderNumber === undefined) return order;
  if (context.orderNumberTaken(orderNumber)) throw duplicateField('orderNumber', orderNumber);
  return { ...order, orderNumber };
}

function setShippingAddress(order: Order, action: Fields): Order {
  const address = optionalFields(action, 'address');
  if (address) text(address, 'country', 'address -> country');
  if (isDeepStrictEqual(address, order.shippingAddress)) return order;
  const { shippingAddress: _, ...rest } = order;
  return address ? { ...rest, shippingAddress: address } : (rest as Order);
}

export const identityActions: Record<string, UpdateAction> = {
  setOrderNumber: { apply: setOrderNumber },
  setShippingAddress: {
    apply: setShippingAddress,
    messages: (before, after) => [
      {
        type: 'OrderShippingAddressSet',
        ...(after.shippingAddress !== undefined && { address: after.shippingAddress }),
        ...(before.shippingAddress !== undefined && { oldAddress: before.shippingAddress }),
      },
    ],
  },
};
