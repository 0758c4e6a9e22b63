import {
  type Classification,
  classify,
  type ClassifyContext,
  type CommercetoolsNotification,
  type OrderEventInput,
  toCommerceOrderEvent,
} from '@pipeline/platform-commercetools';
import type { CommerceOrderEvent } from '@pipeline/schemas';

/** `payment`: it says that the payment state of an order has changed; the order must be read. */
export type Reading = Classification & { readonly payment: boolean };

/** `classify`, which knows what starts and ends orders, and beside it the change of a payment state. */
export function classifyWithPayment(notification: CommercetoolsNotification, context: ClassifyContext): Reading {
  const classification = classify(notification, context);
  const unknown = classification.kind === 'irrelevant' && classification.reason === 'other-type';
  if (!unknown || notification.type !== 'OrderPaymentStateChanged') return { ...classification, payment: false };
  return { ...classification, kind: 'confirmed', reason: 'payment-state-changed', needsOrder: true, payment: true };
}

/** The event to publish; undefined: none. An order that is gone is that, whatever the notification said. */
export function toOrderEvent(
  input: OrderEventInput & { readonly classification: Reading },
): CommerceOrderEvent | undefined {
  const event = toCommerceOrderEvent(input);
  return event?.type === 'OrderConfirmed' && input.classification.payment
    ? { ...event, type: 'OrderPaymentChanged' }
    : event;
}
