import type { OrderSnapshot } from '@pipeline/schemas/types';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { toOrderSnapshot } from '../mapping/toOrderSnapshot.ts';
import { fixturesPresent, readFixture } from '../testing/fixtures.ts';
import { ORDER_ID, anOrder } from '../testing/order.ts';
import { classify } from './classify.ts';
import { parsePush } from './parsePush.ts';
import { splitPush } from './splitPush.ts';
import { toCommerceOrderEvent } from './toCommerceOrderEvent.ts';

/** Of a push that is no batch; null also where nothing of it can be read. */
const notificationKey = (push: Buffer) => {
  try {
    return splitPush(push)[0]?.key ?? null;
  } catch {
    return null;
  }
};
const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const base64 = (value: unknown) => bytes(value).toString('base64');

const message = (changes: Record<string, unknown> = {}) => ({
  notificationType: 'Message',
  projectKey: 'shop',
  id: 'message-1',
  version: 1,
  sequenceNumber: 2,
  resource: { typeId: 'order', id: ORDER_ID },
  resourceVersion: 5,
  resourceUserProvidedIdentifiers: { orderNumber: 'WEB-1' },
  createdAt: '2026-11-20T09:15:40.018Z',
  createdBy: { clientId: 'shop-client', isPlatformClient: false },
  type: 'OrderStateChanged',
  orderState: 'Confirmed',
  oldOrderState: 'Open',
  ...changes,
});
const without = (key: string, value: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(value).filter(([each]) => each !== key));
const judge = (value: unknown, ourClientIds: string[] = ['ours']) =>
  classify(parsePush(bytes(value)), { ourClientIds, projectKey: 'shop' });

describe('parsePush', () => {
  const cloudEvent = { specversion: '1.0', id: 'x', subject: ORDER_ID, data: message() };
  test.each([
    ['as it is', message()],
    ['in a push of Pub/Sub', { message: { data: base64(message()), messageId: '1' }, subscription: 's' }],
    ['in a CloudEvent', cloudEvent],
    ['in a CloudEvent with base64', { specversion: '1.0', data_base64: base64(message()) }],
    ['in a CloudEvent in a push of Pub/Sub', { message: { data: base64(cloudEvent) } }],
    ['of EventBridge', { version: '0', 'detail-type': 'OrderStateChanged', detail: message() }],
    ['of SNS', { Type: 'Notification', Message: JSON.stringify(message()) }],
    ['of SNS in a CloudEvent', { Type: 'Notification', Message: JSON.stringify(cloudEvent) }],
    ['in the schema of Event Grid', { eventType: 'x', subject: 's', data: message(), dataVersion: '1' }],
    ['in a batch of one', [cloudEvent]],
  ])('finds the notification and its key %s', (_how, push) => {
    expect(parsePush(bytes(push))).toMatchObject({
      id: 'message-1',
      type: 'OrderStateChanged',
      resourceVersion: 5,
      orderNumber: 'WEB-1',
    });
    expect(notificationKey(bytes(push))).toBe(ORDER_ID);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'erika@example.com'],
    ['half a JSON', '{"notificationType":"Message","email":"erika@example.com"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['something else', '{"email":"erika@example.com"}'],
    ['an envelope with rubbish', JSON.stringify({ message: { data: base64('erika@example.com') } })],
    ['an empty envelope', JSON.stringify({ message: {} })],
    ['envelopes without end', '{"specversion":"1","data":'.repeat(50) + JSON.stringify(message()) + '}'.repeat(50)],
  ])('refuses %s for good, without quoting it', (_what, push) => {
    let thrown: unknown;
    try {
      parsePush(bytes(push));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ errorClass: 'permanent', stage: 'deserialize', code: 'malformed-notification' });
    expect(inspect(thrown)).not.toContain('erika');
    expect(notificationKey(bytes(push))).toBeNull();
  });

  test('refuses bytes that are not UTF-8', () => {
    const latin1 = Buffer.from(JSON.stringify(message({ note: 'ü' })), 'latin1');
    expect(() => parsePush(latin1)).toThrow(expect.objectContaining({ errorClass: 'permanent' }));
    expect(notificationKey(latin1)).toBeNull();
  });

  test('survives whatever JSON there is, and whatever bytes', () => {
    const json = fc.jsonValue().map((value) => bytes(JSON.stringify(value)));
    const odd = fc
      .record({
        notificationType: fc.constantFrom('Message', 7),
        resource: fc.jsonValue(),
        order: fc.jsonValue(),
        payloadNotIncluded: fc.jsonValue(),
        createdBy: fc.jsonValue(),
        type: fc.jsonValue(),
      })
      .map(bytes);
    fc.assert(
      fc.property(fc.oneof(json, odd, fc.uint8Array()), (push) => {
        const key = notificationKey(Buffer.from(push));
        expect(key === null || typeof key === 'string').toBe(true);
        try {
          classify(parsePush(push), { ourClientIds: [] });
        } catch (error) {
          expect(error).toMatchObject({ errorClass: 'permanent', stage: 'deserialize' });
        }
      }),
    );
  });
});

describe('classify', () => {
  const created = (type: string, orderState: string) =>
    message({ type, order: { id: ORDER_ID, orderState, orderNumber: 'WEB-1' }, orderState: undefined });

  test.each([
    ['OrderStateChanged to Confirmed', message(), 'confirmed'],
    ['OrderStateChanged to Cancelled', message({ orderState: 'Cancelled' }), 'cancelled'],
    ['OrderStateChanged to Complete', message({ orderState: 'Complete' }), 'irrelevant'],
    ['OrderCreated in Confirmed', created('OrderCreated', 'Confirmed'), 'confirmed'],
    ['OrderImported in Confirmed', created('OrderImported', 'Confirmed'), 'confirmed'],
    [
      'OrderCreatedFromRecurringOrder in Confirmed',
      created('OrderCreatedFromRecurringOrder', 'Confirmed'),
      'confirmed',
    ],
    ['OrderEditApplied', message({ type: 'OrderEditApplied' }), 'amended'],
    ['OrderBillingAddressSet', message({ type: 'OrderBillingAddressSet' }), 'amended'],
    ['OrderCustomerEmailSet', message({ type: 'OrderCustomerEmailSet' }), 'amended'],
    ['DeliveryAddressSet', message({ type: 'DeliveryAddressSet' }), 'irrelevant'],
    ['OrderCreated in Open', created('OrderCreated', 'Open'), 'irrelevant'],
    ['OrderImported in Cancelled', created('OrderImported', 'Cancelled'), 'irrelevant'],
    ['OrderDeleted of a confirmed order', created('OrderDeleted', 'Confirmed'), 'deleted'],
    [
      'a change ResourceDeleted',
      {
        notificationType: 'ResourceDeleted',
        projectKey: 'shop',
        resource: { typeId: 'order', id: ORDER_ID },
        version: 9,
      },
      'deleted',
    ],
    [
      'a change ResourceUpdated',
      {
        notificationType: 'ResourceUpdated',
        projectKey: 'shop',
        resource: { typeId: 'order', id: ORDER_ID },
        version: 9,
      },
      'irrelevant',
    ],
    [
      'a new subscription',
      { notificationType: 'ResourceCreated', projectKey: 'shop', resource: { typeId: 'subscription', id: 's' } },
      'test',
    ],
    ['a message about a payment', message({ resource: { typeId: 'payment', id: 'p' } }), 'irrelevant'],
    ['a message of another project', message({ projectKey: 'other' }), 'irrelevant'],
    [
      'an Event without a resource',
      { notificationType: 'Event', id: 'e', type: 'CheckoutOrderCreationFailed' },
      'irrelevant',
    ],
    ['a type of tomorrow in state Confirmed', created('OrderSplit', 'Confirmed'), 'irrelevant'],
    ['OrderStateChanged without a state', without('orderState', message()), 'unclear'],
    ['a message without a type', without('type', message()), 'unclear'],
  ])('%s', (_what, value, kind) => {
    expect(judge(value).kind).toBe(kind);
  });

  test.each(['OrderCreated', 'OrderImported', 'OrderStateChanged', 'OrderCreatedFromRecurringOrder'])(
    '%s whose payload was too large is decided by the order',
    (payloadType) => {
      const value = {
        ...without('orderState', without('type', message())),
        payloadNotIncluded: { reason: 'Payload too large.', payloadType },
      };
      expect(judge(value)).toEqual({
        kind: 'unclear',
        reason: 'payload-not-included',
        orderId: ORDER_ID,
        resourceVersion: 5,
        needsOrder: true,
      });
      expect(parsePush(bytes(value)).type).toBe(payloadType);
    },
  );

  test.each(['OrderCustomFieldChanged', 'DeliveryAdded', 'OrderDeleted'])(
    '%s whose payload was too large needs no order',
    (payloadType) => {
      const value = {
        ...without('type', message()),
        orderState: undefined,
        payloadNotIncluded: { reason: '', payloadType },
      };
      expect(judge(value).needsOrder).toBe(false);
    },
  );

  test.each(['OrderCustomTypeSet', 'OrderCustomFieldChanged', 'OrderShipmentStateChanged', 'DeliveryAdded'])(
    '%s is an echo only from our own client',
    (type) => {
      const from = (clientId: string) => judge(message({ type, orderState: undefined, createdBy: { clientId } }));
      expect(from('ours').kind).toBe('echo');
      expect(from('shop-client').kind).toBe('irrelevant');
      expect(judge(message({ type, createdBy: { user: { typeId: 'user', id: 'ours' } } })).kind).toBe('irrelevant');
    },
  );

  test.each(['OrderCreated', 'OrderImported', 'OrderStateChanged'])(
    '%s is no echo even from our own client: shops share one',
    (type) => {
      expect(judge(message({ type, createdBy: { clientId: 'ours' } })).kind).toBe('confirmed');
    },
  );
});

describe('toCommerceOrderEvent', () => {
  const snapshot = (changes = {}): OrderSnapshot =>
    toOrderSnapshot(anOrder({ version: 11, orderNumber: 'WEB-1', ...changes }), { readAt: 1 });
  const event = (value: unknown, order?: OrderSnapshot) => {
    const notification = parsePush(bytes(value));
    const classification = classify(notification, { ourClientIds: [] });
    return toCommerceOrderEvent({
      notification,
      classification,
      order,
      receivedAt: 99,
      instance: 'default',
      projectKey: 'shop',
    });
  };
  const unclear = without('orderState', message());

  test('a confirmed order carries the snapshot and the version of the notification', () => {
    expect(event(message(), snapshot())).toMatchObject({
      type: 'OrderConfirmed',
      orderId: ORDER_ID,
      orderVersion: 5,
      orderNumber: 'WEB-1',
      eventId: 'message-1',
      cause: 'OrderStateChanged',
      occurredAt: Date.parse('2026-11-20T09:15:40.018Z'),
      receivedAt: 99,
      snapshotIncluded: true,
      order: { version: 11 },
    });
  });

  test('an order that commercetools no longer has is gone, not deleted', () => {
    expect(event(message())).toMatchObject({
      type: 'OrderGone',
      order: null,
      snapshotIncluded: false,
      orderNumber: 'WEB-1',
    });
    expect(event(unclear)).toMatchObject({ type: 'OrderGone' });
  });

  test('a cancel and a deletion need no order', () => {
    expect(event(message({ orderState: 'Cancelled' }))).toMatchObject({
      type: 'OrderCancelled',
      orderVersion: 5,
      order: null,
    });
    const deleted = {
      notificationType: 'ResourceDeleted',
      resource: { typeId: 'order', id: ORDER_ID },
      version: 14,
      modifiedAt: '2026-11-20T09:15:40.018Z',
      dataErasure: true,
    };
    expect(event(deleted)).toMatchObject({
      type: 'OrderDeleted',
      orderVersion: 14,
      dataErasure: true,
      cause: 'ResourceDeleted',
      eventId: `${ORDER_ID}:14:ResourceDeleted`,
    });
  });

  test('a deletion tells how far the order had come, and nothing about a person', () => {
    const address = { country: 'DE', lastName: 'Mustermann', streetName: 'Hohe Straße' };
    const order = anOrder({
      shipmentState: 'Shipped',
      customerEmail: 'erika@example.com',
      shippingAddress: address,
      billingAddress: address,
      custom: { type: { typeId: 'type', id: 't' }, fields: { note: 'for Erika' } },
    });
    const deleted = event(message({ type: 'OrderDeleted', order }));
    expect(deleted).toMatchObject({
      type: 'OrderDeleted',
      orderVersion: 5,
      snapshotIncluded: true,
      order: { orderState: 'Confirmed', shipmentState: 'Shipped', deliveryCount: 0 },
    });
    expect(JSON.stringify(deleted)).not.toMatch(/Mustermann|erika|Erika|Straße/);
    for (const copy of [undefined, {}, { ...order, createdAt: 'yesterday' }])
      expect(event(message({ type: 'OrderDeleted', order: copy }))).toMatchObject({
        type: 'OrderDeleted',
        snapshotIncluded: false,
        order: null,
      });
  });

  test('what is unclear is decided by the order, at the version that was read', () => {
    expect(event(unclear, snapshot())).toMatchObject({ type: 'OrderConfirmed', orderVersion: 11 });
    expect(event(unclear, snapshot({ orderState: 'Cancelled' }))).toMatchObject({
      type: 'OrderCancelled',
      orderVersion: 11,
    });
    expect(event(unclear, snapshot({ orderState: 'Open' }))).toBeUndefined();
  });

  test('a test, an echo and what is irrelevant give no event', () => {
    expect(
      event({ notificationType: 'ResourceCreated', resource: { typeId: 'subscription', id: 's' } }),
    ).toBeUndefined();
    expect(event(message({ type: 'OrderPaymentStateChanged' }))).toBeUndefined();
  });
});

describe.skipIf(!fixturesPresent)('sample notifications (skipped: no ../shared/fixtures)', () => {
  test.each([
    ['notification.OrderStateChanged.Confirmed.platform.json', 'confirmed'],
    ['notification.OrderStateChanged.Confirmed.cloudevents.json', 'confirmed'],
    ['envelope.pubsub-push.json', 'confirmed'],
    ['envelope.eventbridge.json', 'confirmed'],
    ['envelope.sns-http.json', 'confirmed'],
    ['envelope.eventgrid-cloudevents-webhook.single.json', 'confirmed'],
    ['envelope.eventgrid-cloudevents-webhook.batch.json', 'confirmed'],
    ['notification.OrderImported.Confirmed.platform.json', 'confirmed'],
    ['notification.OrderCreated.platform.json', 'irrelevant'],
    ['notification.OrderCreated.payloadNotIncluded.json', 'unclear'],
    ['notification.OrderStateChanged.Cancelled.platform.json', 'cancelled'],
    ['notification.OrderDeleted.platform.json', 'deleted'],
    ['notification.ResourceDeleted.order.json', 'deleted'],
    ['notification.ResourceUpdated.order.json', 'irrelevant'],
    ['notification.OrderCustomFieldChanged.platform.json', 'echo'],
    ['notification.OrderCustomTypeSet.platform.json', 'echo'],
    ['notification.OrderShipmentStateChanged.platform.json', 'echo'],
    ['notification.DeliveryAdded.platform.json', 'echo'],
    ['notification.OrderPaymentStateChanged.platform.json', 'irrelevant'],
    ['notification.OrderShippingAddressSet.platform.json', 'amended'],
    ['notification.LineItemStateTransition.platform.json', 'irrelevant'],
  ])('%s is %s and keyed by its order', (name, kind) => {
    const push = readFixture(name);
    expect(classify(parsePush(push), { ourClientIds: ['qK2kX0demoClient'], projectKey: 'demo-project' }).kind).toBe(
      kind,
    );
    expect(notificationKey(Buffer.from(push))).toBe('6a1f0c52-8f0f-4a6e-9d27-3c0f1e5b7a01');
  });

  test('notification.ResourceCreated.subscription-test.json is a test', () => {
    expect(
      classify(parsePush(readFixture('notification.ResourceCreated.subscription-test.json')), { ourClientIds: [] })
        .kind,
    ).toBe('test');
  });
});
