import { expect, test } from 'vitest';
import { startReceiver, until } from '../testing/receiver.ts';
import { orderDraft, startSimulator, type TestSimulator } from '../testing/simulator.ts';

const subscribe = (simulator: TestSimulator, url: string, target: Record<string, unknown> = {}) =>
  simulator.control('POST', '/push-targets', { url, envelope: 'bare', ...target });
const place = async (simulator: TestSimulator, change: Record<string, unknown> = {}, query = '') =>
  (await simulator.control('POST', `/orders${query}`, orderDraft(change))).body;
const settled = (simulator: TestSimulator) =>
  until(async () => (await simulator.control('GET', '/notifications')).body.counts.pending === 0);

test('a new target gets one test notification about the subscription', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  await subscribe(simulator, receiver.url);
  await until(() => receiver.received.length === 1);
  expect(receiver.received[0]).toMatchObject({
    notificationType: 'ResourceCreated',
    projectKey: 'demo-project',
    resource: { typeId: 'subscription' },
  });
  await until(async () => (await simulator.control('GET', '/push-targets')).body[0].testStatus === 204);
});

test('a created order is told with its body, an imported one under its own type', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  await subscribe(simulator, receiver.url);
  const created = await place(simulator, { orderNumber: 'N-1' });
  const imported = await place(simulator, {}, '?imported=true');
  const messages = await receiver.waitFor(2);
  expect(messages.find(({ type }) => type === 'OrderCreated')).toEqual({
    notificationType: 'Message',
    projectKey: 'demo-project',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    version: 1,
    sequenceNumber: 1,
    resource: { typeId: 'order', id: created.id },
    resourceVersion: 1,
    resourceUserProvidedIdentifiers: { orderNumber: 'N-1' },
    createdAt: expect.any(String),
    lastModifiedAt: expect.any(String),
    createdBy: { clientId: 'simulator-shop', isPlatformClient: false },
    lastModifiedBy: { clientId: 'simulator-shop', isPlatformClient: false },
    type: 'OrderCreated',
    order: created,
  });
  expect(messages.find(({ type }) => type === 'OrderImported')?.order).toEqual(imported);
});

test('the messages of one order are numbered without gaps and carry the version after the change', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ versionStep: { min: 3, max: 3 } });
  await subscribe(simulator, receiver.url);
  const order = await place(simulator);
  const { body } = await simulator.update(
    order,
    { action: 'changeOrderState', orderState: 'Confirmed' },
    { action: 'setOrderNumber', orderNumber: 'N-1' },
    { action: 'changePaymentState', paymentState: 'Paid' },
  );
  await simulator.update(body);
  await simulator.api('DELETE', `/orders/${order.id}?version=4`);
  const messages = (await receiver.waitFor(4)).sort((a, b) => a.sequenceNumber - b.sequenceNumber);
  expect(messages.map(({ sequenceNumber, resourceVersion, type }) => [sequenceNumber, resourceVersion, type])).toEqual([
    [1, 1, 'OrderCreated'],
    [2, 4, 'OrderStateChanged'],
    [3, 4, 'OrderPaymentStateChanged'],
    [4, 5, 'OrderDeleted'],
  ]);
  expect(messages[1].createdBy.clientId).toBe('simulator-client');
  expect(messages[1].resourceUserProvidedIdentifiers).toEqual({ orderNumber: 'N-1' });
  expect(messages[3].order).toEqual(body);
});

test('what is refused or changes nothing is not told', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  await subscribe(simulator, receiver.url);
  const order = await place(simulator);
  await simulator.update(order, { action: 'changeOrderState', orderState: 'Open' });
  await simulator.update(
    order,
    { action: 'changeOrderState', orderState: 'Confirmed' },
    { action: 'setCustomField', name: 'a', value: 1 },
  );
  await simulator.update({ ...order, version: 9 }, { action: 'changeOrderState', orderState: 'Confirmed' });
  await simulator.update(order, { action: 'changeShipmentState', shipmentState: 'Ready' });
  await settled(simulator);
  const types = receiver.messages().map(({ type }) => type);
  expect(types.sort()).toEqual(['OrderCreated', 'OrderShipmentStateChanged']);
});

test('a target gets only the types that it names, with its headers', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  await subscribe(simulator, receiver.url, { types: ['OrderStateChanged'], headers: { authorization: 'Bearer push' } });
  const order = await place(simulator);
  await simulator.update(order, { action: 'changeOrderState', orderState: 'Confirmed' });
  await settled(simulator);
  expect(receiver.messages().map(({ type }) => type)).toEqual(['OrderStateChanged']);
  expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer push', 'Bearer push']);
});

test('the pubsub envelope carries the notification as base64', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  await subscribe(simulator, receiver.url, { envelope: 'pubsub' });
  const order = await place(simulator, { shippingAddress: { country: 'DE', city: 'Köln' } });
  const decode = (push: { message: { data: string } }) =>
    JSON.parse(Buffer.from(push.message.data, 'base64').toString());
  const pushes = await receiver.waitFor(2);
  const push = pushes.find((candidate) => decode(candidate).type === 'OrderCreated');
  expect(decode(push).order).toEqual(order);
  expect(push).toMatchObject({
    subscription: expect.any(String),
    message: { attributes: {}, messageId: push.message.message_id, publishTime: push.message.publish_time },
  });
});

test('a refused notification is repeated until it is acknowledged and does not hold up others', async () => {
  await using receiver = await startReceiver((response, notification, number) => {
    if (notification.order?.orderNumber === 'slow' && number < 8)
      response.writeHead([500, 302, 404][number % 3] as number).end();
    else response.writeHead(200).end();
  });
  await using simulator = await startSimulator({ connections: 1 });
  await subscribe(simulator, receiver.url);
  await place(simulator, { orderNumber: 'slow' });
  await place(simulator, { orderNumber: 'quick' });
  await settled(simulator);
  const numbers = receiver.messages().map(({ order }) => order.orderNumber);
  const ids = new Set(
    receiver
      .messages()
      .filter(({ order }) => order.orderNumber === 'slow')
      .map(({ id }) => id),
  );
  expect(numbers.indexOf('quick')).toBeLessThan(numbers.lastIndexOf('slow'));
  expect(ids.size).toBe(1);
  const { counts } = (await simulator.control('GET', '/notifications')).body;
  expect(counts).toMatchObject({ delivered: 2, pending: 0, duplicates: 0 });
  expect(counts.sent).toBe(numbers.length);
  expect(counts.retried).toBe(numbers.length - 2);
});

test('no answer in time and a cut connection are repeated too', async () => {
  await using receiver = await startReceiver((response, notification, number) => {
    if (notification.notificationType === 'ResourceCreated') response.end();
    else if (number === 2) response.socket?.destroy();
    else if (number > 3) response.end();
  });
  await using simulator = await startSimulator({ answerTimeoutMs: 300 });
  await subscribe(simulator, receiver.url);
  await until(() => receiver.received.length === 1);
  await place(simulator);
  await settled(simulator);
  expect(receiver.messages().length).toBeGreaterThanOrEqual(3);
  expect((await simulator.control('GET', '/notifications')).body.counts.delivered).toBe(1);
});

test('with duplicates each message comes twice under one id', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ delivery: { duplicates: 1 } });
  await subscribe(simulator, receiver.url);
  await place(simulator);
  await place(simulator);
  await settled(simulator);
  const ids = receiver.messages().map(({ id }) => id);
  expect([ids.length, new Set(ids).size]).toEqual([4, 2]);
  expect((await simulator.control('GET', '/notifications')).body.counts).toMatchObject({ duplicates: 2, delivered: 4 });
});

test('with shuffle messages come in another order than they happened', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ connections: 1 });
  await simulator.control('POST', '/delivery', { shuffle: true, shuffleMs: 200 });
  await subscribe(simulator, receiver.url);
  const order = await place(simulator);
  const states = Array.from({ length: 12 }, (_, index) => (index % 2 ? 'Ready' : 'Pending'));
  await simulator.update(order, ...states.map((shipmentState) => ({ action: 'changeShipmentState', shipmentState })));
  const sequence = (await receiver.waitFor(13)).map(({ sequenceNumber }) => sequenceNumber);
  const sorted = [...sequence].sort((a, b) => a - b);
  expect(sorted).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
  expect(sequence).not.toEqual(sorted);
});

test('a message without payload has neither type nor fields, but says what it would have been', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ delivery: { payloadNotIncluded: 1, withoutOrderNumber: 1 } });
  await subscribe(simulator, receiver.url);
  await place(simulator, { orderNumber: 'N-1' });
  const [message] = await receiver.waitFor(1);
  expect(message.payloadNotIncluded).toEqual({ reason: 'Payload too large.', payloadType: 'OrderCreated' });
  expect(message).toMatchObject({ notificationType: 'Message', sequenceNumber: 1, resource: { typeId: 'order' } });
  for (const name of ['type', 'order', 'resourceUserProvidedIdentifiers']) expect(message).not.toHaveProperty(name);
});

test('the first moment at which Confirmed was told is kept per order', async () => {
  let now = 1_000;
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ now: () => now, delivery: { duplicates: 1 } });
  await subscribe(simulator, receiver.url);
  const open = await place(simulator);
  const confirmed = await place(simulator, { orderState: 'Confirmed' });
  now = 2_000;
  const { body } = await simulator.update(open, { action: 'changeOrderState', orderState: 'Confirmed' });
  await settled(simulator);
  now = 3_000;
  const { body: reopened } = await simulator.update(body, { action: 'changeOrderState', orderState: 'Open' });
  await simulator.update(reopened, { action: 'changeOrderState', orderState: 'Confirmed' });
  await settled(simulator);
  const { orders } = (await simulator.control('GET', '/notifications')).body;
  expect(orders).toEqual([
    { orderId: confirmed.id, confirmedSentAtMs: 1_000 },
    { orderId: open.id, confirmedSentAtMs: 2_000 },
  ]);
});

test('nothing is told about orders that were placed before there was a target', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  await place(simulator, { orderState: 'Confirmed' });
  await subscribe(simulator, receiver.url);
  await until(() => receiver.received.length === 1);
  expect((await simulator.control('GET', '/notifications')).body).toEqual({
    orders: [],
    counts: { sent: 0, delivered: 0, duplicates: 0, retried: 0, pending: 0, lost: 0 },
  });
});

test('closing gives up what is pending', async () => {
  await using receiver = await startReceiver(() => {});
  const simulator = await startSimulator({ delivery: { shuffle: true, shuffleMs: 60_000 } });
  await subscribe(simulator, receiver.url);
  await place(simulator);
  await until(() => receiver.received.length === 1);
  await simulator.close();
  expect(receiver.messages()).toEqual([]);
});
