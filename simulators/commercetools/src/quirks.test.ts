import { expect, test } from 'vitest';
import { startReceiver, until } from './testing/receiver.ts';
import { orderDraft, requestToken, startSimulator, type TestSimulator } from './testing/simulator.ts';

const place = async (simulator: TestSimulator, change: Record<string, unknown> = {}) =>
  (await simulator.control('POST', '/orders', orderDraft(change))).body;
const ready = { action: 'changeShipmentState', shipmentState: 'Ready' };
const messages = async (simulator: TestSimulator) => (await simulator.api('GET', '/messages?limit=500')).body.results;
const effects = async (simulator: TestSimulator) => (await simulator.control('GET', '/requests/summary')).body.effects;

test('an update that changes nothing may raise the version, without a message, and counts as an effect', async () => {
  await using simulator = await startSimulator({ quirks: { sameValueBump: 1 } });
  const order = await place(simulator, { shipmentState: 'Ready' });
  const { body } = await simulator.update(order, ready);
  expect(body).toEqual({
    ...order,
    version: 2,
    lastModifiedAt: expect.any(String),
    lastModifiedBy: { clientId: 'simulator-client', isPlatformClient: false },
  });
  expect(await messages(simulator)).toHaveLength(1);
  expect(await effects(simulator)).toBe(1);
  expect((await simulator.update(body)).body.version).toBe(2);
});

test('somebody else may overtake an update: it ends in 409, and the change is told with its own author', async () => {
  await using simulator = await startSimulator({ quirks: { foreignWrites: 1 } });
  const order = await place(simulator);
  const { status, body } = await simulator.update(order, ready);
  expect([status, body.errors[0]]).toMatchObject([409, { code: 'ConcurrentModification', currentVersion: 2 }]);
  const [, told] = await messages(simulator);
  expect(told).toMatchObject({ resourceVersion: 2, createdBy: { user: { typeId: 'user' }, isPlatformClient: true } });
  await simulator.control('POST', '/quirks', { foreignWrites: 0 });
  expect((await simulator.update({ ...order, version: 2 }, ready)).status).toBe(200);
});

test('whoever overtakes may share the API client of the one that is overtaken', async () => {
  await using simulator = await startSimulator({ quirks: { foreignWrites: 1, sharedClient: 1 } });
  await simulator.update(await place(simulator), ready);
  const [, told] = await messages(simulator);
  expect(told.createdBy).toEqual({ clientId: 'simulator-client', isPlatformClient: false });
});

test.for([
  [{ action: 'changeShipmentState', shipmentState: 'Ready', reason: 'x' }, 'actions -> reason'],
  [{ action: 'addDelivery', delvieryKey: 'd-1' }, 'actions -> delvieryKey'],
  [{ action: 'setCustomField', name: 'a', values: [] }, 'actions -> values'],
] as const)('the unknown member of %j may be refused', async ([action, where]) => {
  await using simulator = await startSimulator({ quirks: { refuseUnknownMembers: true } });
  const { status, body } = await simulator.update(await place(simulator), action);
  expect([status, body.errors[0].code]).toEqual([400, 'InvalidJsonInput']);
  expect(body.errors[0].detailedErrorMessage).toContain(where);
});

test('every action takes all of its own members, and without the quirk unknown ones are ignored', async () => {
  await using simulator = await startSimulator({ quirks: { refuseUnknownMembers: true } });
  const strict = await simulator.update(await place(simulator), {
    action: 'addDelivery',
    deliveryKey: 'd-1',
    items: [],
    address: { country: 'DE' },
    parcels: [],
  });
  expect(strict.status).toBe(200);
  await simulator.control('POST', '/quirks', { refuseUnknownMembers: false });
  expect((await simulator.update(strict.body, { ...ready, reason: 'x' })).body.shipmentState).toBe('Ready');
});

test('a query may find an order late, a read by id never', async () => {
  let now = 1_000_000;
  await using simulator = await startSimulator({ now: () => now, quirks: { queryLagMs: 60_000 } });
  const order = await place(simulator);
  const total = async () => (await simulator.api('GET', '/orders')).body.total;
  expect([await total(), (await simulator.api('GET', `/orders/${order.id}`)).status]).toEqual([0, 200]);
  now += 60_000;
  expect(await total()).toBe(1);
  await simulator.update(order, ready);
  expect(await total()).toBe(0);
});

test('an edit changes anything, is a message and no change', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  const order = await place(simulator);
  await simulator.control('POST', '/push-targets', { url: receiver.url, changes: true });
  await until(() => receiver.received.length === 1);
  const change = { lineItems: [{ id: 'line-9', quantity: 1 }], id: 'other' };
  const { body } = await simulator.control('POST', `/orders/${order.id}/edit`, { change });
  expect(body).toMatchObject({ id: order.id, version: 2, lineItems: [{ id: 'line-9' }] });
  const [told] = await receiver.waitFor(1);
  expect(told).toMatchObject({
    type: 'OrderEditApplied',
    resourceVersion: 2,
    result: { type: 'Applied' },
    edit: { resource: { typeId: 'order', id: order.id } },
  });
  await until(async () => (await simulator.control('GET', '/notifications')).body.counts.pending === 0);
  expect(receiver.received).toHaveLength(2);
});

test('the shop changes an order under whatever name it has, and a recurring order has a message of its own', async () => {
  await using simulator = await startSimulator();
  const recurring = await simulator.control('POST', '/orders?recurring=true', orderDraft({ orderState: 'Confirmed' }));
  expect(recurring.body.origin).toBe('RecurringOrder');
  const cancel = { actions: [{ action: 'changeOrderState', orderState: 'Cancelled' }], actor: { clientId: 'shop' } };
  const { body } = await simulator.control('POST', `/orders/${recurring.body.id}/update`, cancel);
  expect(body).toMatchObject({ orderState: 'Cancelled', version: 2, lastModifiedBy: { clientId: 'shop' } });
  expect((await messages(simulator)).map(({ type }: { type: string }) => type)).toEqual([
    'OrderCreatedFromRecurringOrder',
    'OrderStateChanged',
  ]);
  expect((await messages(simulator))[0].recurringOrderRef.typeId).toBe('recurring-order');
});

test.for([
  ['/orders/none/update', { actions: [] }, 404],
  ['/orders/none/edit', { change: {} }, 404],
  ['/messages', { type: 'A' }, 400],
  ['/messages', { resource: { typeId: 'payment', id: 'p' } }, 400],
  ['/quirks', { sameValueBump: 2 }, 400],
  ['/quirks', { messageLagMs: -1 }, 400],
  ['/quirks', { extensionBadResponseStatus: 200 }, 400],
  ['/quirks', { toString: 1 }, 400],
  ['/outages', { resets: 'often' }, 400],
  ['/harsh', { seed: 'x' }, 400],
  ['/harsh', { on: 1 }, 400],
  ['/subscriptions/none/status', { status: 'Healthy' }, 404],
  ['/subscriptions/none/status', { status: 'Fine' }, 400],
  ['/push-targets', { url: 'http://127.0.0.1:1', subscription: 'a', types: [] }, 400],
  ['/push-targets', { url: 'http://127.0.0.1:1', format: 'JSON' }, 400],
  ['/push-targets', { url: 'http://127.0.0.1:1', changes: 'yes' }, 400],
] as const)('the control API answers %s with %j by %i', async ([path, body, status]) => {
  await using simulator = await startSimulator();
  const answer = await simulator.control('POST', path, body);
  expect([answer.status, Object.keys(answer.body)]).toEqual([status, ['message']]);
});

test('tokens of a client without rights cannot do by order number what they cannot do by id', async () => {
  const clients = [{ clientId: 'reader', clientSecret: 's', scope: 'view_orders:demo-project' }];
  await using simulator = await startSimulator({ clients });
  const order = await place(simulator, { orderNumber: 'N-1' });
  const headers = {
    authorization: `Bearer ${await requestToken(simulator.url, 'reader:s')}`,
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ version: 1, actions: [ready] });
  for (const path of [order.id, 'order-number=N-1']) {
    const answer = await simulator.raw(`/demo-project/orders/${path}`, { method: 'POST', body, headers });
    expect(answer.status).toBe(403);
  }
  expect(await effects(simulator)).toBe(0);
});
