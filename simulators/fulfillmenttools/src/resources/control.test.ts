import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { request, startSimulator } from '../testing/startSimulator.ts';
import { startReceiver } from '../testing/webhookReceiver.ts';

describe('the history of requests', () => {
  it('shows every call of API and sign-in with its effect, but not the control API', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ clock });
    const { id } = (await sim.call('POST', '/api/orders', anOrder())).body;
    clock.advanceBy(1_000);
    await sim.call('POST', '/api/orders', anOrder());
    await sim.call('GET', `/api/orders/${id}`);
    await request(`${sim.url}/api/orders`, { method: 'GET' });
    const { body: all } = await sim.call('GET', '/_sim/requests');
    const short = all.map((entry: Record<string, unknown>) => [
      entry['method'],
      entry['path'],
      entry['status'],
      entry['effect'],
    ]);
    expect(short).toEqual([
      ['POST', '/v1/accounts:signInWithPassword', 200, false],
      ['POST', '/api/orders', 201, true],
      ['POST', '/api/orders', 409, false],
      ['GET', `/api/orders/${id}`, 200, false],
      ['GET', '/api/orders', 401, false],
    ]);
    expect(all[1]).toMatchObject({
      at: '2026-01-15T12:00:00.000Z',
      atMs: clock.now() - 1_000,
      durationMs: expect.any(Number),
    });
    const count = async (query: string) => (await sim.call('GET', `/_sim/requests?${query}`)).body.length;
    expect(await count('method=POST')).toBe(3);
    expect(await count('path=/api/orders')).toBe(3);
    expect(await count('path=/api/*')).toBe(4);
    expect(await count('path=/api/orders/:orderId')).toBe(1);
    expect(await count(`since=${clock.now()}`)).toBe(3);
    expect(await count('since=2026-01-15T12:00:01Z')).toBe(3);
    expect(await count('limit=2')).toBe(2);
    expect(await sim.call('GET', '/_sim/requests?since=yesterday')).toMatchObject({ status: 400 });
  });

  it('sums up by method, route and status', async () => {
    await using sim = await startSimulator();
    for (const id of ['a', 'b', 'b']) await sim.call('POST', '/api/orders', anOrder({ tenantOrderId: id }));
    const { body } = await sim.call('GET', '/_sim/requests/summary');
    expect(body).toMatchObject({ requests: 4, effects: 2, underWay: 0 });
    expect(body.routes).toContainEqual({ method: 'POST', route: '/api/orders', status: 201, requests: 2, effects: 2 });
    expect(body.routes).toContainEqual({ method: 'POST', route: '/api/orders', status: 409, requests: 1, effects: 0 });
  });
});

describe('a reset', () => {
  it('forgets orders, subscriptions, history, faults and what is under way, and keeps the tokens', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ clock, stepMs: 100 });
    await using receiver = await startReceiver(() => 500);
    await receiver.subscribe(sim, 'ORDER_CREATED', 'ROUTING_PLAN_ROUTED');
    await sim.call('POST', '/_sim/delivery', { duplicates: 1 });
    await sim.call('POST', '/api/orders', anOrder());
    await sim.call('POST', '/api/facilities', {
      name: 'new',
      tenantFacilityId: 'new',
      address: { companyName: 'c', street: 's', city: 'c', postalCode: '1', country: 'DE' },
    });
    await sim.call('POST', '/_sim/faults', { path: '/api/none', status: 500 });
    await receiver.arrivals(1);
    expect(await sim.call('POST', '/_sim/reset')).toMatchObject({ status: 204 });
    const arrived = receiver.received.length;
    clock.advanceBy(60_000);

    expect((await sim.call('GET', '/_sim/requests')).body).toEqual([]);
    expect((await sim.call('GET', '/_sim/orders')).body).toEqual([]);
    expect((await sim.call('GET', '/_sim/faults')).body).toEqual([]);
    expect((await sim.call('GET', '/_sim/delivery')).body.duplicates).toBe(0);
    expect((await sim.call('GET', '/_sim/webhooks')).body).toMatchObject({ sent: 0, pending: 0, byEvent: {} });
    expect((await sim.call('GET', '/api/subscriptions')).body.total).toBe(0);
    expect((await sim.call('GET', '/api/facilities')).body.total).toBe(3);
    expect(await sim.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 201 });
    expect(receiver.received.length).toBe(arrived);
  });

  it('keeps subscriptions when asked to', async () => {
    await using sim = await startSimulator();
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_CREATED');
    await sim.call('POST', '/_sim/reset', { keepSubscriptions: true });
    await sim.call('POST', '/api/orders', anOrder());
    expect(await receiver.arrivals(1)).toHaveLength(1);
  });
});

it('refuses options that make no sense, by name', async () => {
  const { createFulfillmenttoolsSimulator } = await import('../index.ts');
  expect(() => createFulfillmenttoolsSimulator({ latencyMs: -1 })).toThrow(/latencyMs/);
  expect(() => createFulfillmenttoolsSimulator({ stepMs: Number.NaN })).toThrow(/stepMs/);
  expect(() => createFulfillmenttoolsSimulator({ duplicates: 2 })).toThrow(/duplicates/);
});
