import { describe, expect, it } from 'vitest';
import { anOrder } from '../testing/orders.ts';
import { type RunningSimulator, request, startSimulator } from '../testing/startSimulator.ts';

/** What became of some POSTs, and how many orders there are then. */
async function place(sim: RunningSimulator, count: number) {
  const outcomes: (number | 'none')[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const answer = sim.call('POST', '/api/orders', anOrder({ tenantOrderId: `order-${nth}` }));
    outcomes.push(await answer.then(({ status }) => status).catch(() => 'none' as const));
  }
  return { outcomes, stored: (await sim.call('GET', '/_sim/orders')).body.length as number };
}

describe('the weather', () => {
  it('fails calls before their effect', async () => {
    await using sim = await startSimulator();
    await sim.call('POST', '/_sim/settings', { unavailable: 1 });
    const { outcomes, stored } = await place(sim, 40);
    expect(new Set(outcomes)).toEqual(new Set([500, 502, 503, 504]));
    expect(stored).toBe(0);
    const signIn = await request(`${sim.url}/v1/token?key=simulator-api-key`, { method: 'POST', body: {} });
    expect(signIn.status).toBeGreaterThanOrEqual(500);
  });

  it('loses answers of calls that have had their effect', async () => {
    await using sim = await startSimulator();
    await sim.call('POST', '/_sim/settings', { lostAnswers: 1 });
    const { outcomes, stored } = await place(sim, 40);
    expect(new Set(outcomes)).toEqual(new Set([500, 504, 'none']));
    expect(stored).toBe(40);
  });

  it('is the same for the same seed and the same calls, and another for another seed', async () => {
    const run = async (seed: number) => {
      await using sim = await startSimulator();
      await sim.call('POST', '/_sim/settings', { unavailable: 0.3, lostAnswers: 0.3, throttled: 0.2, seed });
      return (await place(sim, 40)).outcomes;
    };
    const first = await run(7);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
    expect(first).toContain(201);
  });

  it('comes after the faults that a test asks for, is no part of their list, and goes with a reset', async () => {
    await using sim = await startSimulator();
    await sim.call('POST', '/_sim/settings', { unavailable: 1 });
    await sim.call('POST', '/_sim/faults', { route: '/api/orders', status: 418, count: 1 });
    expect((await place(sim, 1)).outcomes).toEqual([418]);
    expect((await sim.call('GET', '/_sim/faults')).body).toHaveLength(1);
    await sim.call('POST', '/_sim/reset');
    expect((await place(sim, 1)).outcomes).toEqual([201]);
  });
});
