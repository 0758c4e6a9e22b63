import { expect, test } from 'vitest';
import { connect } from './testing/sdk.ts';
import { orderDraft, startSimulator } from './testing/simulator.ts';

test('the vendor SDK signs in, reads, expands, updates and deletes an order', async () => {
  await using simulator = await startSimulator();
  const order = (await simulator.control('POST', '/orders', orderDraft({ orderNumber: 'WEB 1' }))).body;
  const project = connect(simulator.url);
  const read = await project
    .orders()
    .withOrderNumber({ orderNumber: 'WEB 1' })
    .get({ queryArgs: { expand: ['shippingInfo.shippingMethod', 'lineItems[*].supplyChannel'] } })
    .execute();
  expect(read.body.id).toBe(order.id);
  expect(read.body.shippingInfo?.shippingMethod?.obj?.key).toBe('standard');
  const updated = await project
    .orders()
    .withId({ ID: order.id })
    .post({
      body: {
        version: read.body.version,
        actions: [
          { action: 'setCustomType', type: { typeId: 'type', key: 'fft-order' }, fields: { fft_load_units_amount: 3 } },
          { action: 'changeShipmentState', shipmentState: 'Ready' },
          { action: 'addDelivery', deliveryKey: 'ship-1', items: [{ id: 'line-1', quantity: 2 }] },
        ],
      },
    })
    .execute();
  expect(updated.body).toMatchObject({
    version: 2,
    shipmentState: 'Ready',
    custom: { fields: { fft_load_units_amount: 3 } },
  });
  const type = await project.types().withKey({ key: 'fft-order' }).get().execute();
  expect(type.body.id).toBe(updated.body.custom?.type.id);
  const removed = await project
    .orders()
    .withId({ ID: order.id })
    .delete({ queryArgs: { version: 2 } })
    .execute();
  expect(removed.statusCode).toBe(200);
  expect((await simulator.control('GET', '/requests?path=/oauth/token')).body).toHaveLength(1);
});

test('the vendor SDK finds the current version in a conflict', async () => {
  await using simulator = await startSimulator();
  const order = (await simulator.control('POST', '/orders', orderDraft({ version: 5 }))).body;
  const update = connect(simulator.url)
    .orders()
    .withId({ ID: order.id })
    .post({ body: { version: 2, actions: [] } });
  await expect(update.execute()).rejects.toMatchObject({
    statusCode: 409,
    body: { errors: [{ code: 'ConcurrentModification', currentVersion: 5 }] },
  });
});

test('the vendor SDK signs in again when its token was revoked', async () => {
  await using simulator = await startSimulator();
  const project = connect(simulator.url);
  await project.get().execute();
  await simulator.control('DELETE', '/tokens');
  expect((await project.get().execute()).body.key).toBe('demo-project');
});

test('the vendor SDK pages through messages with the recommended keyset predicate', async () => {
  await using simulator = await startSimulator();
  const order = (await simulator.control('POST', '/orders', orderDraft())).body;
  for (const orderState of ['Confirmed', 'Complete', 'Open'])
    await simulator.control('POST', `/orders/${order.id}/update`, {
      actions: [{ action: 'changeOrderState', orderState }],
    });
  const project = connect(simulator.url, ['view_messages']);
  const seen: string[] = [];
  let after: { createdAt: string; id: string } | undefined;
  for (;;) {
    const since = after?.createdAt ?? '2020-01-01T00:00:00.000Z';
    const where = [
      `(createdAt > "${since}" or (createdAt = "${since}" and id > "${after?.id ?? ''}"))`,
      'type in ("OrderCreated","OrderStateChanged")',
    ];
    const queryArgs = { where, sort: ['createdAt asc', 'id asc'], limit: 1, withTotal: false };
    const { results, total } = (await project.messages().get({ queryArgs }).execute()).body;
    expect(total).toBeUndefined();
    const [last] = results;
    if (!last) break;
    seen.push(`${last.type} ${last.sequenceNumber}`);
    after = last;
  }
  expect(seen.sort()).toEqual(['OrderCreated 1', 'OrderStateChanged 2', 'OrderStateChanged 3', 'OrderStateChanged 4']);
});

test('the vendor SDK queries orders that were changed since a moment, by id and by number', async () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  await using simulator = await startSimulator({ now: () => now });
  const orders: { id: string }[] = [];
  for (const orderNumber of ['N-1', 'N-2', 'N-3']) {
    now += 1_000;
    orders.push(
      (await simulator.control('POST', '/orders', orderDraft({ orderNumber, orderState: 'Confirmed' }))).body,
    );
  }
  const project = connect(simulator.url, ['view_orders']).orders();
  const numbers = async (queryArgs: Record<string, string | string[]>) =>
    (await project.get({ queryArgs }).execute()).body.results.map(({ orderNumber }) => orderNumber);
  const since = 'orderState="Confirmed" and lastModifiedAt >= "2026-01-01T00:00:02.000Z"';
  const sort = ['lastModifiedAt desc', 'id asc'];
  expect(await numbers({ where: since, sort })).toEqual(['N-3', 'N-2']);
  expect(await numbers({ where: 'orderNumber in :numbers', 'var.numbers': ['N-1', 'N-9'] })).toEqual(['N-1']);
  expect(await numbers({ where: `id = "${orders[1]?.id}"` })).toEqual(['N-2']);
});

test('the vendor SDK is refused what its scopes do not allow', async () => {
  await using simulator = await startSimulator();
  const order = (await simulator.control('POST', '/orders', orderDraft())).body;
  const project = connect(simulator.url, ['view_orders']);
  expect((await project.orders().withId({ ID: order.id }).get().execute()).statusCode).toBe(200);
  const body = { version: 1, actions: [] };
  await expect(project.orders().withId({ ID: order.id }).post({ body }).execute()).rejects.toMatchObject({
    statusCode: 403,
    body: { errors: [{ code: 'insufficient_scope' }], error: 'insufficient_scope' },
  });
  await expect(project.messages().get().execute()).rejects.toMatchObject({ statusCode: 403 });
  await expect(project.types().get().execute()).rejects.toMatchObject({ statusCode: 403 });
});

test('the vendor SDK manages a subscription and polls its health without a token', async () => {
  await using simulator = await startSimulator();
  const subscriptions = connect(simulator.url, ['manage_subscriptions']).subscriptions();
  const destination = { type: 'SNS', topicArn: 'arn:1', authenticationMode: 'Credentials' } as const;
  const secrets = { accessKey: 'AKIA1234', accessSecret: 'top-secret' };
  const created = await subscriptions
    .post({
      body: { key: 'orders', destination: { ...destination, ...secrets }, messages: [{ resourceTypeId: 'order' }] },
    })
    .execute();
  expect(created.body).toMatchObject({ version: 1, status: 'Healthy', format: { type: 'Platform' }, changes: [] });
  expect(JSON.stringify(created.body)).not.toContain('top-secret');
  const update = {
    version: 1,
    actions: [{ action: 'setMessages' as const, messages: [{ resourceTypeId: 'order', types: ['OrderCreated'] }] }],
  };
  const changed = await subscriptions.withKey({ key: 'orders' }).post({ body: update }).execute();
  expect(changed.body).toMatchObject({ version: 2, messages: [{ types: ['OrderCreated'] }] });
  await simulator.control('POST', '/subscriptions/orders/status', { status: 'ConfigurationErrorDeliveryStopped' });
  const read = await subscriptions.withId({ ID: created.body.id }).get().execute();
  expect(read.body.status).toBe('ConfigurationErrorDeliveryStopped');
  expect((await fetch(`${simulator.url}/demo-project/subscriptions/${created.body.id}/health`)).status).toBe(400);
  await subscriptions
    .withKey({ key: 'orders' })
    .delete({ queryArgs: { version: 2 } })
    .execute();
  expect((await subscriptions.get().execute()).body.total).toBe(0);
});

test('the vendor SDK sends every kind of write that fulfillment needs', async () => {
  await using simulator = await startSimulator();
  const shipping = ['home', 'shop'].map((shippingKey) => ({ shippingKey, shippingInfo: { deliveries: [] } }));
  const draft = orderDraft({ shippingMode: 'Multiple', shipping, shippingInfo: undefined });
  const order = (await simulator.control('POST', '/orders', draft)).body;
  const { body } = await connect(simulator.url, ['manage_orders'])
    .orders()
    .withId({ ID: order.id })
    .post({
      body: {
        version: order.version,
        actions: [
          { action: 'addDelivery', shippingKey: 'shop', deliveryKey: 'd-1', parcels: [{ key: 'p-1' }] },
          { action: 'setParcelTrackingData', parcelKey: 'p-1', trackingData: { trackingId: 'T1' } },
          { action: 'setDeliveryItems', deliveryKey: 'd-1', items: [{ id: 'line-1', quantity: 1 }] },
          { action: 'updateSyncInfo', channel: { typeId: 'channel', key: 'fulfillmenttools' }, externalId: 'f-1' },
          { action: 'addReturnInfo', items: [{ lineItemId: 'line-1', quantity: 1, shipmentState: 'Returned' }] },
          { action: 'changeShipmentState', shipmentState: 'Canceled' },
        ],
      },
    })
    .execute();
  expect(body.shipping[1]?.shippingInfo?.deliveries).toMatchObject([
    {
      key: 'd-1',
      items: [{ id: 'line-1', quantity: 1 }],
      parcels: [{ key: 'p-1', trackingData: { trackingId: 'T1' } }],
    },
  ]);
  expect(body).toMatchObject({ shipmentState: 'Canceled', syncInfo: [{ externalId: 'f-1' }] });
});
