import { describe, expect, it } from 'vitest';
import { anOrder } from './testing/orders.ts';
import { type RunningSimulator, request, startSimulator } from './testing/startSimulator.ts';

const fault = (sim: RunningSimulator, rule: object) => sim.call('POST', '/_sim/faults', rule);
const place = (sim: RunningSimulator, tenantOrderId = 'order-1') =>
  sim.call('POST', '/api/orders', anOrder({ tenantOrderId }));
const stored = async (sim: RunningSimulator) => (await sim.call('GET', '/_sim/orders')).body.length;
const effects = async (sim: RunningSimulator) => (await sim.call('GET', '/_sim/requests/summary')).body.effects;

describe('injecting faults', () => {
  it('answers with the given status, headers and body before the effect, as often as asked', async () => {
    await using sim = await startSimulator();
    const rule = {
      method: 'post',
      route: '/api/orders',
      status: 429,
      headers: { 'Retry-After': '2' },
      body: [{ summary: 'slow' }],
      count: 2,
    };
    expect(await fault(sim, rule)).toMatchObject({ status: 201, body: { id: expect.any(String) } });
    for (let time = 0; time < 2; time += 1) {
      const answer = await place(sim);
      expect(answer).toMatchObject({ status: 429, body: [{ summary: 'slow' }] });
      expect(answer.headers.get('retry-after')).toBe('2');
    }
    expect([await stored(sim), await effects(sim)]).toEqual([0, 0]);
    expect(await place(sim)).toMatchObject({ status: 201 });
  });

  it('answers after the effect: the caller is told 503, the order exists', async () => {
    await using sim = await startSimulator();
    await fault(sim, { route: '/api/orders', status: 503, when: 'after', count: 1 });
    const answer = await place(sim);
    expect(answer).toMatchObject({ status: 503, body: '' });
    expect(answer.headers.has('location')).toBe(false);
    expect([await stored(sim), await effects(sim)]).toEqual([1, 1]);
    expect(await place(sim)).toMatchObject({ status: 409 });
  });

  it.each([
    { action: 'reset', when: 'before', orders: 0, status: 0 },
    { action: 'reset', when: 'after', orders: 1, status: 0 },
    { action: 'cutBody', when: 'before', orders: 0, status: 200 },
    { action: 'cutBody', when: 'after', orders: 1, status: 201 },
  ])('spoils the connection: $action $when the effect', async ({ orders, status, ...rule }) => {
    await using sim = await startSimulator();
    await fault(sim, { ...rule, route: '/api/orders', count: 1 });
    await expect(place(sim)).rejects.toThrow();
    expect([await stored(sim), await effects(sim)]).toEqual([orders, orders]);
    const { body } = await sim.call('GET', '/_sim/requests?path=/api/orders');
    expect(body).toMatchObject([{ method: 'POST', path: '/api/orders', status, effect: orders === 1 }]);
    expect(await place(sim, 'order-2')).toMatchObject({ status: 201 });
  });

  it('sends a page of HTML where JSON was expected', async () => {
    await using sim = await startSimulator();
    await fault(sim, { route: '/api/orders', status: 502, body: '<html>bad gateway</html>' });
    const answer = await place(sim);
    expect(answer).toMatchObject({ status: 502, body: '<html>bad gateway</html>' });
    expect(answer.headers.get('content-type')).toContain('text/html');
  });

  it('only delays when nothing else is asked', async () => {
    await using sim = await startSimulator();
    await fault(sim, { route: '/api/orders', delayMs: 30, when: 'before', count: 1 });
    expect(await place(sim, 'a')).toMatchObject({ status: 201 });
    await fault(sim, { route: '/api/orders', delayMs: 30, when: 'after', count: 1 });
    expect(await place(sim, 'b')).toMatchObject({ status: 201, body: { tenantOrderId: 'b' } });
    const { body } = await sim.call('GET', '/_sim/requests?method=POST&path=/api/orders');
    for (const { durationMs } of body) expect(durationMs).toBeGreaterThanOrEqual(28);
  });

  it('delays after the effect so long that the caller gives up, and the order exists', async () => {
    await using sim = await startSimulator();
    await fault(sim, { route: '/api/orders', delayMs: 10_000, when: 'after', count: 1 });
    const gaveUp = sim.call('POST', '/api/orders', anOrder(), AbortSignal.timeout(100));
    await expect(gaveUp).rejects.toThrow();
    expect(await stored(sim)).toBe(1);
  });

  it('has its effect late, though the caller has given up, and takes no other part', async () => {
    await using sim = await startSimulator();
    const late = { route: '/api/orders', delayMs: 300, when: 'late', count: 1 };
    await fault(sim, late);
    await expect(sim.call('POST', '/api/orders', anOrder(), AbortSignal.timeout(100))).rejects.toThrow();
    expect(await stored(sim)).toBe(0);
    await expect.poll(() => stored(sim)).toBe(1);
    expect(await place(sim)).toMatchObject({ status: 409 });
    for (const rule of [{ delayMs: undefined }, { status: 503 }, { body: '' }, { action: 'reset' }])
      expect(await sim.call('POST', '/_sim/faults', { ...late, ...rule })).toMatchObject({ status: 400 });
  });

  it('matches by method, by route, by path and by a pattern', async () => {
    await using sim = await startSimulator();
    const { id } = (await place(sim)).body;
    const struck = async (rule: object) => {
      await sim.call('DELETE', '/_sim/faults');
      await fault(sim, { status: 500, ...rule });
      const statuses = [];
      for (const path of [`/api/orders/${id}`, '/api/orders', '/api/facilities']) {
        statuses.push((await sim.call('GET', path)).status === 500);
      }
      return statuses;
    };
    expect(await struck({})).toEqual([true, true, true]);
    expect(await struck({ method: 'POST' })).toEqual([false, false, false]);
    expect(await struck({ route: '/api/orders/:orderId' })).toEqual([true, false, false]);
    expect(await struck({ path: `/api/orders/${id}` })).toEqual([true, false, false]);
    expect(await struck({ path: '/api/orders*' })).toEqual([true, true, false]);
  });

  it('strikes the sign-in too, and never the control API', async () => {
    await using sim = await startSimulator();
    await fault(sim, { status: 503 });
    expect(await request(`${sim.url}/v1/token?key=simulator-api-key`, { method: 'POST', body: {} })).toMatchObject({
      status: 503,
    });
    expect(await sim.call('GET', '/_sim/faults')).toMatchObject({ status: 200, body: [{ status: 503, struck: 1 }] });
    await sim.call('DELETE', '/_sim/faults');
    expect(await sim.call('GET', '/api/orders')).toMatchObject({ status: 200 });
  });

  it('strikes with its probability', async () => {
    await using sim = await startSimulator();
    await fault(sim, { route: '/api/status', status: 500, probability: 0.5 });
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async () => (await sim.call('GET', '/api/status')).status),
    );
    const struck = statuses.filter((status) => status === 500).length;
    expect(struck).toBeGreaterThan(25);
    expect(struck).toBeLessThan(75);
  });
});
