import { oneOf } from '../../input.ts';
import type { Order } from '../../model.ts';
import type { UpdateAction } from '../action.ts';

/** Any value is taken at any time, also backwards: commercetools has no transition rules for these. */
const orderStates = ['Open', 'Confirmed', 'Complete', 'Cancelled'];
const paymentStates = ['BalanceDue', 'Failed', 'Pending', 'CreditOwed', 'Paid'];
/** `Canceled` with one l, unlike the order's `Cancelled`. */
const shipmentStates = ['Pending', 'Ready', 'Shipped', 'Delivered', 'Delayed', 'Partial', 'Backorder', 'Canceled'];

type StateName = 'orderState' | 'shipmentState' | 'paymentState';

const setState = (order: Order, name: StateName, state: string): Order =>
  order[name] === state ? order : { ...order, [name]: state };

const stateChange = (name: StateName, before: Order, after: Order) => {
  const title = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const old = before[name];
  return { [name]: after[name], ...(old !== undefined && { [`old${title}`]: old }) };
};

export const stateActions: Record<string, UpdateAction> = {
  changeOrderState: {
    members: ['orderState'],
    apply: (order, action) => setState(order, 'orderState', oneOf(action, 'orderState', orderStates)),
    // `orderId` is undocumented, but real notifications have it.
    messages: (before, after) => [
      { type: 'OrderStateChanged', orderId: after.id, ...stateChange('orderState', before, after) },
    ],
  },
  changeShipmentState: {
    members: ['shipmentState'],
    apply: (order, action) => setState(order, 'shipmentState', oneOf(action, 'shipmentState', shipmentStates)),
    messages: (before, after) => [
      { type: 'OrderShipmentStateChanged', ...stateChange('shipmentState', before, after) },
    ],
  },
  changePaymentState: {
    members: ['paymentState'],
    apply: (order, action) => setState(order, 'paymentState', oneOf(action, 'paymentState', paymentStates)),
    messages: (before, after) => [{ type: 'OrderPaymentStateChanged', ...stateChange('paymentState', before, after) }],
  },
};
