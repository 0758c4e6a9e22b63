import { createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { clientOf, SECRET } from '../testing/client.ts';
import { anOrder } from '../testing/order.ts';
import { classify } from '../notification/classify.ts';
import { parsePush } from '../notification/parsePush.ts';
import { splitPush } from '../notification/splitPush.ts';
import { fromMessage, fromOrder } from './caughtUp.ts';
import { relevantMessageTypes } from './relevantTypes.ts';
import { type CommercetoolsRecord, createMessageRecord, createOrderRecord } from './sources.ts';
import { readSubscription } from './subscription.ts';

const cleanup: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const { signal } = new AbortController();
const START = Date.parse('2026-11-20T10:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const always = { after: { at: iso(0) }, until: '2100-01-01T00:00:00.000Z', signal };

interface Shop {
  readonly scopes?: readonly string[];
  readonly messagesEnabled?: boolean;
}

async function startShop({ scopes = ['manage_project'], messagesEnabled = true }: Shop = {}) {
  const clock = { now: START };
  const client = { clientId: 'client-1', clientSecret: SECRET, scopes: [] };
  const simulator = createCommercetoolsSimulator({
    projectKey: 'shop',
    clients: [{ ...client, scope: scopes.map((scope) => `${scope}:shop`).join(' ') }],
    messagesEnabled,
    tokenLifetimeSeconds: 1e9,
    now: () => clock.now,
  });
  const url = await simulator.listen();
  cleanup.push(() => simulator.close());
  const { api, close } = clientOf(url);
  cleanup.push(close);
  const control = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const answer = await fetch(`${url}/_sim${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(answer.status).toBeLessThan(300);
    return (await answer.json()) as Record<string, unknown>;
  };
  const place = (over: object = {}) => control('/orders', { ...anOrder(), id: undefined, ...over });
  const update = async (order: Record<string, unknown>, ...actions: object[]) => {
    const body = { version: Number(order['version']), actions: actions as never };
    return (
      await api
        .orders()
        .withId({ ID: String(order['id']) })
        .post({ body })
        .execute()
    ).body;
  };
  return { url, api, clock, control, place, update, access: { api, projectKey: 'shop' } };
}

async function readAll(record: CommercetoolsRecord, from: { at: string; id?: string } = { at: iso(0) }) {
  const found: { key: string; value: Buffer; collapse: string }[] = [];
  for (let after: { at: string; id?: string } | undefined = from; after; ) {
    const page = await record.readPage({ ...always, after });
    found.push(...page.notifications);
    after = page.next;
  }
  return found;
}

/** What a push target of the simulator was sent. */
async function startReceiver() {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      bodies.push(body);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, bodies };
}

describe('messages', () => {
  test('become exactly what a push of them was, under the same key', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await shop.control('/push-targets', { url: receiver.url });
    const order = await shop.place({ orderState: 'Open' });
    shop.clock.now += 1_000;
    const confirmed = await shop.update(order as never, { action: 'changeOrderState', orderState: 'Confirmed' });
    shop.clock.now += 1_000;
    await shop.update(confirmed as never, { action: 'changePaymentState', paymentState: 'Paid' });
    await vi.waitFor(() => expect(receiver.bodies.length).toBeGreaterThanOrEqual(4), 10_000);
    const pushed = receiver.bodies
      .map((body) => ({ body, json: JSON.parse(String(body)) as Record<string, unknown> }))
      .filter(({ json }) => json['notificationType'] === 'Message')
      .sort((one, other) => Number(one.json['sequenceNumber']) - Number(other.json['sequenceNumber']));
    const read = await readAll(createMessageRecord(shop.access));
    expect(read.map(({ value }) => JSON.parse(String(value)))).toEqual(pushed.map(({ json }) => json));
    expect(read.map(({ key }) => key)).toEqual(pushed.map(({ body }) => splitPush(body)[0]?.key));
    expect(parsePush(read[1]?.value ?? Buffer.alloc(0))).toEqual(parsePush(pushed[1]?.body ?? Buffer.alloc(0)));
  });

  test('are only those that can change what becomes of an order, in their order, from a position on', async () => {
    const shop = await startShop();
    const order = await shop.place({ orderState: 'Confirmed' });
    shop.clock.now += 1_000;
    const shipped = await shop.update(order as never, { action: 'changeShipmentState', shipmentState: 'Ready' });
    shop.clock.now += 1_000;
    await shop.update(shipped as never, { action: 'changeOrderState', orderState: 'Cancelled' });
    const record = createMessageRecord(shop.access);
    const typesOf = (found: readonly { value: Buffer }[]) => found.map(({ value }) => JSON.parse(String(value)).type);
    const all = await readAll(record);
    expect(typesOf(all)).toEqual(['OrderCreated', 'OrderStateChanged']);
    const { createdAt: at, id } = JSON.parse(String(all[0]?.value)) as { createdAt: string; id: string };
    expect(typesOf(await readAll(record, { at }))).toEqual(['OrderCreated', 'OrderStateChanged']);
    expect(typesOf(await readAll(record, { at, id }))).toEqual(['OrderStateChanged']);
    const early = await record.readPage({ after: { at: iso(0) }, until: iso(START + 2_000), signal });
    expect(typesOf(early.notifications)).toEqual(['OrderCreated']);
  });

  test('that the project does not keep are told plainly, and how long it keeps them is known', async () => {
    const off = await startShop({ messagesEnabled: false });
    await expect(createMessageRecord(off.access).check(signal)).rejects.toMatchObject({
      code: 'messages-off',
      message: expect.stringMatching(/project shop keeps no messages.*changeMessagesConfiguration.*CT_CATCH_UP=orders/),
    });
    const on = await startShop();
    expect(await createMessageRecord(on.access).check(signal)).toEqual({ retentionMs: 15 * 86_400_000 });
  });

  test('without a right to see the project they are read all the same, and that is told once', async () => {
    const shop = await startShop({ scopes: ['view_messages', 'manage_orders'] });
    const told: unknown[] = [];
    const record = createMessageRecord(shop.access, (error) => void told.push(error));
    for (let n = 0; n < 3; n += 1) expect(await record.check(signal)).toEqual({ retentionMs: undefined });
    expect(told).toMatchObject([{ message: expect.stringContaining('view_project_settings:shop') }]);
    await shop.place({ orderState: 'Confirmed' });
    expect(await readAll(record)).toHaveLength(1);
  });

  test('need a scope that the error names, as the orders and the subscription do', async () => {
    const { access } = await startShop({ scopes: ['view_products'] });
    const missing = (scope: string) => ({
      code: 'scope-missing',
      errorClass: 'auth',
      message: expect.stringContaining(`needs the scope ${scope}:shop`),
    });
    await expect(createMessageRecord(access).readPage(always)).rejects.toMatchObject(missing('view_messages'));
    await expect(createOrderRecord(access).readPage(always)).rejects.toMatchObject(missing('view_orders'));
    const read = readSubscription(access, { key: 'orders' }, signal);
    await expect(read).rejects.toMatchObject(missing('manage_subscriptions'));
  });

  test('of a cancel are not swallowed by a state that came after it', () => {
    const message = (id: string, orderState: string) =>
      ({
        id,
        resource: { typeId: 'order', id: 'o-1' },
        type: 'OrderStateChanged',
        orderState,
      }) as unknown as Parameters<typeof fromMessage>[0];
    const states = ['Cancelled', 'Complete', 'Cancelled'].map((state, at) =>
      fromMessage(message(`m-${at}`, state), 'shop'),
    );
    const [cancelled, complete, again] = states.map(({ collapse }) => collapse);
    expect(complete).not.toBe(cancelled);
    expect(again).toBe(cancelled);
  });

  test('too large for a topic come without their payload, as commercetools itself does it', () => {
    const order = anOrder({ custom: { text: 'x'.repeat(1_100_000) } } as never);
    const message = {
      ...{
        id: 'm-1',
        version: 1,
        sequenceNumber: 7,
        resourceVersion: 3,
        createdAt: iso(START),
        lastModifiedAt: iso(START),
      },
      ...{ resource: { typeId: 'order', id: order.id }, createdBy: { clientId: 'web', isPlatformClient: false } },
      ...{ type: 'OrderCreated', order },
    } as unknown as Parameters<typeof fromMessage>[0];
    const { value, collapse } = fromMessage(message, 'shop');
    expect(value.length).toBeLessThan(1_000);
    expect([collapse, value.includes('xxx')]).toEqual([`${order.id} OrderCreated`, false]);
    const notification = parsePush(value);
    expect(notification).toMatchObject({
      type: 'OrderCreated',
      payloadIncluded: false,
      resourceVersion: 3,
      clientId: 'web',
    });
    expect(classify(notification, { ourClientIds: ['web'], projectKey: 'shop' })).toMatchObject({
      kind: 'unclear',
      needsOrder: true,
    });
  });
});

describe('orders', () => {
  test('are those that were changed and are confirmed or cancelled, each as a reason to read it', async () => {
    const shop = await startShop({ messagesEnabled: false });
    const states = ['Confirmed', 'Open', 'Cancelled', 'Complete', 'Confirmed'];
    const placed: Record<string, unknown>[] = [];
    for (const orderState of states) {
      shop.clock.now += 1_000;
      placed.push(await shop.place({ orderState, createdAt: undefined, lastModifiedAt: undefined }));
    }
    const record = createOrderRecord(shop.access);
    const found = await readAll(record);
    expect(found.map(({ key }) => key)).toEqual([0, 2, 4].map((index) => placed[index]?.['id']));
    const since = await readAll(record, { at: iso(START + 3_000) });
    expect(since.map(({ key }) => key)).toEqual([2, 4].map((index) => placed[index]?.['id']));
    shop.clock.now += 1_000;
    await shop.update(placed[0] as never, { action: 'changeShipmentState', shipmentState: 'Ready' });
    expect((await readAll(record)).at(-1)?.key).toBe(placed[0]?.['id']);
  });

  test('say when they were made and not when they were touched, so that history stays history', () => {
    const order = anOrder({ createdAt: iso(START), lastModifiedAt: iso(START + 86_400_000), version: 9 });
    const { value, key } = fromOrder(order, 'shop');
    const notification = parsePush(value);
    expect(notification.occurredAt).toBe(START);
    expect(splitPush(value)).toEqual([{ key, value, id: `${order.id}:9:catch-up` }]);
    expect(classify(notification, { ourClientIds: [], projectKey: 'shop' })).toEqual({
      kind: 'unclear',
      reason: 'payload-not-included',
      orderId: order.id,
      resourceVersion: 9,
      needsOrder: true,
    });
  });
});

test('a subscription is seen with its status by key and by id, and not when there is none', async () => {
  const { access, api, control } = await startShop();
  expect(await readSubscription(access, { key: 'orders' }, signal)).toBeUndefined();
  const body = {
    key: 'orders',
    destination: { type: 'GoogleCloudPubSub' as const, projectId: 'p', topic: 't' },
    messages: [{ resourceTypeId: 'order', types: [] }],
  };
  const { id } = (await api.subscriptions().post({ body }).execute()).body;
  expect(await readSubscription(access, { key: 'orders' }, signal)).toMatchObject({
    id,
    version: 1,
    status: 'Healthy',
  });
  await control('/subscriptions/orders/status', { status: 'ConfigurationErrorDeliveryStopped' });
  const seen = await readSubscription(access, { id }, signal);
  expect(seen).toEqual({ id, version: 1, status: 'ConfigurationErrorDeliveryStopped', createdAt: expect.any(String) });
});

/** Messages about orders (facts of the Messages API). */
const orderMessageTypes = [
  ...['OrderCreated', 'OrderCreatedFromRecurringOrder', 'OrderImported', 'OrderStateChanged', 'OrderStateTransition'],
  ...['OrderShipmentStateChanged', 'OrderPaymentStateChanged', 'OrderDeleted', 'OrderEditApplied', 'OrderStoreSet'],
  ...['OrderCustomTypeSet', 'OrderCustomTypeRemoved', 'OrderCustomFieldAdded', 'OrderCustomFieldChanged'],
  ...['OrderCustomFieldRemoved', 'OrderLineItemAdded', 'OrderLineItemRemoved', 'OrderCustomLineItemAdded'],
  ...['OrderCustomLineItemRemoved', 'OrderCustomLineItemQuantityChanged', 'LineItemStateTransition', 'DeliveryAdded'],
  ...['CustomLineItemStateTransition', 'DeliveryRemoved', 'DeliveryItemsUpdated', 'DeliveryAddressSet'],
  ...['ParcelAddedToDelivery', 'ParcelRemovedFromDelivery', 'ParcelTrackingDataUpdated', 'ParcelMeasurementsUpdated'],
  ...['ParcelItemsUpdated', 'ReturnInfoAdded', 'ReturnInfoSet', 'OrderReturnShipmentStateChanged', 'OrderCustomerSet'],
  ...['OrderShippingAddressSet', 'OrderBillingAddressSet', 'OrderCustomerEmailSet', 'OrderPurchaseOrderNumberSet'],
  ...['OrderShippingInfoSet', 'OrderEstimatedDeliverySet', 'OrderPaymentAdded', 'OrderPaymentRemoved'],
];

test('the types that are read are those of which anything can come', () => {
  const known = orderMessageTypes.filter((type) => {
    const push = { notificationType: 'Message', id: 'm', type, resource: { typeId: 'order', id: 'o' } };
    const notification = parsePush(Buffer.from(JSON.stringify({ ...push, orderState: 'Confirmed' })));
    return classify(notification, { ourClientIds: [] }).reason !== 'other-type';
  });
  // It changes no order; the service that knows about payments asks for it.
  expect([...relevantMessageTypes].sort()).toEqual([...known, 'OrderPaymentStateChanged'].sort());
});
