/**
 * The messages that can change what becomes of an order; `classify` and what stands on it know them. Every other one, our
 * own writes among them, is not read again.
 */
export const relevantMessageTypes = [
  'OrderCreated',
  'OrderImported',
  'OrderCreatedFromRecurringOrder',
  'OrderStateChanged',
  'OrderPaymentStateChanged',
  'OrderDeleted',
  'OrderEditApplied',
  'OrderShippingAddressSet',
  'OrderBillingAddressSet',
  'OrderCustomerEmailSet',
] as const;
