import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Fields } from './model.ts';
import { states } from './seed.ts';
import { startReceiver } from './testing/receiver.ts';
import { startSimulator } from './testing/simulator.ts';

/** Sample payloads lie beside the repository, where there are any. */
const folder = new URL('../../../../shared/fixtures/commercetools/', import.meta.url);
const present = existsSync(folder);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));

const sampleName = /^notification\.(\w+)(\.\w+)?\.platform\.json$/;
const samples = present ? readdirSync(folder).filter((name) => sampleName.test(name)) : [];

const address = { country: 'DE', city: 'Köln' };
const type = { typeId: 'type', key: 'fft-order' };
const lineItemId = '6a1f0c52-0000-4000-8000-000000000001';

const actions = [
  { action: 'changeOrderState', orderState: 'Cancelled' },
  { action: 'setCustomType', type, fields: { fft_short_id: 'ER12' } },
  { action: 'setCustomField', name: 'fft_short_id', value: 'ER13' },
  { action: 'changeShipmentState', shipmentState: 'Shipped' },
  { action: 'changePaymentState', paymentState: 'Pending' },
  { action: 'addDelivery', deliveryKey: 'ship-1', items: [{ id: lineItemId, quantity: 1 }], address },
  { action: 'addParcelToDelivery', deliveryKey: 'ship-1', parcelKey: 'parcel-1', trackingData: { trackingId: 'T1' } },
  { action: 'setParcelTrackingData', parcelKey: 'parcel-1', trackingData: { trackingId: 'T2' } },
  { action: 'setShippingAddress', address },
  { action: 'transitionState', state: { typeId: 'state', key: 'order-in-fulfillment' } },
  {
    action: 'transitionLineItemState',
    lineItemId,
    quantity: 1,
    fromState: { typeId: 'state', key: 'line-item-initial' },
    toState: { typeId: 'state', key: 'line-item-picked' },
  },
  { action: 'addReturnInfo', returnTrackingId: 'R1', items: [{ lineItemId, quantity: 1, shipmentState: 'Advised' }] },
];

test.skipIf(!present)('notifications have the same members as the sample of the same type', async () => {
  await using receiver = await startReceiver();
  await using simulator = await startSimulator();
  await simulator.control('POST', '/push-targets', { url: receiver.url });
  const sample = read('order.single.confirmed.json');
  const [orderState, , , itemState] = states.map(({ id }) => ({ typeId: 'state', id }));
  const lineItems = sample.lineItems.map((item: Fields) => ({ ...item, state: [{ quantity: 1, state: itemState }] }));
  const order = (await simulator.control('POST', '/orders', { ...sample, state: orderState, lineItems })).body;
  const imported = { ...sample, id: 'imported', orderNumber: 'imported' };
  await simulator.control('POST', '/orders?imported=true', imported);
  const updated = await simulator.update(order, ...actions);
  expect(updated.body.errors).toBeUndefined();
  await simulator.api('DELETE', `/orders/${order.id}?version=${updated.body.version}`);
  const emitted = await receiver.waitFor(actions.length + 3);
  const keys = (value: Fields) => Object.keys(value).sort();
  const compared = new Set<string>();
  for (const name of samples) {
    const wanted = read(name);
    const message = emitted.find((candidate) => candidate.type === wanted.type);
    expect(keys(message ?? {}), name).toEqual(keys(wanted));
    for (const part of ['resource', 'createdBy', 'resourceUserProvidedIdentifiers'])
      expect(keys(message[part]), `${name} ${part}`).toEqual(keys(wanted[part]));
    compared.add(wanted.type);
  }
  expect([...compared].sort()).toEqual([...new Set(emitted.map((message) => message.type))].sort());
});

test.skipIf(!present)('the sample orders come back as they were placed', async () => {
  await using simulator = await startSimulator();
  for (const name of ['order.single.shipped.json', 'order.multiple-shipping.json']) {
    const sample = read(name);
    await simulator.control('POST', '/orders', sample);
    expect((await simulator.api('GET', `/orders/${sample.id}`)).body).toEqual({
      ...sample,
      returnInfo: sample.returnInfo ?? [],
    });
  }
});

test.skipIf(!present)('the sample Type can be created and the sample write-back is taken', async () => {
  await using simulator = await startSimulator();
  const created = await simulator.api('POST', '/types', { ...read('draft.type.fft-order.json'), key: 'connector' });
  expect(created.status).toBe(201);
  const order = (
    await simulator.control('POST', '/orders', { ...read('order.single.confirmed.json'), custom: undefined })
  ).body;
  const { actions: sampleActions } = read('update.order.writeback.json');
  const [setType, ...others] = sampleActions;
  const answer = await simulator.update(order, { ...setType, type: { typeId: 'type', key: 'connector' } }, ...others);
  expect(answer.body).toMatchObject({ shipmentState: 'Ready', custom: { fields: { fft_shortid: 'ER12' } } });
});
