import { describe, expect, it } from 'vitest';
import { anOrder, collectAt } from '../testing/orders.ts';
import { type RunningSimulator, startSimulator } from '../testing/startSimulator.ts';

const placed = async (sim: RunningSimulator, changes: object = {}): Promise<string> =>
  (await sim.call('POST', '/api/orders', anOrder(changes))).body.id;
const choose = (sim: RunningSimulator, id: string, body: object) => sim.call('POST', `/_sim/orders/${id}/life`, body);
const advance = (sim: RunningSimulator, id: string) => sim.call('POST', `/_sim/orders/${id}/advance`);
const orders = async (sim: RunningSimulator) => (await sim.call('GET', '/_sim/orders')).body;

describe('the life of one order', () => {
  it('is chosen by name, made step by step, and ends with what is expected', async () => {
    await using sim = await startSimulator();
    const id = await placed(sim);
    expect((await choose(sim, id, { life: 'split-half-left' })).body).toEqual({
      ...{ life: 'split-half-left', lifeEnded: false, step: 'ORDER_CREATED', expected: null },
    });
    expect((await advance(sim, id)).body).toMatchObject({ advanced: true, step: 'ROUTING_PLAN_SPLITTED' });
    while ((await advance(sim, id)).body.advanced);
    const [order] = await orders(sim);
    expect(order).toMatchObject({ life: 'split-half-left', lifeEnded: true, expected: { shipmentState: 'Partial' } });
    expect(order.expected.fields.fft_order_id).toBe(id);
    expect((await sim.call('GET', `/_sim/orders/${id}/life`)).body.expected).toEqual(order.expected);
  });

  it('goes on at a speed of its own', async () => {
    await using sim = await startSimulator();
    const [slow, fast] = [await placed(sim), await placed(sim, { tenantOrderId: 'order-2' })];
    await choose(sim, fast, { stepMs: 1 });
    await expect.poll(async () => (await orders(sim)).map(({ lifeEnded }: any) => lifeEnded)).toEqual([false, true]);
    expect((await sim.call('GET', `/_sim/orders/${slow}/life`)).body).toMatchObject({
      life: 'plain',
      step: 'ORDER_CREATED',
    });
  });

  it('cannot be one that the order cannot live, or changed once it has begun', async () => {
    await using sim = await startSimulator();
    const id = await placed(sim);
    expect(await choose(sim, id, { life: 'no-show' })).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching('is none for DELIVERY') },
    });
    expect(await choose(sim, id, { life: 'none' })).toMatchObject({ status: 400 });
    expect(await choose(sim, id, { speed: 1 })).toMatchObject({ status: 400 });
    expect(await choose(sim, 'none', { life: 'split' })).toMatchObject({ status: 404 });
    await advance(sim, id);
    expect(await choose(sim, id, { life: 'split' })).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching('has begun') },
    });
    expect(await choose(sim, id, { life: 'plain' })).toMatchObject({ status: 200 });
  });

  it('waits while the order is locked, whatever it is', async () => {
    await using sim = await startSimulator();
    const id = await placed(sim, { status: 'LOCKED' });
    await choose(sim, id, { life: 'waiting-then-routed' });
    while ((await advance(sim, id)).body.advanced);
    expect(await orders(sim)).toMatchObject([{ step: 'ROUTING_PLAN_ROUTED', lifeEnded: false, expected: null }]);
  });

  it('leaves room for a cancel by a call', async () => {
    await using sim = await startSimulator();
    const outcome = async (life: string) => {
      const id = await placed(sim, { tenantOrderId: life });
      await choose(sim, id, { life });
      while ((await advance(sim, id)).body.advanced);
      const { version } = (await sim.call('GET', `/api/orders/${id}`)).body;
      const { status } = await sim.call('POST', `/api/orders/${id}/actions`, { name: 'CANCEL', version });
      return [status, (await sim.call('GET', `/_sim/orders/${id}/life`)).body.expected.shipmentState];
    };
    expect(await outcome('awaits-cancel')).toEqual([200, 'Canceled']);
    expect(await outcome('refuses-cancel')).toEqual([400, null]);
  });
});

describe('the lives of all orders', () => {
  it('are listed with their steps and what they end with', async () => {
    await using sim = await startSimulator();
    const { body } = await sim.call('GET', '/_sim/lives');
    expect(body).toMatchObject({ lives: 'plain', stepMs: 0, surprises: 0 });
    expect(body.known.length).toBeGreaterThan(40);
    for (const life of body.known) {
      expect(life).toMatchObject({ name: expect.any(String), description: expect.any(String) });
      expect(life.steps.length).toBeGreaterThan(0);
    }
    expect(body.known.find(({ name }: any) => name === 'no-show').outcome).toEqual({
      COLLECT: { shipmentState: 'Canceled', pickJobs: ['a'], handoverJobs: [] },
    });
  });

  it('are plain unless an option or a call says otherwise, until a reset', async () => {
    await using sim = await startSimulator({ lives: 'split' });
    const livesOf = async () => (await orders(sim)).map(({ life }: any) => life);
    await placed(sim);
    await placed(sim, {
      tenantOrderId: 'order-2',
      orderLineItems: [{ article: { tenantArticleId: 'a', title: 'A' }, quantity: 1 }],
    });
    const change = { lives: 'no-show', stepMs: 0, surprises: 0.5, tracking: true };
    const inherits = { inheritAttributes: true, inheritTenantOrderId: false };
    expect((await sim.call('POST', '/_sim/lives', { ...change, ...inherits })).body).toEqual({
      ...change,
      ...inherits,
    });
    await placed(sim, { tenantOrderId: 'order-3', ...collectAt('store-berlin') });
    expect(await livesOf()).toEqual(['split', 'plain', 'no-show']);
    expect(await sim.call('POST', '/_sim/lives', { lives: 'none' })).toMatchObject({ status: 400 });
    await sim.call('POST', '/_sim/reset');
    expect((await sim.call('GET', '/_sim/lives')).body).toMatchObject({
      lives: 'split',
      surprises: 0,
      tracking: false,
    });
  });

  it('are random by seed and tenantOrderId, whatever the order of arrival', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const livesOf = async (arrival: readonly string[]) => {
      await using sim = await startSimulator({ lives: 'random', seed: 3 });
      for (const tenantOrderId of arrival) await placed(sim, { tenantOrderId });
      return Object.fromEntries((await orders(sim)).map(({ tenantOrderId, life }: any) => [tenantOrderId, life]));
    };
    const lives = await livesOf(ids);
    expect(await livesOf(ids.toReversed())).toEqual(lives);
    expect(new Set(Object.values(lives)).size).toBeGreaterThan(1);
  });

  it('go the same way whatever happens to other orders meanwhile', async () => {
    const ways = async (arrival: readonly string[]) => {
      await using sim = await startSimulator({ lives: 'plain', seed: 3 });
      const ids = [];
      for (const tenantOrderId of arrival) ids.push(await placed(sim, { tenantOrderId }));
      for (let step = 0; step < 7; step += 1) for (const id of ids) await advance(sim, id);
      const { shipments } = (await sim.call('GET', '/api/shipments')).body;
      const pairs = shipments.map(({ tenantOrderId, version, shortId, parcels }: any) => [
        tenantOrderId,
        [version, shortId, parcels[0].carrierTrackingNumber],
      ]);
      return Object.fromEntries(pairs);
    };
    const first = await ways(['a', 'b', 'c']);
    expect(Object.keys(first)).toHaveLength(3);
    expect(await ways(['c', 'x', 'b', 'a'])).toMatchObject(first);
  });
});
