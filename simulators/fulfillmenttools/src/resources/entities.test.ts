import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder } from '../testing/orders.ts';
import { type RunningSimulator, startSimulator } from '../testing/startSimulator.ts';

async function lived(sim: RunningSimulator, life: string, tenantOrderId = 'order-1') {
  const { body: order } = await sim.call('POST', '/api/orders', anOrder({ tenantOrderId }));
  await sim.call('POST', `/_sim/orders/${order.id}/life`, { life });
  while ((await sim.call('POST', `/_sim/orders/${order.id}/advance`)).body.advanced);
  return order;
}
const get = async (sim: RunningSimulator, path: string) => (await sim.call('GET', `/api/${path}`)).body;

const lists = {
  routingplans: 'routingPlans',
  pickjobs: 'pickjobs',
  packjobs: 'packJobs',
  shipments: 'shipments',
  handoverjobs: 'handoverjobs',
  itemreturnjobs: 'itemReturnJobsWithSearchPaths',
  processes: 'processes',
} as const;
const lifeWith: Readonly<Record<string, string>> = { packjobs: 'packed', itemreturnjobs: 'returned' };

describe('the reads of entities', () => {
  it.each(Object.entries(lists))('of /api/%s give each by id and all as %s, in pages', async (path, listedAs) => {
    await using sim = await startSimulator();
    for (const id of ['one', 'two', 'three']) await lived(sim, lifeWith[path] ?? 'plain', id);
    const all = await get(sim, path);
    expect(all).toMatchObject({ total: 3 });
    expect(all[listedAs]).toHaveLength(3);
    for (const { id, version } of all[listedAs]) expect(await get(sim, `${path}/${id}`)).toMatchObject({ id, version });
    const first = await get(sim, `${path}?size=1`);
    const rest = await get(sim, `${path}?startAfterId=${first[listedAs][0].id}`);
    expect([...first[listedAs], ...rest[listedAs]]).toEqual(all[listedAs]);
    expect(await sim.call('GET', `/api/${path}/none`)).toMatchObject({ status: 404 });
    expect(await sim.call('GET', `/api/${path}?size=0`)).toMatchObject({ status: 400 });
  });

  it('narrow lists to what is asked for', async () => {
    await using sim = await startSimulator();
    const [order] = [await lived(sim, 'split', 'one'), await lived(sim, 'aborted', 'two')];
    const total = async (path: string) => (await get(sim, path)).total;
    expect(await total(`pickjobs?orderRef=${order.id}`)).toBe(2);
    expect(await total('pickjobs?status=ABORTED')).toBe(1);
    expect(await total('pickjobs?status=ABORTED&status=CLOSED')).toBe(3);
    expect(await total('pickjobs?status=ABORTED&tenantOrderId=one')).toBe(0);
    expect(await total(`routingplans?orderRef=${order.id}`)).toBe(2);
    expect(await total('handoverjobs?tenantOrderId=one&channel=DELIVERY')).toBe(2);
    expect(await total('handoverjobs?tenantOrderId=two')).toBe(0);
    expect(await total('processes?tenantOrderId=two')).toBe(1);
    const [{ id }] = (await get(sim, `pickjobs?orderRef=${order.id}`)).pickjobs;
    expect(await total(`shipments?pickJobRef=${id}`)).toBe(1);
    expect(await total(`handoverjobs?pickJobRef=${id}`)).toBe(1);
  });

  it('show a pick job and a handover job stripped of their lines', async () => {
    await using sim = await startSimulator();
    await lived(sim, 'plain');
    expect((await get(sim, 'pickjobs')).pickjobs[0]).not.toHaveProperty('pickLineItems');
    const [job] = (await get(sim, 'handoverjobs')).handoverjobs;
    expect(job).toMatchObject({ status: 'HANDED_OVER', handoverJobParcelInfo: { parcelRef: expect.any(String) } });
    expect(job).not.toHaveProperty('handoverJobLineItems');
    expect(job).not.toHaveProperty('processId');
  });

  it('give parcels with their tracking, and load units by id', async () => {
    await using sim = await startSimulator();
    await lived(sim, 'tracked');
    const { parcels, total } = await get(sim, 'parcels');
    expect(total).toBe(2);
    for (const { parcelRef, carrierTrackingNumber } of parcels) {
      expect(await get(sim, `parcels/${parcelRef}`)).toMatchObject({
        ...{ carrierRef: expect.any(String), status: 'DONE' },
        result: {
          ...{ carrierTrackingNumber, trackingStatus: 'delivered' },
          trackingUrl: expect.stringContaining(carrierTrackingNumber),
        },
      });
    }
    const [unit] = (await get(sim, 'loadunits')).loadUnits;
    expect(await get(sim, `loadunits/${unit.id}`)).toEqual(unit);
    expect(await sim.call('GET', '/api/loadunits/none')).toMatchObject({ status: 404 });
  });

  it('give item returns inside their job and by themselves', async () => {
    await using sim = await startSimulator();
    await lived(sim, 'returned');
    const { itemReturns, totalCount } = await get(sim, 'itemreturns');
    const [job] = (await get(sim, 'itemreturnjobs')).itemReturnJobsWithSearchPaths;
    expect(totalCount).toBe(1);
    expect(await get(sim, `itemreturnjobs/${job.id}/itemreturns`)).toEqual(itemReturns);
    expect(await get(sim, `itemreturnjobs/${job.id}/itemreturns/${itemReturns[0].id}`)).toEqual(itemReturns[0]);
    expect(await sim.call('GET', `/api/itemreturnjobs/${job.id}/itemreturns/none`)).toMatchObject({ status: 404 });
    expect((await get(sim, `process?returnRef=${job.id}`)).itemReturnJobsRef).toEqual([job.id]);
  });

  it('show a new entity by id at once, in lists only when the index knows it', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ clock, indexLagMs: 1_000 });
    const order = await lived(sim, 'plain');
    const [id] = (await get(sim, `processes/${order.processId}`)).pickJobRefs;
    expect(await sim.call('GET', `/api/pickjobs/${id}`)).toMatchObject({ status: 200 });
    expect((await get(sim, 'pickjobs')).total).toBe(0);
    clock.advanceBy(1_000);
    expect((await get(sim, 'pickjobs')).total).toBe(1);
  });
});

describe('a process', () => {
  const statusesAfter = async (life: string) => {
    await using sim = await startSimulator();
    const order = await lived(sim, life);
    const { statuses, domsStatuses, operativeStatuses, returnStatuses } = await get(
      sim,
      `processes/${order.processId}`,
    );
    return [statuses, domsStatuses, operativeStatuses, returnStatuses].map(({ status }) => status);
  };

  it.each([
    ['plain', ['FINISHED', 'FINISHED', 'FINISHED', 'NOT_AVAILABLE']],
    ['not-routable', ['ERROR', 'ERROR', 'NOT_AVAILABLE', 'NOT_AVAILABLE']],
    ['waiting', ['CREATED', 'IN_PROGRESS', 'NOT_AVAILABLE', 'NOT_AVAILABLE']],
    ['awaits-cancel', ['CREATED', 'FINISHED', 'CREATED', 'NOT_AVAILABLE']],
    ['split-half-left', ['IN_PROGRESS', 'FINISHED', 'IN_PROGRESS', 'NOT_AVAILABLE']],
    ['cancelled', ['CANCELED', 'CANCELED', 'CANCELED', 'NOT_AVAILABLE']],
    ['returned', ['FINISHED', 'FINISHED', 'FINISHED', 'FINISHED']],
  ])('says how far %s is', async (life, statuses) => {
    expect(await statusesAfter(life)).toEqual(statuses);
  });

  it('has a reference to everything that belongs to it', async () => {
    await using sim = await startSimulator();
    const order = await lived(sim, 'two-parcels');
    const process = await get(sim, `processes/${order.processId}`);
    expect(process).toMatchObject({ orderRef: order.id, shipmentRefs: [expect.any(String)] });
    expect([process.packJobRefs, process.handoverJobRefs].map((refs) => refs.length)).toEqual([1, 2]);
    for (const ref of process.handoverJobRefs) {
      expect((await get(sim, `process?handoverJobRef=${ref}`)).id).toBe(process.id);
    }
  });
});
