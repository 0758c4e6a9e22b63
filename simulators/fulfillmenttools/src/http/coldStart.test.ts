import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { type RunningSimulator, startSimulator } from '../testing/startSimulator.ts';

const underWay = async (sim: RunningSimulator) => (await sim.call('GET', '/_sim/requests/summary')).body.underWay;

describe('a cold start', () => {
  it('makes the first call and those that come meanwhile wait, and none after them', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ coldStartMs: 30_000, clock });
    const first = sim.call('GET', '/api/orders');
    const second = sim.call('GET', '/api/status');
    await expect.poll(() => underWay(sim)).toBe(2);
    clock.advanceBy(29_999);
    expect(await underWay(sim)).toBe(2);
    clock.advanceBy(1);
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(await sim.call('GET', '/api/orders')).toMatchObject({ status: 200 });
  });

  it('lets a call have its effect whose caller gave up meanwhile', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ coldStartMs: 30_000, clock });
    const gaveUp = new AbortController();
    const placing = sim.call('POST', '/api/orders', anOrder(), gaveUp.signal);
    await expect.poll(() => underWay(sim)).toBe(1);
    gaveUp.abort();
    await expect(placing).rejects.toThrow();
    await expect.poll(() => underWay(sim)).toBe(0);
    clock.advanceBy(30_000);
    await expect.poll(async () => (await sim.call('GET', '/_sim/orders')).body.length).toBe(1);
  });

  it('comes again after a time without calls', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ coldStartMs: 1_000, coldAfterMs: 60_000, clock });
    const callWhileCold = async () => {
      const call = sim.call('GET', '/api/orders');
      await expect.poll(() => underWay(sim)).toBe(1);
      clock.advanceBy(1_000);
      expect(await call).toMatchObject({ status: 200 });
    };
    await callWhileCold();
    clock.advanceBy(58_000);
    expect(await sim.call('GET', '/api/orders')).toMatchObject({ status: 200 });
    clock.advanceBy(60_000);
    await callWhileCold();
  });

  it('ends for those who wait when the simulator is reset', async () => {
    await using sim = await startSimulator({ coldStartMs: 3_600_000 });
    const waiting = sim.call('GET', '/api/orders');
    await expect.poll(() => underWay(sim)).toBe(1);
    await sim.call('POST', '/_sim/reset');
    expect(await waiting).toMatchObject({ status: 200 });
  });

  it('begins anew when a switch is turned meanwhile', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ coldStartMs: 1_000, clock });
    const first = sim.call('GET', '/api/orders');
    await expect.poll(() => underWay(sim)).toBe(1);
    clock.advanceBy(500);
    await sim.call('POST', '/_sim/settings', { latencyMs: 0 });
    expect(await first).toMatchObject({ status: 200 });
    const second = sim.call('GET', '/api/orders');
    await expect.poll(() => underWay(sim)).toBe(1);
    clock.advanceBy(999);
    expect(await underWay(sim)).toBe(1);
    clock.advanceBy(1);
    expect(await second).toMatchObject({ status: 200 });
  });
});
