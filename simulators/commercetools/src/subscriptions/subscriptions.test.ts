import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startReceiver, until } from '../testing/receiver.ts';
import { orderDraft, startSimulator, type TestSimulator } from '../testing/simulator.ts';

const folder = new URL('../../../../../shared/fixtures/commercetools/', import.meta.url);
const present = existsSync(folder);
const samples = present ? readdirSync(folder).filter((name) => name.startsWith('draft.subscription.')) : [];

const pubsub = { type: 'GoogleCloudPubSub', projectId: 'p', topic: 't' };
const orders = [{ resourceTypeId: 'order' }];

const create = (simulator: TestSimulator, draft: Record<string, unknown> = {}) =>
  simulator.api('POST', '/subscriptions', { key: 'orders', destination: pubsub, messages: orders, ...draft });
const connectTarget = (simulator: TestSimulator, url: string, target: Record<string, unknown> = {}) =>
  simulator.control('POST', '/push-targets', { url, subscription: 'orders', ...target });
const place = async (simulator: TestSimulator, change: Record<string, unknown> = {}) =>
  (await simulator.control('POST', '/orders', orderDraft(change))).body;
const confirm = (simulator: TestSimulator, order: { id: string; version: number }) =>
  simulator.update(order, { action: 'changeOrderState', orderState: 'Confirmed' });
const health = (simulator: TestSimulator, status: string) =>
  simulator.control('POST', '/subscriptions/orders/status', { status });
const settled = (simulator: TestSimulator) =>
  until(async () => (await simulator.control('GET', '/notifications')).body.counts.pending === 0);

test.skipIf(!present).for(samples)('%s is taken, and its secrets come back hidden', async (name) => {
  await using simulator = await startSimulator();
  const draft = JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
  const { status, body } = await simulator.api('POST', '/subscriptions', draft);
  expect([status, body.key, body.status]).toEqual([201, draft.key, 'Healthy']);
  for (const secret of ['apiSecret', 'accessKey', 'connectionString'])
    if (draft.destination[secret]) expect(body.destination[secret]).toMatch(/^.{4}\*{4}$/);
});

test.for([
  ['without a destination', { destination: undefined }],
  ['with a destination of an unknown type', { destination: { type: 'Webhook', uri: 'http://a' } }],
  ['with a destination that lacks a member', { destination: { type: 'GoogleCloudPubSub', projectId: 'p' } }],
  ['with SQS credentials that are missing', { destination: { type: 'SQS', queueUrl: 'q', region: 'r' } }],
  ['that tells of nothing', { messages: [] }],
  ['for Event Grid in the Platform format', { destination: { type: 'EventGrid', uri: 'u', accessKey: 'k' } }],
  ['with a key that is in use', { key: 'taken' }],
  ['with a key of one letter', { key: 'a' }],
] as const)('a subscription %s is 400', async ([, change]) => {
  await using simulator = await startSimulator();
  await create(simulator, { key: 'taken' });
  expect((await create(simulator, change)).status).toBe(400);
  expect((await simulator.api('GET', '/subscriptions')).body.total).toBe(1);
});

test('there are no more than 50 subscriptions', async () => {
  await using simulator = await startSimulator();
  for (let index = 0; index < 50; index += 1)
    expect((await create(simulator, { key: `orders-${index}` })).status).toBe(201);
  const { status, body } = await create(simulator);
  expect([status, body.errors[0].code]).toEqual([400, 'MaxResourceLimitExceeded']);
});

test('a destination that does not take the test notification makes the creation fail', async () => {
  await using receiver = await startReceiver((response) => response.writeHead(403).end());
  await using simulator = await startSimulator();
  await connectTarget(simulator, receiver.url);
  expect((await create(simulator)).status).toBe(400);
  expect((await simulator.api('GET', '/subscriptions')).body.total).toBe(0);
  expect(receiver.received).toHaveLength(1);
});

test.for([
  [pubsub, undefined, (body: { message: { data: string } }) => atob(body.message.data)],
  [{ type: 'SNS', topicArn: 'a', authenticationMode: 'IAM' }, undefined, (body: { Message: string }) => body.Message],
  [{ type: 'EventBridge', region: 'r', accountId: 'a' }, undefined, (body: { detail: object }) => body.detail],
  [{ type: 'EventGrid', uri: 'u', accessKey: 'k' }, { type: 'CloudEvents' }, (body: { data: object }) => body.data],
  [{ type: 'SQS', queueUrl: 'q', region: 'r', authenticationMode: 'IAM' }, undefined, (body: object) => body],
] as const)('the envelope is that of the destination %j', async ([destination, format, open]) => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  expect((await create(simulator, { destination, ...(format && { format }) })).status).toBe(201);
  await connectTarget(simulator, receiver.url);
  const order = await place(simulator);
  const opened = () =>
    receiver.received.flatMap((body) => {
      try {
        const inner = (open as (body: unknown) => unknown)(body);
        return [typeof inner === 'string' ? JSON.parse(inner) : inner];
      } catch {
        return []; // the handshake of SNS
      }
    });
  await until(() => opened().some(({ notificationType }) => notificationType === 'Message'));
  expect(opened().find(({ type }) => type === 'OrderCreated')).toMatchObject({ resource: { id: order.id } });
  expect(opened().some(({ resource }) => resource?.typeId === 'subscription')).toBe(true);
});

test('a subscription tells of what it names: types, changes, and nothing of order edits as a change', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  const messages = [{ resourceTypeId: 'order', types: ['OrderStateChanged'] }];
  await create(simulator, { messages, changes: orders });
  await connectTarget(simulator, receiver.url, { envelope: 'bare' });
  const order = await place(simulator, { orderNumber: 'N-1' });
  const { body } = await confirm(simulator, order);
  const edited = await simulator.control('POST', `/orders/${order.id}/edit`, { change: { lineItems: [] } });
  expect(edited.body.version).toBe(3);
  await simulator.api('DELETE', `/orders/${order.id}?version=3&dataErasure=true`);
  await until(() => receiver.received.length === 5);
  await settled(simulator);
  const told = receiver.received
    .filter(({ resource }) => resource.typeId === 'order')
    .map(({ notificationType, type, version, oldVersion, dataErasure }) =>
      notificationType === 'Message' ? type : [notificationType, version, oldVersion, dataErasure],
    );
  expect(told).toHaveLength(4);
  expect(told).toEqual(
    expect.arrayContaining([
      'OrderStateChanged',
      ['ResourceCreated', 1, undefined, undefined],
      ['ResourceUpdated', body.version, 1, undefined],
      ['ResourceDeleted', 4, undefined, true],
    ]),
  );
});

test('another destination is tested, makes the subscription healthy, and gets what was kept', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  const { body } = await create(simulator);
  await connectTarget(simulator, receiver.url, { envelope: 'bare' });
  await health(simulator, 'ConfigurationError');
  await place(simulator, { orderNumber: 'kept' });
  await health(simulator, 'ConfigurationErrorDeliveryStopped');
  await place(simulator, { orderNumber: 'lost' });
  await health(simulator, 'ConfigurationError');
  const actions = [{ action: 'changeDestination', destination: { ...pubsub, topic: 'other' } }];
  const changed = await simulator.api('POST', '/subscriptions/key=orders', { version: 1, actions });
  expect(changed.body).toMatchObject({ id: body.id, version: 2, status: 'Healthy', destination: { topic: 'other' } });
  await receiver.waitFor(1);
  await settled(simulator);
  expect(receiver.messages().map(({ order }) => order.orderNumber)).toEqual(['kept']);
  const { results } = (await simulator.api('GET', '/messages')).body;
  expect(results.map(({ order }: { order: { orderNumber: string } }) => order.orderNumber)).toEqual(['kept', 'lost']);
});

test.for([
  ['Healthy', 200],
  ['TemporaryError', 503],
  ['ConfigurationError', 400],
  ['ConfigurationErrorDeliveryStopped', 400],
  ['ManuallySuspended', 400],
] as const)('the health endpoint says %s as %i, without a token', async ([status, answer]) => {
  await using simulator = await startSimulator();
  const { body } = await create(simulator);
  expect((await health(simulator, status)).body.status).toBe(status);
  expect((await fetch(`${simulator.url}/demo-project/subscriptions/${body.id}/health`)).status).toBe(answer);
});

test('a subscription that is deleted, unknown or too young tells nothing', async () => {
  let now = 1_000;
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ now: () => now, quirks: { subscriptionDelayMs: 60_000 } });
  await connectTarget(simulator, receiver.url, { envelope: 'bare' });
  await place(simulator, { orderNumber: 'unknown' });
  await create(simulator);
  await place(simulator, { orderNumber: 'young' });
  now = 61_000;
  await place(simulator, { orderNumber: 'told' });
  await simulator.api('DELETE', '/subscriptions/key=orders?version=1');
  await place(simulator, { orderNumber: 'deleted' });
  await receiver.waitFor(1);
  await settled(simulator);
  expect(receiver.messages().map(({ order }) => order.orderNumber)).toEqual(['told']);
});

test.for([
  [7, 409],
  [1, 400],
])('an update of a subscription with version %i and an unknown action is %i', async ([version, status]) => {
  await using simulator = await startSimulator();
  await create(simulator);
  const actions = [{ action: 'setNothing' }];
  expect((await simulator.api('POST', '/subscriptions/key=orders', { version, actions })).status).toBe(status);
});

test('an SNS endpoint gets nothing before it has called the URL that it is sent, where that is asked for', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  const target = { url: receiver.url, envelope: 'sns', confirmationRequired: true };
  await simulator.control('POST', '/push-targets', target);
  await until(() => receiver.received.some(({ Type }) => Type === 'SubscriptionConfirmation'));
  await place(simulator, { orderNumber: 'early' });
  await settled(simulator);
  const { SubscribeURL } = receiver.received.find(({ Type }) => Type === 'SubscriptionConfirmation');
  expect((await fetch(SubscribeURL)).status).toBe(200);
  await place(simulator, { orderNumber: 'told' });
  await settled(simulator);
  const told = receiver.received.flatMap(({ Type, Message }) => (Type === 'Notification' ? [JSON.parse(Message)] : []));
  expect(told.flatMap(({ order }) => order?.orderNumber ?? [])).toEqual(['told']);
  expect((await fetch(SubscribeURL.replace(/token=.*/, 'token=none'))).status).toBe(400);
});

test.for([
  ['eventgrid.azure.net', true],
  ['*', true],
  ['elsewhere.example', false],
  [undefined, false],
] as const)('an Event Grid endpoint that allows the origin %s is confirmed: %s', async ([origin, confirmed]) => {
  await using receiver = await startReceiver(undefined, origin);
  await using simulator = await startSimulator();
  const target = { url: receiver.url, envelope: 'eventgrid', confirmationRequired: true };
  await simulator.control('POST', '/push-targets', target);
  await until(async () => (await simulator.control('GET', '/push-targets')).body[0].testStatus === 204);
  await until(async () => (await simulator.control('GET', '/push-targets')).body[0].confirmed === confirmed);
  await place(simulator);
  await settled(simulator);
  const told = receiver.received.filter(({ type }) => type === 'com.commercetools.order.message.OrderCreated');
  expect(told).toHaveLength(confirmed ? 1 : 0);
});
