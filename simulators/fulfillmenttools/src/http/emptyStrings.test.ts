import { expect, it } from 'vitest';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';

const target = { type: 'WEBHOOK', callbackUrl: 'http://127.0.0.1:9/hook' };

it('refuses an empty text anywhere in a write but in customAttributes, and says where', async () => {
  await using sim = await startSimulator({ refuseEmptyStrings: true });
  const address = { ...anOrder().consumer.addresses[0], firstName: '' };
  const refused = await sim.call(
    'POST',
    '/api/orders',
    anOrder({ tenantOrderId: '', consumer: { addresses: [address] } }),
  );
  expect(refused).toMatchObject({
    status: 400,
    body: [
      { summary: 'Invalid request body', description: 'body.tenantOrderId is empty' },
      { summary: 'Invalid request body', description: 'body.consumer.addresses.0.firstName is empty' },
    ],
  });
  const subscription = await sim.call('POST', '/api/subscriptions', { name: '', event: 'ORDER_CREATED', target });
  expect(subscription).toMatchObject({ status: 400 });
  const order = anOrder({ customAttributes: { note: '', nested: { note: '' } } });
  expect(await sim.call('POST', '/api/orders', order)).toMatchObject({ status: 201 });
  const search = { query: { tenantOrderId: { eq: '' } } };
  expect(await sim.call('POST', '/api/orders/search', search)).toMatchObject({ status: 200 });
});

it('takes what the schema takes while it is off', async () => {
  await using sim = await startSimulator();
  const address = { ...anOrder().consumer.addresses[0], firstName: '' };
  const order = anOrder({ consumer: { addresses: [address] } });
  expect(await sim.call('POST', '/api/orders', order)).toMatchObject({ status: 201 });
});
