import { expect, test } from 'vitest';
import { orderDraft, requestToken, startSimulator, type TestSimulator } from '../testing/simulator.ts';

const place = async (simulator: TestSimulator, change: Record<string, unknown> = {}) =>
  (await simulator.control('POST', '/orders', orderDraft(change))).body;

test('an order is read by id and by order number, with the number encoded', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator, { orderNumber: 'WEB/2026 #1' });
  expect((await simulator.api('GET', `/orders/${order.id}`)).body).toEqual(order);
  const path = `/orders/order-number=${encodeURIComponent('WEB/2026 #1')}`;
  expect((await simulator.api('GET', path)).body).toEqual(order);
});

test('an order that does not exist is 404 for reads, updates and deletes', async () => {
  await using simulator = await startSimulator();
  for (const path of ['/orders/none', '/orders/order-number=none']) {
    expect((await simulator.api('GET', path)).status).toBe(404);
    expect((await simulator.api('POST', path, { version: 1, actions: [] })).status).toBe(404);
    expect((await simulator.api('DELETE', `${path}?version=1`)).body.errors[0].code).toBe('ResourceNotFound');
  }
});

test('references are expanded where the request asks for it, and only in the answer', async () => {
  await using simulator = await startSimulator();
  const method = { typeId: 'shipping-method', id: '3e7c1d9a-4b60-4a6e-8a5a-2d9b0c7f1e22' };
  const custom = { type: { typeId: 'type', id: '7e9e0000-0000-4000-8000-0000000000ff' }, fields: {} };
  const shipping = [{ shippingKey: 'a', shippingInfo: { shippingMethod: method } }];
  const order = await place(simulator, { custom, shipping });
  const paths = [
    'shippingInfo.shippingMethod',
    'shipping[*].shippingInfo.shippingMethod',
    'lineItems[*].supplyChannel',
    'custom.type',
  ];
  const query = paths.map((path) => `expand=${encodeURIComponent(path)}`).join('&');
  const { body } = await simulator.api('GET', `/orders/${order.id}?${query}`);
  expect(body.shippingInfo.shippingMethod.obj.key).toBe('standard');
  expect(body.shipping[0].shippingInfo.shippingMethod.obj.key).toBe('click-and-collect');
  expect(body.lineItems[0].supplyChannel.obj.key).toBe('store-berlin');
  expect(body.custom.type.obj.key).toBe('fft-order');
  expect((await simulator.api('GET', `/orders/${order.id}`)).body).toEqual(order);
});

test('an expansion that leads nowhere is ignored, one that is no path is refused', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  expect((await simulator.api('GET', `/orders/${order.id}?expand=cart.nothing[*].here`)).body).toEqual(order);
  expect((await simulator.api('GET', `/orders/${order.id}?expand=a..b`)).status).toBe(400);
});

test('an update answers with the whole order, a higher version and who changed it', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator, { orderNumber: 'N-1' });
  const update = { version: 1, actions: [{ action: 'changeShipmentState', shipmentState: 'Ready' }] };
  const { status, body } = await simulator.api('POST', '/orders/order-number=N-1', update);
  expect(status).toBe(200);
  expect(body).toEqual({
    ...order,
    version: 2,
    shipmentState: 'Ready',
    lastModifiedAt: expect.any(String),
    lastModifiedBy: { clientId: 'simulator-client', isPlatformClient: false },
  });
  expect(body.createdBy.clientId).toBe('simulator-shop');
});

test('each API client leaves its own id on what it changes', async () => {
  const clients = ['shop', 'writer'].map((clientId) => ({ clientId, clientSecret: 'x' }));
  await using simulator = await startSimulator({ clients });
  const order = await place(simulator);
  const token = await requestToken(simulator.url, 'writer:x');
  const body = JSON.stringify({ version: 1, actions: [{ action: 'changeOrderState', orderState: 'Confirmed' }] });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await simulator.raw(`/demo-project/orders/${order.id}`, { method: 'POST', body, headers });
  expect(answer.body.lastModifiedBy).toEqual({ clientId: 'writer', isPlatformClient: false });
});

test('another version than the current is 409 with the current one, in the documented shape', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator, { version: 5 });
  const { status, body } = await simulator.update(
    { id: order.id, version: 2 },
    { action: 'changeOrderState', orderState: 'Open' },
  );
  const message = `Object ${order.id} has a different version than expected. Expected: 2 - Actual: 5.`;
  expect(status).toBe(409);
  expect(body).toEqual({
    statusCode: 409,
    message,
    errors: [{ code: 'ConcurrentModification', message, currentVersion: 5 }],
  });
});

test('an update without actions still checks the version', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  expect((await simulator.update({ ...order, version: 9 })).status).toBe(409);
  expect((await simulator.update(order)).body).toEqual(order);
});

test('of many updates with one version exactly one gets through', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  const states = ['Confirmed', 'Complete', 'Cancelled'];
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      simulator.update(order, { action: 'changeOrderState', orderState: states[index % 3] }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(29);
});

test('when one action is refused none has an effect', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  const answer = await simulator.update(
    order,
    { action: 'changeOrderState', orderState: 'Confirmed' },
    { action: 'setCustomField', name: 'fft_order_id', value: 'x' },
  );
  expect([answer.status, answer.body.errors[0].code]).toEqual([400, 'InvalidOperation']);
  expect((await simulator.api('GET', `/orders/${order.id}`)).body).toEqual(order);
});

test('what changes nothing keeps the version', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator, { orderState: 'Confirmed', orderNumber: 'N-1' });
  const { body } = await simulator.update(
    order,
    { action: 'changeOrderState', orderState: 'Confirmed' },
    { action: 'setOrderNumber', orderNumber: 'N-1' },
    { action: 'setShippingAddress', address: orderDraft().shippingAddress },
    { action: 'setCustomType' },
  );
  expect(body).toEqual(order);
});

test('500 actions are taken, 501 are refused', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  const actions = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      action: 'changeShipmentState',
      shipmentState: index % 2 ? 'Ready' : 'Pending',
    }));
  expect((await simulator.update(order, ...actions(501))).body.errors[0].code).toBe('InvalidInput');
  expect((await simulator.update(order, ...actions(500))).body).toMatchObject({ version: 2, shipmentState: 'Ready' });
});

test.for(['constructor', 'toString', 'changeorderstate', 'fly'])(
  'the action "%s" is refused, whatever the version',
  async (action) => {
    await using simulator = await startSimulator();
    const order = await place(simulator);
    const answer = await simulator.update({ ...order, version: 77 }, { action });
    expect([answer.status, answer.body.errors[0].code]).toEqual([400, 'InvalidInput']);
  },
);

test.for([
  ['no body', undefined],
  ['no version', { actions: [] }],
  ['a version as text', { version: '1', actions: [] }],
  ['no actions', { version: 1 }],
  ['an action that is no object', { version: 1, actions: ['changeOrderState'] }],
  ['an action without a name', { version: 1, actions: [{ orderState: 'Open' }] }],
])('%s is 400 InvalidJsonInput', async ([, body]) => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  const answer = await simulator.api('POST', `/orders/${order.id}`, body);
  expect([answer.status, answer.body.errors[0].code]).toEqual([400, 'InvalidJsonInput']);
});

test('a body that is no JSON is 400 InvalidJsonInput', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator);
  const headers = { authorization: `Bearer ${await requestToken(simulator.url)}`, 'content-type': 'application/json' };
  const answer = await simulator.raw(`/demo-project/orders/${order.id}`, {
    method: 'POST',
    body: '{"version":',
    headers,
  });
  expect([answer.status, answer.body.errors[0].code]).toEqual([400, 'InvalidJsonInput']);
});

test('versions rise by a step from the configured range, the same for the same seed', async () => {
  const versions = async (seed: number) => {
    await using simulator = await startSimulator({ seed, versionStep: { min: 1, max: 3 } });
    let order = await place(simulator);
    const steps: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      const { body } = await simulator.update(order, {
        action: 'changeShipmentState',
        shipmentState: index % 2 ? 'Ready' : 'Pending',
      });
      steps.push(body.version - order.version);
      order = body;
    }
    return steps;
  };
  const steps = await versions(7);
  expect(new Set(steps)).toEqual(new Set([1, 2, 3]));
  expect(await versions(7)).toEqual(steps);
  expect(await versions(8)).not.toEqual(steps);
});

test('a delete needs the current version and frees the order number', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator, { orderNumber: 'N-1' });
  expect((await simulator.api('DELETE', `/orders/${order.id}`)).status).toBe(400);
  expect((await simulator.api('DELETE', `/orders/${order.id}?version=4`)).status).toBe(409);
  expect(await simulator.api('DELETE', `/orders/${order.id}?version=1`)).toMatchObject({ status: 200, body: order });
  expect((await simulator.api('GET', `/orders/${order.id}`)).status).toBe(404);
  expect((await simulator.api('GET', '/orders/order-number=N-1')).status).toBe(404);
  expect(await place(simulator, { orderNumber: 'N-1' })).toMatchObject({ orderNumber: 'N-1', version: 1 });
});

const where = (predicate: string) => `where=${encodeURIComponent(predicate)}`;

test('orders are queried by state, page by page', async () => {
  await using simulator = await startSimulator();
  for (const orderState of ['Open', 'Confirmed', 'Confirmed', 'Confirmed']) await place(simulator, { orderState });
  const query = where('orderState="Confirmed"');
  const { body } = await simulator.api('GET', `/orders?${query}&limit=2&offset=2`);
  expect(body).toMatchObject({ limit: 2, offset: 2, count: 1, total: 3 });
  expect(body.results[0].orderState).toBe('Confirmed');
  const without = (await simulator.api('GET', `/orders?${query}&limit=2&withTotal=false`)).body;
  expect(Object.keys(without)).toEqual(['limit', 'offset', 'count', 'results']);
});

test.for([
  'limit=501',
  'limit=-1',
  'limit=x',
  'offset=10001',
  'sort=createdAt%20up',
  'sort=nonsense',
  'withTotal=maybe',
  where('orderState = '),
  where('nonsense = "a"'),
  where('id in ()'),
  where('id = "a" id = "b"'),
  where('(id = "a"'),
  where('id = :unknown'),
])('the query %s is 400 InvalidInput', async (query) => {
  await using simulator = await startSimulator();
  const { status, body } = await simulator.api('GET', `/orders?${query}`);
  expect([status, body.errors[0].code]).toEqual([400, 'InvalidInput']);
});

test('orders are found by what is deep inside them, and by what they lack', async () => {
  await using simulator = await startSimulator();
  const paid = await place(simulator, { paymentInfo: { payments: [{ typeId: 'payment', id: 'p-1' }] } });
  const typed = await place(simulator, {
    custom: { type: { typeId: 'type', id: 't' }, fields: { fft_order_id: 'f-1' } },
  });
  const found = async (predicate: string) =>
    (await simulator.api('GET', `/orders?${where(predicate)}`)).body.results.map(({ id }: { id: string }) => id);
  expect(await found('paymentInfo(payments(id="p-1"))')).toEqual([paid.id]);
  expect(await found('custom(fields(fft_order_id="f-1"))')).toEqual([typed.id]);
  expect(await found('custom is not defined and orderNumber is not defined')).toEqual([paid.id]);
  expect(await found(`id in ("${paid.id}", "none") or not (paymentInfo is defined)`)).toEqual([paid.id, typed.id]);
  expect(await found(`id = "${paid.id}" and orderState = "Complete"`)).toEqual([]);
});

test('HEAD says whether there is any order like that', async () => {
  await using simulator = await startSimulator();
  await place(simulator, { orderNumber: 'N-1' });
  expect((await simulator.api('HEAD', `/orders?${where('orderNumber="N-1"')}`)).status).toBe(200);
  expect((await simulator.api('HEAD', `/orders?${where('orderNumber="N-2"')}`)).status).toBe(404);
});

test('in a store only its own orders are there', async () => {
  await using simulator = await startSimulator();
  const order = await place(simulator, { orderNumber: 'N-1', store: { typeId: 'store', key: 'berlin' } });
  await place(simulator, { orderNumber: 'N-2' });
  const ready = { version: 1, actions: [{ action: 'changeShipmentState', shipmentState: 'Ready' }] };
  const inStore = (key: string, path: string) => `/in-store/key=${key}/orders${path}`;
  expect((await simulator.api('GET', inStore('berlin', ''))).body.total).toBe(1);
  expect((await simulator.api('POST', inStore('berlin', '/order-number=N-1'), ready)).body.version).toBe(2);
  expect((await simulator.api('GET', inStore('bonn', `/${order.id}`))).status).toBe(404);
  expect((await simulator.api('POST', inStore('berlin', '/order-number=N-2'), ready)).status).toBe(404);
});

test('after a delete with erasure the order is gone, with what was told about it before', async () => {
  await using simulator = await startSimulator();
  const [kept, erased] = [await place(simulator), await place(simulator)];
  await simulator.api('DELETE', `/orders/${kept.id}?version=1`);
  await simulator.api('DELETE', `/orders/${erased.id}?version=1&dataErasure=true`);
  const types = async (id: string) =>
    (await simulator.api('GET', `/messages?${where(`resource(id="${id}")`)}`)).body.results.map(
      ({ type }: { type: string }) => type,
    );
  expect(await types(kept.id)).toEqual(['OrderCreated', 'OrderDeleted']);
  expect(await types(erased.id)).toEqual(['OrderDeleted']);
  expect((await simulator.api('GET', `/orders/${erased.id}`)).status).toBe(404);
});
