import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';
import { startReceiver } from '../testing/webhookReceiver.ts';

const aMinute = 60_000;

async function promised(changes: object = {}) {
  const clock = createManualClock();
  const sim = await startSimulator({ clock });
  const promisesOptions = { validUntil: new Date(clock.now() + 10 * aMinute).toISOString() };
  const { body: order } = await sim.call(
    'POST',
    '/api/orders',
    anOrder({ status: 'PROMISED', promisesOptions, ...changes }),
  );
  return {
    clock,
    sim,
    order,
    act: (body: object) => sim.call('POST', `/api/orders/${order.id}/actions`, body),
    read: async () => (await sim.call('GET', `/api/orders/${order.id}`)).body,
    [Symbol.asyncDispose]: () => sim[Symbol.asyncDispose](),
  };
}

describe('a promise', () => {
  it('ends by itself: the order becomes OBSOLETE and its tenantOrderId is free', async () => {
    await using promise = await promised();
    await using receiver = await startReceiver();
    await receiver.subscribe(promise.sim, 'ORDER_CANCELLED_BY_EXPIRY');
    promise.clock.advanceBy(10 * aMinute - 1);
    expect((await promise.read()).status).toBe('PROMISED');
    promise.clock.advanceBy(1);
    expect((await promise.read()).status).toBe('OBSOLETE');
    expect((await receiver.arrivals(1))[0]?.payload).toEqual(await promise.read());
    expect(await promise.sim.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 201 });
  });

  it('lasts longer when it is extended', async () => {
    await using promise = await promised();
    promise.clock.advanceBy(5 * aMinute);
    expect(await promise.act({ name: 'EXTEND_PROMISE', version: promise.order.version })).toMatchObject({
      status: 200,
    });
    promise.clock.advanceBy(9 * aMinute);
    expect((await promise.read()).status).toBe('PROMISED');
    promise.clock.advanceBy(aMinute);
    expect((await promise.read()).status).toBe('OBSOLETE');
  });

  it('is confirmed to OPEN, with the tenantOrderId that comes with it, and then never ends', async () => {
    await using promise = await promised({ tenantOrderId: undefined });
    const { sim } = promise;
    const { version } = promise.order;
    const { body } = await promise.act({ name: 'CONFIRM_PROMISE', version, tenantOrderId: 'late-id' });
    expect(body).toMatchObject({ status: 'OPEN', tenantOrderId: 'late-id' });
    expect((await sim.call('GET', '/api/orders?tenantOrderId=late-id')).body.total).toBe(1);
    expect((await sim.call('GET', '/api/process?tenantOrderId=late-id')).body.orderRef).toBe(body.id);
    expect(await sim.call('POST', '/api/orders', anOrder({ tenantOrderId: 'late-id' }))).toMatchObject({ status: 409 });
    promise.clock.advanceBy(30 * aMinute);
    expect((await promise.read()).status).toBe('OPEN');
    for (const name of ['CONFIRM_PROMISE', 'EXTEND_PROMISE']) {
      expect(await promise.act({ name, version: body.version })).toMatchObject({ status: 400 });
    }
  });

  it('is not confirmed with a tenantOrderId that is in use', async () => {
    await using promise = await promised();
    await promise.sim.call('POST', '/api/orders', anOrder({ tenantOrderId: 'taken' }));
    const action = { name: 'CONFIRM_PROMISE', version: promise.order.version, tenantOrderId: 'taken' };
    expect(await promise.act(action)).toMatchObject({ status: 409 });
    expect((await promise.read()).status).toBe('PROMISED');
  });

  it.each([0.5, 481])('is refused when it ends in %d minutes', async (minutes) => {
    const clock = createManualClock();
    await using sim = await startSimulator({ clock });
    const promisesOptions = { validUntil: new Date(clock.now() + minutes * aMinute).toISOString() };
    const order = anOrder({ status: 'PROMISED', promisesOptions });
    expect(await sim.call('POST', '/api/orders', order)).toMatchObject({ status: 400 });
  });
});
