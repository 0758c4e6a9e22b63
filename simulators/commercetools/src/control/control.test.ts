import { expect, test } from 'vitest';
import { startReceiver, until } from '../testing/receiver.ts';
import { orderDraft, startSimulator, type TestSimulator } from '../testing/simulator.ts';

const place = async (simulator: TestSimulator, change: Record<string, unknown> = {}) =>
  (await simulator.control('POST', '/orders', orderDraft(change))).body;

test('an order is completed with id, version and times, and what it brings is kept', async () => {
  await using simulator = await startSimulator();
  const bare = await simulator.control('POST', '/orders', {});
  expect(bare).toMatchObject({ status: 201, body: { version: 1, orderState: 'Open', lineItems: [], syncInfo: [] } });
  expect(bare.body.id).toMatch(/^[0-9a-f-]{36}$/);
  expect(Date.parse(bare.body.createdAt)).toBe(Date.parse(bare.body.lastModifiedAt));
  const given = {
    id: 'o-1',
    version: 9,
    createdAt: '2026-01-02T03:04:05.000Z',
    createdBy: { clientId: 'shop', isPlatformClient: false },
  };
  expect(await place(simulator, given)).toMatchObject(given);
});

test.for([
  ['an id in use', { id: 'o-1' }],
  ['an order number in use', { orderNumber: 'N-1' }],
  ['a version of zero', { version: 0 }],
  ['line items that are no list', { lineItems: {} }],
  ['a time that is none', { createdAt: 'yesterday' }],
])('an order with %s is refused', async ([, change]) => {
  await using simulator = await startSimulator();
  await place(simulator, { id: 'o-1', orderNumber: 'N-1' });
  expect((await simulator.control('POST', '/orders', orderDraft(change as Record<string, unknown>))).status).toBe(400);
  expect((await simulator.control('GET', '/orders')).body).toHaveLength(1);
});

test('the list of orders shows their current state', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator, { orderNumber: 'N-1' });
  await simulator.update(
    order,
    { action: 'setCustomType', type: { typeId: 'type', key: 'fft-order' }, fields: { fft_short_id: 'ER1' } },
    { action: 'changeShipmentState', shipmentState: 'Ready' },
  );
  expect((await simulator.control('GET', '/orders')).body).toEqual([
    {
      id: order.id,
      orderNumber: 'N-1',
      version: 2,
      orderState: 'Open',
      shipmentState: 'Ready',
      custom: { fft_short_id: 'ER1' },
      createdAtMs: Date.parse(order.createdAt),
    },
  ]);
});

test('the history tells which requests had an effect', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  const ready = { action: 'changeShipmentState', shipmentState: 'Ready' };
  const { body } = await simulator.update(order, ready);
  await simulator.update(body, ready);
  await simulator.update(order, ready);
  await simulator.api('GET', `/orders/${order.id}?expand=custom.type`);
  const history = (await simulator.control('GET', '/requests?route=/{projectKey}/orders/{id}')).body;
  expect(history.map(({ method, status, effect }: Record<string, unknown>) => [method, status, effect])).toEqual([
    ['POST', 200, true],
    ['POST', 200, false],
    ['POST', 409, false],
    ['GET', 200, false],
  ]);
  expect(history[3]).toMatchObject({
    path: `/demo-project/orders/${order.id}`,
    clientId: 'simulator-client',
    route: '/{projectKey}/orders/{id}',
    at: new Date(history[3].atMs).toISOString(),
    durationMs: expect.any(Number),
  });
  const count = async (query: string) => (await simulator.control('GET', `/requests?${query}`)).body.length;
  expect(await count('method=get')).toBe(1);
  expect(await count('limit=2')).toBe(2);
  expect(await count(`since=${Date.now() + 60_000}`)).toBe(0);
  expect((await simulator.control('GET', '/requests?limit=many')).status).toBe(400);
});

test('the summary counts by method, route, status and client', async () => {
  await using simulator = await startSimulator({ historySize: 1 });
  const order = await place(simulator);
  for (let index = 0; index < 5; index += 1) await simulator.api('GET', `/orders/${order.id}`);
  await simulator.update(order, { action: 'changeOrderState', orderState: 'Confirmed' });
  const { body } = await simulator.control('GET', '/requests/summary');
  const route = '/{projectKey}/orders/{id}';
  const clientId = 'simulator-client';
  expect(body).toMatchObject({ requests: 7, effects: 1 });
  expect(body.routes).toContainEqual({ method: 'GET', route, status: 200, clientId, requests: 5, effects: 0 });
  expect(body.routes).toContainEqual({ method: 'POST', route, status: 200, clientId, requests: 1, effects: 1 });
  expect(body.routes).toContainEqual({
    method: 'POST',
    route: '/oauth/token',
    status: 200,
    requests: 1,
    effects: 0,
  });
});

test('a reset leaves nothing but the seed, and tokens stay valid', async () => {
  await using receiver = await startReceiver((response) => response.writeHead(500).end());
  await using simulator = await startSimulator();
  await simulator.control('POST', '/push-targets', { url: receiver.url });
  await simulator.control('POST', '/delivery', { duplicates: 1 });
  await simulator.control('POST', '/faults', { when: 'before', status: 503, path: '/demo-project/*' });
  await simulator.api('POST', '/types', { key: 'shop-order', name: {}, resourceTypeIds: ['order'] });
  await place(simulator, { orderNumber: 'N-1', orderState: 'Confirmed' });
  await until(() => receiver.messages().length > 0);
  expect((await simulator.control('POST', '/reset')).status).toBe(204);
  expect((await simulator.control('GET', '/orders')).body).toEqual([]);
  expect((await simulator.control('GET', '/push-targets')).body).toEqual([]);
  expect((await simulator.control('GET', '/requests')).body).toEqual([]);
  expect((await simulator.control('GET', '/notifications')).body).toEqual({
    orders: [],
    counts: { sent: 0, delivered: 0, duplicates: 0, retried: 0, pending: 0, lost: 0 },
  });
  expect((await simulator.control('POST', '/delivery', {})).body.duplicates).toBe(0);
  expect((await simulator.api('GET', '/types')).body.total).toBe(2);
  expect((await place(simulator, { orderNumber: 'N-1' })).orderNumber).toBe('N-1');
});

test('a delivery that was under way at the reset is not repeated after it', async () => {
  await using receiver = await startReceiver((response, { order }) => {
    if (order?.orderNumber !== 'stuck') response.end();
  });
  await using simulator = await startSimulator({ retryBaseMs: 1 });
  await simulator.control('POST', '/push-targets', { url: receiver.url });
  await place(simulator, { orderNumber: 'stuck' });
  await until(() => receiver.messages().length === 1);
  await simulator.control('POST', '/reset');
  await simulator.control('POST', '/push-targets', { url: receiver.url });
  await place(simulator, { orderNumber: 'next' });
  await receiver.waitFor(2);
  await until(async () => (await simulator.control('GET', '/notifications')).body.counts.pending === 0);
  expect((await simulator.control('GET', '/notifications')).body.counts).toMatchObject({
    sent: 1,
    delivered: 1,
    retried: 0,
  });
});

test.for([
  ['/push-targets', { url: 'nowhere' }],
  ['/push-targets', { url: 'http://127.0.0.1:1', envelope: 'sqs' }],
  ['/push-targets', { url: 'http://127.0.0.1:1', headers: { a: 1 } }],
  ['/push-targets', { url: 'http://127.0.0.1:1', types: 'OrderCreated' }],
  ['/delivery', { duplicates: 2 }],
  ['/delivery', { shuffle: 'yes' }],
  ['/delivery', { constructor: 1 }],
  ['/delivery', { shuffleMs: -1 }],
  ['/push-targets', { url: 'http://127.0.0.1:1', header: {} }],
  ['/reset', { keepSubscriptions: true }],
])('%s refuses %j', async ([path, body]) => {
  await using simulator = await startSimulator();
  expect((await simulator.control('POST', path as string, body)).status).toBe(400);
});
