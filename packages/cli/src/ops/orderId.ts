const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Has it the form of an order id of commercetools? What is keyed by the order has that as its key, not the order number. */
export const isOrderId = (text: string): boolean => UUID.test(text);
