import { anOrder, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { type CommerceOrderEvent, deadLetterTopics, type OrderSnapshot, topics } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { describe, expect, test } from 'vitest';
import { createPublishOrder } from './publishOrder.ts';

const notification = (over: object = {}) => ({
  notificationType: 'Message',
  id: 'message-1',
  projectKey: 'shop',
  resource: { typeId: 'order', id: ORDER_ID },
  resourceVersion: 5,
  resourceUserProvidedIdentifiers: { orderNumber: '4711' },
  type: 'OrderStateChanged',
  orderState: 'Confirmed',
  oldOrderState: 'Open',
  createdAt: new Date(NOON).toISOString(),
  lastModifiedAt: new Date(NOON).toISOString(),
  createdBy: { clientId: 'the-shop' },
  ...over,
});

function start() {
  const shop: { order: OrderSnapshot | undefined; readonly failures: Error[] } = { order: anOrder(), failures: [] };
  const ignored: string[] = [];
  const published: string[] = [];
  const tester = createKeyTester<Uint8Array>({
    key: ORDER_ID,
    source: topics.commercetoolsNotifications,
    deadLetters: deadLetterTopics['ingest-ct'],
    clock: createTestClock(NOON + 1_000),
    create: () =>
      createPublishOrder({
        platform: {
          getOrder: () => {
            const failure = shop.failures.shift();
            return failure ? Promise.reject(failure) : Promise.resolve(shop.order);
          },
        },
        projectKey: 'shop',
        instance: 'default',
        ourClientIds: ['the-pipeline'],
        producer: 'ingest-ct@0',
        observer: {
          published: ({ orderId, type, eventId }) => void published.push(`${orderId} ${type} ${eventId}`),
          ignored: (reason) => void ignored.push(reason),
        },
      }),
  });
  const post = (body: unknown) => tester.deliver(tester.message(Buffer.from(JSON.stringify(body))));
  const events = () => tester.published.map(({ value }) => value as CommerceOrderEvent);
  return { shop, ignored, published, tester, post, events };
}

describe('a confirmed order', () => {
  test('is one event, keyed by the order, with the order as it is now', async () => {
    const { tester, published, events, post } = start();
    expect(await post(notification())).toBe('done');
    expect(published).toEqual([`${ORDER_ID} OrderConfirmed message-1`]);
    expect(tester.published.map(({ topic, key }) => [topic.name, key])).toEqual([['commerce.orders.v1', ORDER_ID]]);
    expect(events()).toMatchObject([
      {
        type: 'OrderConfirmed',
        orderId: ORDER_ID,
        orderVersion: 5,
        occurredAt: NOON,
        receivedAt: NOON + 1_000,
        snapshotIncluded: true,
        order: anOrder(),
      },
    ]);
    expect(tester.published[0]?.headers).toMatchObject({
      ce_id: 'message-1',
      ce_type: 'commerce.order.OrderConfirmed',
      ce_source: '/commercetools/shop',
      'order-version': '5',
      origin: 'live',
      producer: 'ingest-ct@0',
    });
  });

  test('in a Pub/Sub envelope is the same event', async () => {
    const bare = start();
    const wrapped = start();
    await bare.post(notification());
    const data = Buffer.from(JSON.stringify(notification())).toString('base64');
    await wrapped.post({ message: { data, messageId: '1' }, subscription: 'projects/p/subscriptions/s' });
    expect(wrapped.events()).toEqual(bare.events());
  });

  test.each(['OrderCreated', 'OrderImported', 'OrderCreatedFromRecurringOrder'])(
    'that was born so is confirmed by %s',
    async (type) => {
      const { events, post } = start();
      await post(notification({ type, orderState: undefined, order: { orderState: 'Confirmed' } }));
      expect(events()).toMatchObject([{ type: 'OrderConfirmed', cause: type }]);
    },
  );

  test('is told by the order when the payload was not included', async () => {
    const { shop, ignored, events, post } = start();
    const body = notification({
      orderState: undefined,
      type: undefined,
      payloadNotIncluded: { reason: 'too large', payloadType: 'OrderCreated' },
    });
    await post(body);
    shop.order = anOrder({ orderState: 'Open' });
    await post(body);
    expect(events().map(({ type }) => type)).toEqual(['OrderConfirmed']);
    expect(ignored).toEqual(['payload-not-included']);
  });

  test('that cannot be found is said to be gone, never to be cancelled', async () => {
    const { shop, events, post } = start();
    shop.order = undefined;
    await post(notification());
    expect(events()).toMatchObject([{ type: 'OrderGone', order: null, snapshotIncluded: false }]);
  });

  test('that is too large for the topic goes without its snapshot', async () => {
    const { shop, events, post } = start();
    shop.order = anOrder({ customFields: { note: JSON.stringify('ü'.repeat(800_000)) } });
    await post(notification());
    expect(events()).toMatchObject([{ type: 'OrderConfirmed', order: null, snapshotIncluded: false }]);
  });

  test('waits while the shop cannot be read, and is not lost', async () => {
    const { shop, tester, events, post } = start();
    shop.failures.push(...Array.from({ length: 10 }, () => new PipelineError('transient', 'platform-down', 'down')));
    expect(await post(notification())).toBe('done');
    expect([tester.retries.length, tester.letters, events().length]).toEqual([10, [], 1]);
  });
});

describe('a change of the payment state', () => {
  const paid = (over: object = {}) =>
    notification({
      type: 'OrderPaymentStateChanged',
      orderState: undefined,
      paymentState: 'Paid',
      resourceVersion: 6,
      ...over,
    });

  test('is one event with the order as it is now', async () => {
    const { shop, tester, events, post } = start();
    shop.order = anOrder({ version: 7, paymentState: 'Paid' });
    expect(await post(paid())).toBe('done');
    expect(events()).toMatchObject([
      {
        type: 'OrderPaymentChanged',
        cause: 'OrderPaymentStateChanged',
        orderId: ORDER_ID,
        orderVersion: 6,
        snapshotIncluded: true,
        order: { version: 7, paymentState: 'Paid' },
      },
    ]);
    expect(tester.published[0]?.headers).toMatchObject({ ce_type: 'commerce.order.OrderPaymentChanged' });
  });

  test('is one also when the payload was not included, and when our own API client is the shop’s too', async () => {
    const { events, post } = start();
    const omitted = { reason: 'too large', payloadType: 'OrderPaymentStateChanged' };
    await post(paid({ type: undefined, paymentState: undefined, payloadNotIncluded: omitted }));
    await post(paid({ createdBy: { clientId: 'the-pipeline' } }));
    expect(events().map(({ type }) => type)).toEqual(['OrderPaymentChanged', 'OrderPaymentChanged']);
  });

  test('of an order that cannot be found says that it is gone', async () => {
    const { shop, events, post } = start();
    shop.order = undefined;
    await post(paid());
    expect(events()).toMatchObject([{ type: 'OrderGone', order: null }]);
  });
});

describe('a change of an address, or an order edit', () => {
  test.each(['OrderShippingAddressSet', 'OrderBillingAddressSet', 'OrderCustomerEmailSet', 'OrderEditApplied'])(
    'is one event with the order as it is now: %s',
    async (type) => {
      const { shop, tester, events, post } = start();
      shop.order = anOrder({ version: 7 });
      const body = notification({ type, orderState: undefined, resourceVersion: 6 });
      expect(await post(body)).toBe('done');
      expect(events()).toMatchObject([
        { type: 'OrderAmended', cause: type, orderVersion: 6, snapshotIncluded: true, order: { version: 7 } },
      ]);
      expect(tester.published[0]?.headers).toMatchObject({
        ce_type: 'commerce.order.OrderAmended',
        'order-version': '6',
      });
      shop.order = undefined;
      await post(body);
      expect(events()[1]).toMatchObject({ type: 'OrderGone', order: null });
    },
  );

  test('is told also when the payload was too large, and by whichever API client it was made', async () => {
    const { events, post } = start();
    const payloadNotIncluded = { reason: 'too large', payloadType: 'OrderEditApplied' };
    await post(notification({ type: undefined, orderState: undefined, payloadNotIncluded }));
    await post(notification({ type: 'OrderShippingAddressSet', createdBy: { clientId: 'the-pipeline' } }));
    expect(events().map(({ type }) => type)).toEqual(['OrderAmended', 'OrderAmended']);
  });
});

test('a deletion with data erasure says so', async () => {
  const { events, post } = start();
  await post({
    ...notification(),
    notificationType: 'ResourceDeleted',
    type: undefined,
    resourceVersion: undefined,
    version: 9,
    dataErasure: true,
  });
  expect(events()).toMatchObject([{ type: 'OrderDeleted', orderVersion: 9, dataErasure: true }]);
});

test.each([
  ['OrderCancelled', notification({ orderState: 'Cancelled' })],
  ['OrderDeleted', notification({ type: 'OrderDeleted' })],
  ['OrderDeleted', { ...notification(), notificationType: 'ResourceDeleted', type: undefined, version: 9 }],
])('an order becomes %s without being read', async (type, body) => {
  const { tester, events, post } = start();
  await post(body);
  expect(events()).toMatchObject([{ type, orderId: ORDER_ID, order: null }]);
  expect(tester.reads).toBe(0);
});

test.each([
  ['subscription-test', { ...notification(), resource: { typeId: 'subscription', id: 's' } }],
  ['other-project', notification({ projectKey: 'other' })],
  ['not-about-an-order', notification({ resource: { typeId: 'cart', id: 'c' } })],
  ['other-state', notification({ orderState: 'Complete' })],
  ['other-type', notification({ type: 'OrderShippingInfoSet' })],
  ['other-project', notification({ type: 'OrderPaymentStateChanged', projectKey: 'other' })],
  ['not-about-an-order', notification({ type: 'OrderPaymentStateChanged', resource: { typeId: 'payment', id: 'p' } })],
  ['own-write', notification({ type: 'OrderShipmentStateChanged', createdBy: { clientId: 'the-pipeline' } })],
  ['not-a-message', { ...notification(), notificationType: 'ResourceUpdated' }],
])('what is no business of ours is counted and done with: %s', async (reason, body) => {
  const { ignored, published, tester, post } = start();
  expect(await post(body)).toBe('done');
  expect([ignored, published, tester.published, tester.reads]).toEqual([[reason], [], [], 0]);
});

test('a confirmation by our own API client is no echo: shops share one', async () => {
  const { events, post } = start();
  await post(notification({ createdBy: { clientId: 'the-pipeline' } }));
  expect(events()).toHaveLength(1);
});

test.each(['{"notificationType":', '"text"', '{}', ''])(
  'what is no notification becomes a dead letter: %s',
  async (text) => {
    const { tester } = start();
    expect(await tester.deliver(tester.message(Buffer.from(text)))).toBe('dead-letter');
    expect(tester.letters[0]).toMatchObject({ code: 'malformed-notification', stage: 'deserialize' });
  },
);
