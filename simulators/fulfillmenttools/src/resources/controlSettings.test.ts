import { describe, expect, it } from 'vitest';
import { switchNames } from '../core/switches.ts';
import { anOrder } from '../testing/orders.ts';
import { type RunningSimulator, startSimulator } from '../testing/startSimulator.ts';

const settings = async (sim: RunningSimulator) => {
  const { seed, switches } = (await sim.call('GET', '/_sim/settings')).body;
  return { seed, values: Object.fromEntries(switches.map((row: any) => [row.name, row.value])) };
};

describe('/_sim/settings', () => {
  it('lists every switch with its value, its default, its harsh side and what it means', async () => {
    await using sim = await startSimulator({ duplicateStatus: 422 });
    const { body } = await sim.call('GET', '/_sim/settings');
    expect(body.switches.map((row: any) => row.name)).toEqual(switchNames);
    for (const row of body.switches) expect(row).toMatchObject({ help: expect.any(String), harsh: expect.any(String) });
    expect(body.switches).toContainEqual({
      name: 'duplicateStatus',
      value: 422,
      preset: 409,
      harsh: '400 or 409 or 422',
      help: 'status that refuses a repeated tenantOrderId',
    });
  });

  it('turns switches while orders come in, each at once', async () => {
    await using sim = await startSimulator();
    const place = async () => (await sim.call('POST', '/api/orders', anOrder())).status;
    expect([await place(), await place()]).toEqual([201, 409]);
    await sim.call('POST', '/_sim/settings', { duplicateStatus: 400 });
    expect(await place()).toBe(400);
    await sim.call('POST', '/_sim/settings', { uniqueness: false });
    expect(await place()).toBe(201);
    await sim.call('POST', '/_sim/settings', { indexLagMs: 3_600_000 });
    expect((await sim.call('GET', '/api/orders?tenantOrderId=order-1')).body.total).toBe(0);
  });

  it('turns everything to the harsh side of a seed and back, and lets single switches win', async () => {
    await using sim = await startSimulator({ latencyMs: 1 });
    const before = await settings(sim);
    const turn = (body: object) => sim.call('POST', '/_sim/settings', body);
    await turn({ harsh: true, seed: 9 });
    const first = await settings(sim);
    expect(first.seed).toBe(9);
    expect(first.values).toMatchObject({ bumpUnchanged: true, uniqueness: true, forceCancel: false });
    expect(first.values.indexLagMs).toBeGreaterThanOrEqual(1_000);
    expect((await sim.call('GET', '/_sim/delivery')).body).toMatchObject({ shuffle: true });
    await turn({ harsh: true, seed: 10 });
    expect((await settings(sim)).values).not.toEqual(first.values);
    await turn({ harsh: true, seed: 9, coldStartMs: 0 });
    expect((await settings(sim)).values).toEqual({ ...first.values, coldStartMs: 0 });
    await turn({ harsh: false });
    expect(await settings(sim)).toEqual(before);
    expect((await sim.call('GET', '/_sim/delivery')).body).toMatchObject({ shuffle: false, duplicates: 0 });
  });

  it('is back at what was set at the start after a reset', async () => {
    await using sim = await startSimulator({ latencyMs: 2 });
    await sim.call('POST', '/_sim/settings', { harsh: true, seed: 3 });
    await sim.call('POST', '/_sim/reset');
    expect(await settings(sim)).toMatchObject({ seed: 1, values: { latencyMs: 2, unavailable: 0, coldStartMs: 0 } });
  });

  it('leaves delivery settings alone that the change does not name', async () => {
    await using sim = await startSimulator();
    await sim.call('POST', '/_sim/delivery', { duplicates: 0.5 });
    await sim.call('POST', '/_sim/settings', { latencyMs: 1 });
    expect((await sim.call('GET', '/_sim/delivery')).body.duplicates).toBe(0.5);
  });

  it.each([
    { indexLag: 1 },
    { indexLagMs: -1 },
    { throttled: 2 },
    { duplicateStatus: 500 },
    { uniqueness: 1 },
    { seed: -1 },
  ])('refuses %j and changes nothing', async (body) => {
    await using sim = await startSimulator();
    const before = await settings(sim);
    expect(await sim.call('POST', '/_sim/settings', { latencyMs: 5, ...body })).toMatchObject({ status: 400 });
    expect(await settings(sim)).toEqual(before);
  });
});
