import { createApiBuilderFromCtpClient } from '@commercetools/platform-sdk';
import { ClientBuilder } from '@commercetools/ts-client';
import { expect, test } from 'vitest';
import { orderDraft, startSimulator } from './testing/simulator.ts';

const connect = (host: string) =>
  createApiBuilderFromCtpClient(
    new ClientBuilder()
      .withClientCredentialsFlow({
        host,
        projectKey: 'demo-project',
        credentials: { clientId: 'simulator-client', clientSecret: 'simulator-secret' },
        scopes: ['manage_orders:demo-project'],
        httpClient: fetch,
      })
      .withHttpMiddleware({ host, httpClient: fetch })
      .build(),
  ).withProjectKey({ projectKey: 'demo-project' });

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
