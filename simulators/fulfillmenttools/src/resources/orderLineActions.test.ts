import { expect, it } from 'vitest';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';

it('replaces the customAttributes of one line, under the version of the order, and nothing when they are the same', async () => {
  await using sim = await startSimulator();
  const { body: order } = await sim.call('POST', '/api/orders', anOrder());
  const [first, second] = order.orderLineItems;
  const act = (lineId: string, body: object) =>
    sim.call('POST', `/api/orders/${order.id}/orderlineitems/${lineId}/actions`, {
      name: 'UPDATE_CUSTOM_ATTRIBUTES',
      ...body,
    });
  const { version } = order;
  const { status, body } = await act(second.id, { version, customAttributes: { lineId: 'line-2' } });
  expect(status).toBe(200);
  expect(body.orderLineItems).toEqual([first, { ...second, customAttributes: { lineId: 'line-2' } }]);
  expect(body.version).toBeGreaterThan(version);
  const same = await act(second.id, { version: body.version, customAttributes: { lineId: 'line-2' } });
  expect(same.body).toEqual(body);
  expect(await act(second.id, { version, customAttributes: {} })).toMatchObject({ status: 409 });
  expect(await act('none', { version: body.version, customAttributes: {} })).toMatchObject({ status: 404 });
  expect(await act(first.id, { version: body.version })).toMatchObject({ status: 400 });
  expect(await act(first.id, { version: body.version, customAttributes: {}, quantity: 2 })).toMatchObject({
    status: 400,
  });
});
