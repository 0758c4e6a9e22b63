import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';
import { startReceiver } from '../testing/webhookReceiver.ts';

async function setUp(options: Parameters<typeof startSimulator>[0] = {}) {
  const clock = createManualClock();
  const sim = await startSimulator({ clock, ...options });
  const receiver = await startReceiver();
  await receiver.subscribe(sim, 'PROCESS_DELETED', 'PROCESS_ANONYMIZED');
  const consumer = { ...anOrder().consumer, consumerId: 'c-1', email: 'a@example.com' };
  const { body: order } = await sim.call('POST', '/api/orders', anOrder({ consumer }));
  return {
    clock,
    sim,
    receiver,
    order,
    status: async (path: string) => (await sim.call('GET', path)).status,
    async [Symbol.asyncDispose]() {
      await receiver[Symbol.asyncDispose]();
      await sim[Symbol.asyncDispose]();
    },
  };
}

describe('deleting an order', () => {
  it('makes it and all that belongs to it a 404 at once, and lists forget it after the index lag', async () => {
    await using at = await setUp();
    const { sim, order, status } = at;
    for (let step = 0; step < 2; step += 1) await sim.call('POST', `/_sim/orders/${order.id}/advance`);
    const { body: process } = await sim.call('GET', `/api/processes/${order.processId}`);
    await sim.call('POST', '/_sim/settings', { indexLagMs: 100 });
    at.clock.advanceBy(100);
    expect(await sim.call('DELETE', `/_sim/orders/${order.id}`)).toMatchObject({ status: 204 });
    expect(process.pickJobRefs).toHaveLength(1);
    for (const path of [
      `/api/orders/${order.id}`,
      `/api/processes/${order.processId}`,
      `/api/process?orderRef=${order.id}`,
      `/api/pickjobs/${process.pickJobRefs[0]}`,
    ]) {
      expect(await status(path)).toBe(404);
    }
    const action = { name: 'CANCEL', version: order.version };
    expect(await sim.call('POST', `/api/orders/${order.id}/actions`, action)).toMatchObject({ status: 404 });
    expect(await sim.call('PATCH', `/api/orders/${order.id}`, { version: 1 })).toMatchObject({ status: 404 });
    const listed = async () => [
      (await sim.call('GET', '/api/orders')).body.total,
      (await sim.call('GET', '/api/orders?tenantOrderId=order-1')).body.total,
    ];
    expect(await listed()).toEqual([1, 1]);
    at.clock.advanceBy(100);
    expect(await listed()).toEqual([0, 0]);
    expect((await at.receiver.arrivals(1))[0]).toMatchObject({ event: 'PROCESS_DELETED', payload: { id: process.id } });
    expect((await sim.call('GET', '/_sim/orders')).body).toEqual([]);
    expect(await sim.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 201 });
  });

  it('ends its life, and leaves other orders alone', async () => {
    await using at = await setUp({ stepMs: 100 });
    const other = (await at.sim.call('POST', '/api/orders', anOrder({ tenantOrderId: 'other' }))).body;
    await at.sim.call('DELETE', `/_sim/orders/${at.order.id}`);
    at.clock.advanceBy(60_000);
    expect((await at.sim.call('GET', '/_sim/orders')).body).toMatchObject([{ id: other.id, lifeEnded: true }]);
    expect(await at.sim.call('DELETE', `/_sim/orders/${at.order.id}`)).toMatchObject({ status: 404 });
    expect(await at.status(`/api/processes/${other.processId}`)).toBe(200);
  });
});

describe('anonymizing an order', () => {
  it('takes the personal details away and tells subscribers', async () => {
    await using at = await setUp();
    await at.sim.call('POST', `/_sim/orders/${at.order.id}/anonymize`);
    const { body } = await at.sim.call('GET', `/api/orders/${at.order.id}`);
    expect(body).toMatchObject({ id: at.order.id, anonymized: true, consumer: {} });
    expect(JSON.stringify(body)).not.toMatch(/Teststr|example\.com|consumerId/);
    expect(body.version).toBeGreaterThan(at.order.version);
    expect((await at.receiver.arrivals(1))[0]).toMatchObject({
      event: 'PROCESS_ANONYMIZED',
      payload: { id: at.order.processId, isAnonymized: true },
    });
  });

  it('makes the order a 404 when the switch says so', async () => {
    await using at = await setUp({ anonymizedReadable: false });
    await at.sim.call('POST', `/_sim/orders/${at.order.id}/anonymize`);
    expect(await at.status(`/api/orders/${at.order.id}`)).toBe(404);
    expect(await at.status(`/api/processes/${at.order.processId}`)).toBe(200);
  });
});
