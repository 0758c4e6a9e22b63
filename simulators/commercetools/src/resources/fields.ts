/** The fields that documents may have, for predicates and sorting; see the vendor's API reference. */
const stamped = ['id', 'version', 'createdAt', 'lastModifiedAt', 'createdBy', 'lastModifiedBy'];

export const orderFields: ReadonlySet<string> = new Set([
  ...stamped,
  ...['orderNumber', 'purchaseOrderNumber', 'customerId', 'customerEmail', 'customerGroup', 'anonymousId'],
  ...['businessUnit', 'store', 'lineItems', 'customLineItems', 'totalPrice', 'taxedPrice', 'taxedShippingPrice'],
  ...['discountOnTotalPrice', 'taxMode', 'taxRoundingMode', 'taxCalculationMode', 'priceRoundingMode'],
  ...['inventoryMode', 'billingAddress', 'shippingAddress', 'shippingMode', 'shippingKey', 'shippingInfo'],
  ...['shippingRateInput', 'shippingCustomFields', 'shipping', 'itemShippingAddresses', 'discountCodes'],
  ...['directDiscounts', 'refusedGifts', 'discountTypeCombination', 'paymentInfo', 'country', 'locale', 'origin'],
  ...['cart', 'quote', 'recurringOrder', 'orderState', 'shipmentState', 'paymentState', 'state', 'syncInfo'],
  ...['returnInfo', 'custom', 'completedAt', 'lastMessageSequenceNumber'],
]);

/** Of every message, and what messages about orders carry. */
export const messageFields: ReadonlySet<string> = new Set([
  ...stamped,
  ...['sequenceNumber', 'resource', 'resourceVersion', 'resourceUserProvidedIdentifiers', 'type'],
  ...['order', 'orderId', 'orderState', 'oldOrderState', 'shipmentState', 'oldShipmentState'],
  ...['paymentState', 'oldPaymentState', 'paymentRef', 'deliveryId', 'parcelId', 'shippingKey', 'lineItemId'],
  ...['delivery', 'parcel', 'state', 'oldState', 'name', 'value', 'previousValue', 'returnItemId'],
]);

export const keyedFields: ReadonlySet<string> = new Set([
  ...stamped,
  'key',
  'name',
  'roles',
  'description',
  'address',
  'geoLocation',
  'custom',
  'type',
  'resourceTypeIds',
]);
