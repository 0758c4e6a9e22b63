import { invalidOperation } from '../../errors.ts';
import { asFields, text } from '../../input.ts';
import type { Fields, Order, Reference } from '../../model.ts';
import type { UpdateAction } from '../action.ts';

/** There are no payments here: any id is taken. */
const parsePayment = (action: Fields): Reference => ({
  typeId: 'payment',
  id: text(asFields(action.payment, 'payment'), 'id', 'payment -> id'),
});

const paymentsOf = (order: Order): readonly Reference[] => order.paymentInfo?.payments ?? [];
const has = (order: Order, { id }: Reference): boolean => paymentsOf(order).some((known) => known.id === id);

function addPayment(order: Order, action: Fields): Order {
  const payment = parsePayment(action);
  return has(order, payment) ? order : { ...order, paymentInfo: { payments: [...paymentsOf(order), payment] } };
}

function removePayment(order: Order, action: Fields): Order {
  const payment = parsePayment(action);
  if (!has(order, payment)) throw invalidOperation(`The order has no payment '${payment.id}'.`);
  const payments = paymentsOf(order).filter(({ id }) => id !== payment.id);
  const { paymentInfo: _, ...rest } = order;
  return (payments.length === 0 ? rest : { ...rest, paymentInfo: { payments } }) as Order;
}

export const paymentActions: Record<string, UpdateAction> = {
  addPayment: {
    members: ['payment'],
    apply: addPayment,
    messages: (_, __, { action }) => [{ type: 'OrderPaymentAdded', paymentRef: parsePayment(action) }],
  },
  removePayment: {
    members: ['payment'],
    apply: removePayment,
    messages: (_, __, { action }) => [
      { type: 'OrderPaymentRemoved', paymentRef: parsePayment(action), removedPaymentInfo: true },
    ],
  },
};
