import { expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';

it('is read at once by its id, and looked up by references after the index lag', async () => {
  const clock = createManualClock();
  await using sim = await startSimulator({ indexLagMs: 3_000, clock });
  const { body: order } = await sim.call('POST', '/api/orders', anOrder());
  const statuses = async () => {
    const paths = ['/api/process?tenantOrderId=order-1', `/api/process?orderRef=${order.id}`];
    return Promise.all(paths.map(async (path) => (await sim.call('GET', path)).status));
  };
  expect(await sim.call('GET', `/api/processes/${order.processId}`)).toMatchObject({ status: 200 });
  clock.advanceBy(2_999);
  expect(await statuses()).toEqual([404, 404]);
  clock.advanceBy(1);
  expect(await statuses()).toEqual([200, 200]);
});
