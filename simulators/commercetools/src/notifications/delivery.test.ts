import { expect, test } from 'vitest';
import { startReceiver, until } from '../testing/receiver.ts';
import { orderDraft, startSimulator, type TestSimulator } from '../testing/simulator.ts';

const subscribe = (simulator: TestSimulator, url: string) => simulator.control('POST', '/push-targets', { url });
const place = async (simulator: TestSimulator, orderNumber: string) =>
  (await simulator.control('POST', '/orders', orderDraft({ orderNumber }))).body;
const counts = async (simulator: TestSimulator) => (await simulator.control('GET', '/notifications')).body.counts;
const settled = (simulator: TestSimulator) => until(async () => (await counts(simulator)).pending === 0);

test('reversed notifications come last first', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ connections: 1, delivery: { reverse: true, reverseMs: 1_000 } });
  await subscribe(simulator, receiver.url);
  const order = await place(simulator, 'N-1');
  const actions = ['Pending', 'Ready', 'Shipped'].map((shipmentState) => ({
    action: 'changeShipmentState',
    shipmentState,
  }));
  await simulator.update(order, ...actions);
  expect((await receiver.waitFor(4)).map(({ sequenceNumber }) => sequenceNumber)).toEqual([4, 3, 2, 1]);
});

test('a late notification comes after those that happened later', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ connections: 1, delivery: { late: 1, lateMs: 1_000 } });
  await subscribe(simulator, receiver.url);
  await place(simulator, 'late');
  await simulator.control('POST', '/delivery', { late: 0 });
  await place(simulator, 'in time');
  const told = (await receiver.waitFor(2)).map(({ order }) => order.orderNumber);
  expect(told).toEqual(['in time', 'late']);
});

test('a lost notification is counted, and only the query has it', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ delivery: { lost: 1 } });
  await subscribe(simulator, receiver.url);
  await place(simulator, 'N-1');
  await settled(simulator);
  expect(receiver.messages()).toEqual([]);
  expect(await counts(simulator)).toMatchObject({ lost: 1, sent: 0 });
  expect((await simulator.api('GET', '/messages')).body.results).toHaveLength(1);
});

test('a message without actor says nothing of who caused it, but the query does', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator({ delivery: { withoutActor: 1 } });
  await subscribe(simulator, receiver.url);
  await place(simulator, 'N-1');
  const [message] = await receiver.waitFor(1);
  for (const name of ['createdBy', 'lastModifiedBy']) expect(message).not.toHaveProperty(name);
  expect((await simulator.api('GET', '/messages')).body.results[0].createdBy.clientId).toBe('simulator-shop');
});

test('a duplicate is the same message under another transport id, a repetition is the same request', async () => {
  await using receiver = await startReceiver((response, _, number) =>
    response.writeHead(number === 2 ? 500 : 204).end(),
  );
  await using simulator = await startSimulator({ connections: 1, delivery: { duplicates: 1 } });
  await simulator.control('POST', '/push-targets', { url: receiver.url, envelope: 'pubsub' });
  await until(() => receiver.received.length === 1);
  await place(simulator, 'N-1');
  await settled(simulator);
  const pushes = receiver.received.slice(1).map(({ message }) => message);
  expect(pushes).toHaveLength(3);
  expect(new Set(pushes.map(({ data }) => data)).size).toBe(1);
  expect(new Set(pushes.map(({ messageId }) => messageId)).size).toBe(2);
});
