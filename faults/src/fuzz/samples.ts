import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const order = {
  id: '7e0c2f0a-53a5-4b07-a3a2-0b3cbb0a5d01',
  version: 3,
  orderNumber: 'A-1001',
  orderState: 'Confirmed',
  createdAt: '2026-01-15T10:00:00.000Z',
  lastModifiedAt: '2026-01-15T10:00:00.000Z',
  totalPrice: { type: 'centPrecision', currencyCode: 'EUR', centAmount: 4_990, fractionDigits: 2 },
  shippingAddress: {
    firstName: 'A',
    lastName: 'B',
    streetName: 'Ring',
    postalCode: '53111',
    city: 'Bonn',
    country: 'DE',
  },
  shippingMode: 'Single',
  shipping: [],
  origin: 'Customer',
  customLineItems: [],
  syncInfo: [],
  lineItems: [
    {
      id: 'line-1',
      productId: 'product-1',
      name: { 'de-DE': 'Schuh', 'en-GB': 'Shoe' },
      variant: { id: 1, sku: 'SKU-1', attributes: [{ name: 'size', value: 'M' }] },
      price: { value: { type: 'centPrecision', currencyCode: 'EUR', centAmount: 4_990, fractionDigits: 2 } },
      totalPrice: { type: 'centPrecision', currencyCode: 'EUR', centAmount: 4_990, fractionDigits: 2 },
      quantity: 1,
      state: [{ quantity: 1, state: { typeId: 'state', id: 'initial' } }],
    },
  ],
};

const message = {
  notificationType: 'Message',
  projectKey: 'shop',
  id: '11111111-53a5-4b07-a3a2-0b3cbb0a5d01',
  version: 1,
  sequenceNumber: 4,
  resource: { typeId: 'order', id: order.id },
  resourceVersion: 3,
  resourceUserProvidedIdentifiers: { orderNumber: 'A-1001' },
  type: 'OrderCreated',
  createdAt: '2026-01-15T10:00:00.000Z',
  createdBy: { clientId: 'shop-client' },
  order,
};

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

const commercetools: readonly unknown[] = [
  message,
  { ...message, type: 'OrderDeleted', dataErasure: true },
  { ...message, type: 'OrderStateChanged', orderState: 'Confirmed', oldOrderState: 'Open', order: undefined },
  { ...message, order: undefined, payloadNotIncluded: { reason: 'too large', payloadType: 'OrderCreated' } },
  {
    notificationType: 'ResourceUpdated',
    projectKey: 'shop',
    resource: message.resource,
    version: 4,
    oldVersion: 3,
    modifiedAt: message.createdAt,
  },
  {
    notificationType: 'ResourceCreated',
    projectKey: 'shop',
    resource: { typeId: 'subscription', id: 's' },
    version: 1,
  },
  { message: { data: base64(message), messageId: '1', attributes: {} }, subscription: 'projects/p/subscriptions/s' },
  { specversion: '1.0', id: '1', source: '/shop/orders', type: 'com.commercetools.order.message', data: message },
  { specversion: '1.0', id: '1', source: '/shop/orders', type: 'x', data_base64: base64(message) },
  { version: '0', id: '1', 'detail-type': 'Message', source: 'aws.partner/commercetools.com', detail: message },
  { Type: 'Notification', MessageId: '1', TopicArn: 'arn:aws:sns:eu-central-1:1:t', Message: JSON.stringify(message) },
  [{ id: '1', eventType: 'x', subject: 's', data: message, dataVersion: '1.0' }],
  [
    { specversion: '1.0', id: '1', data: message },
    { specversion: '1.0', id: '2', data: message },
  ],
];

const entity = {
  id: 'entity-1',
  version: 5,
  created: '2026-01-15T10:00:00.000Z',
  lastModified: '2026-01-15T10:01:00.000Z',
};
const linked = {
  ...entity,
  processId: 'process-1',
  orderRef: 'order-1',
  tenantOrderId: 'A-1001',
  facilityRef: 'facility-1',
  status: 'OPEN',
  customAttributes: { commercetoolsOrderId: order.id, commercetoolsProjectKey: 'shop' },
};
const pickLineItems = [
  { id: 'l', quantity: 2, picked: 1, status: 'CLOSED', article: { tenantArticleId: 'SKU-1', title: 'Shoe' } },
];

const fulfillmenttools: readonly unknown[] = [
  ...['ORDER_CREATED', 'ORDER_CANCELLED'].map((event) => ({
    event,
    payload: { ...linked, orderLineItems: [{ id: 'l', quantity: 2, article: { tenantArticleId: 'SKU-1' } }] },
  })),
  ...['PICK_JOB_CREATED', 'PICK_JOB_PICKING_FINISHED', 'PICK_JOB_ABORTED'].map((event) => ({
    event,
    payload: { ...linked, shortId: 'AB12', pickLineItems, deliveryinformation: { channel: 'SHIPPING' } },
  })),
  { event: 'PICK_JOB_PICK_LINE_PICKED', payload: pickLineItems[0], pickJobRef: 'job-1' },
  ...['HANDOVERJOB_CREATED', 'HANDOVERJOB_HANDED_OVER', 'HANDOVERJOB_REVERTED'].map((event) => ({
    event,
    payload: {
      ...linked,
      channel: 'DELIVERY',
      pickJobRef: 'job-1',
      handoverJobLineItems: [{ quantity: 1, handedOverQuantity: 1, article: { tenantArticleId: 'SKU-1' } }],
    },
  })),
  {
    event: 'SHIPMENT_UPDATED',
    payload: { ...linked, parcels: [{ parcelRef: 'p', status: 'DONE', carrierTrackingNumber: '1Z' }] },
  },
  {
    event: 'PARCEL_CARRIER_CREATED',
    payload: {
      ...entity,
      processRef: 'process-1',
      result: { carrierTrackingNumber: '1Z', trackingUrl: 'https://t.test/1Z' },
    },
  },
  { event: 'ROUTING_PLAN_NOT_ROUTABLE', payload: { ...linked, orderLineItems: [] } },
  { event: 'PACK_JOB_CLOSED', payload: { ...linked, pickJobRef: 'job-1' } },
  {
    event: 'ITEM_RETURN_JOB_FINISHED',
    payload: {
      ...linked,
      processRef: 'process-1',
      itemReturns: [{ id: 'r', returnedLineItems: [{ tenantArticleId: 'SKU-1', quantity: 1 }] }],
    },
  },
  { event: 'REFUND_TRIGGERED', payload: { itemReturnRef: 'r', tenantOrderId: 'A-1001', created: entity.created } },
  { event: 'FACILITY_DELETED', payload: 'facility-1' },
  { event: 'INVENTORY_FACILITY_STOCK_CHANGED', payload: [{ id: 's' }] },
].map((notification, index) => ({ eventId: `event-${index}`, ...notification }));

const snsMessage = {
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:eu-central-1:123456789012:fuzz',
  Timestamp: '2026-11-22T00:00:00.000Z',
  SignatureVersion: '2',
  Signature: 'AAAA',
  SigningCertURL:
    'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem',
};
const snsControl = { ...snsMessage, Message: 'Confirm.', Token: 't', SubscribeURL: 'https://sns.test/?Token=t' };

/** What transports send of themselves, and how SNS signs. */
const transports: readonly unknown[] = [
  { ...snsMessage, Type: 'Notification', Message: JSON.stringify(message), Subject: 'new' },
  { ...snsControl, Type: 'SubscriptionConfirmation' },
  { ...snsControl, Type: 'UnsubscribeConfirmation' },
  [{ id: '1', eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', data: { validationCode: 'code-1' } }],
];

/** One of each form that the vendors send. */
export const ownSamples = [...commercetools, ...fulfillmenttools];

/** Those, about half of each vendor, with the fixtures beside the repository where they are there. */
export function readSamples(): readonly unknown[] {
  const fixtures = readFixtures();
  const times = Math.ceil((commercetools.length + fixtures.length) / fulfillmenttools.length);
  return [
    ...commercetools,
    ...transports,
    ...transports,
    ...fixtures,
    ...Array.from({ length: times }, () => fulfillmenttools).flat(),
  ];
}

function readFixtures(): readonly unknown[] {
  const directory = fileURLToPath(new URL('../../../../shared/fixtures/commercetools/', import.meta.url));
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(`${directory}${name}`, 'utf8')) as unknown);
  } catch {
    return [];
  }
}
