import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { type RunningSimulator, startSimulator } from '../testing/startSimulator.ts';
import { startReceiver } from '../testing/webhookReceiver.ts';

const target = {
  type: 'WEBHOOK',
  callbackUrl: 'http://127.0.0.1:9/hook',
  headers: [{ key: 'Authorization', value: 'x' }],
};
const subscribe = (sim: RunningSimulator, body: object) => sim.call('POST', '/api/subscriptions', body);

describe('subscriptions', () => {
  it('are created, listed and deleted', async () => {
    await using sim = await startSimulator();
    const { status, body } = await subscribe(sim, { name: 'mine', event: 'ORDER_CREATED', target });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.any(String),
      created: expect.any(String),
      name: 'mine',
      event: 'ORDER_CREATED',
      target,
    });
    expect((await sim.call('GET', '/api/subscriptions')).body).toEqual({ subscriptions: [body], total: 1 });
    expect(await sim.call('DELETE', `/api/subscriptions/${body.id}`)).toMatchObject({ status: 200, body });
    expect(await sim.call('DELETE', `/api/subscriptions/${body.id}`)).toMatchObject({ status: 404 });
    expect((await sim.call('GET', '/api/subscriptions')).body.total).toBe(0);
  });

  it('are five at most for one event', async () => {
    await using sim = await startSimulator();
    for (let nth = 0; nth < 5; nth += 1) {
      expect(await subscribe(sim, { name: `${nth}`, event: 'ORDER_CREATED', target })).toMatchObject({ status: 201 });
    }
    expect(await subscribe(sim, { name: '5', event: 'ORDER_CREATED', target })).toMatchObject({ status: 400 });
    expect(await subscribe(sim, { name: '5', event: 'ORDER_CANCELLED', target })).toMatchObject({ status: 201 });
  });

  it('are listed after the index lag, and deliver before', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ indexLagMs: 100, clock });
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_CREATED');
    expect((await sim.call('GET', '/api/subscriptions')).body.total).toBe(0);
    await sim.call('POST', '/api/orders', anOrder());
    expect(await receiver.arrivals(1)).toHaveLength(1);
    clock.advanceBy(100);
    expect((await sim.call('GET', '/api/subscriptions')).body.total).toBe(1);
  });

  it('are listed 25 at a time by default', async () => {
    await using sim = await startSimulator();
    const { supportedEvents } = (await sim.call('GET', '/api/supportedevents')).body;
    expect(supportedEvents).toHaveLength(110);
    for (const { event } of supportedEvents.slice(0, 30)) await subscribe(sim, { name: event, event, target });
    const first = (await sim.call('GET', '/api/subscriptions')).body;
    expect([first.subscriptions.length, first.total]).toEqual([25, 30]);
    const rest = await sim.call('GET', `/api/subscriptions?startAfterId=${first.subscriptions[24].id}`);
    expect(rest.body.subscriptions).toHaveLength(5);
  });

  it.each<[string, object]>([
    ['no name', { event: 'ORDER_CREATED', target }],
    ['an event that does not exist', { name: 'x', event: 'ORDER_CREATE', target }],
    ['nowhere to deliver to', { name: 'x', event: 'ORDER_CREATED' }],
    ['an address that is none', { name: 'x', event: 'ORDER_CREATED', target: { ...target, callbackUrl: '/hook' } }],
    ['empty headers', { name: 'x', event: 'ORDER_CREATED', target: { ...target, headers: [] } }],
    ['headers as an object', { name: 'x', event: 'ORDER_CREATED', target: { ...target, headers: { a: 'b' } } }],
    ['an unknown target', { name: 'x', event: 'ORDER_CREATED', target: { type: 'KAFKA' } }],
    ['an unknown field', { name: 'x', event: 'ORDER_CREATED', target, url: 'x' }],
  ])('are refused with %s', async (_, body) => {
    await using sim = await startSimulator();
    expect(await subscribe(sim, body)).toMatchObject({
      status: 400,
      body: expect.arrayContaining([{ summary: expect.any(String), description: expect.any(String) }]),
    });
  });
});
