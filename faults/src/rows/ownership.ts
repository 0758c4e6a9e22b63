import { setTimeout as sleep } from 'node:timers/promises';
import { defineRow } from '../row.ts';
import { countPosts, onPosts } from './requests.ts';

export const rebalances = defineRow({
  row: 45,
  title: 'a second router joins and leaves again and again while orders come → none lost, none twice',
  level: 'process',
  invariants: ['I2', 'I7'],
  ci: { orders: 40, times: 2 },
  full: { orders: 5_000, times: 60 },
  atLeast: { orders: 40, joins: 2 },
  fulfillmenttools: { latencyMs: 100 },
  async run(world, { orders, times }) {
    await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    let joins = 0;
    const placing = world.place(orders, { perSecond: Math.max(10, orders / (2.5 * times)) });
    for (let time = 0; time < times; time++) {
      const second = await world.start('order-router');
      await sleep(world.random.between(100, 500));
      joins += await second.logged('partitions assigned');
      await second.stop();
    }
    await placing;
    await world.untilPlaced();
    return { joins };
  },
});

export const zombie = defineRow({
  row: 46,
  title: 'SIGSTOP of a router with requests under way, its partitions move, SIGCONT → fenced, one order each',
  level: 'process',
  invariants: ['I2'],
  ci: { orders: 24, lastsMs: 1_000 },
  full: { orders: 500, lastsMs: 60_000 },
  atLeast: { orders: 30, underWay: 1, fenced: 1 },
  settings: { CONCURRENCY: '4' },
  fulfillmenttools: { latencyMs: 150 },
  async run(world, { orders, lastsMs }) {
    const [zombie] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.place(orders, { confirmedAtOnce: true });
    const least = world.random.between(1, 12);
    await world.until('some orders are made, others are not', async () => (await world.providerOrders()) >= least);
    zombie.signal('SIGSTOP');
    const underWay = orders - (await world.providerOrders());
    await Promise.all([world.start('order-router'), world.forget(zombie)]);
    await sleep(lastsMs);
    zombie.signal('SIGCONT');
    // What it does now it does without knowing that it has lost everything.
    await world.place(6, { confirmedAtOnce: true });
    await world.untilPlaced();
    return { underWay, fenced: await zombie.logged('partition is owned elsewhere') };
  },
});

export const twoDeployments = defineRow({
  row: 47,
  title: 'two deployments with groups of their own → the ledger holds, the one that was fenced says so',
  level: 'process',
  invariants: ['I2', 'I11'],
  ci: { orders: 24 },
  full: { orders: 2_000 },
  atLeast: { orders: 24, posts: 24 },
  settings: { CONCURRENCY: '4' },
  fulfillmenttools: { latencyMs: 100 },
  async run(world, { orders }) {
    const groupPrefix = `${world.prefix}b-`;
    const [first] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.place(orders / 2, { perSecond: 40 });
    const second = await world.start('order-router', { groupPrefix });
    // Only who writes learns that it was fenced.
    await world.place(orders / 2, { perSecond: 40 });
    await world.untilRead('ingest-ct');
    await world.untilRead('order-router', { groupPrefix });
    await world.until('the first deployment says that it is not ready', async () => (await first.readiness()) === 503);
    const fenced = (await first.metrics()).by('pipeline_partitions_paused', 'reason')['fenced'] ?? 0;
    world.claim('I11', 'the metric of the first says so, too', true, fenced > 0);
    world.claim('I11', 'readiness of the deployment that owns the partitions', 200, await second.readiness());
    return { posts: await countPosts(world) };
  },
});

export const cutFromBroker = defineRow({
  row: 82,
  title:
    'a router is cut off from the broker, fulfillmenttools is reachable → it sends nothing that it does not own for sure',
  level: 'process',
  invariants: ['I2'],
  ci: { orders: 40, lastsMs: 1_500 },
  full: { orders: 1_000, lastsMs: 60_000 },
  atLeast: { orders: 40, left: 1 },
  settings: { CONCURRENCY: '2' },
  async run(world, { orders, lastsMs }) {
    const [cut] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.spoil('fulfillmenttools', { ...onPosts, when: 'before', delayMs: 200 });
    await world.place(orders, { confirmedAtOnce: true });
    await world.until('the first order is made', async () => (await world.providerOrders()) >= 1);
    cut.lines.broker.set('cut');
    // An intent that was on record may still be followed by its request.
    await sleep(1_000);
    const left = orders - (await world.providerOrders());
    world.quiet(
      { vendor: 'fulfillmenttools', why: 'ownership is unproven', method: 'POST', path: /^\/api\/orders$/, most: 0 },
      lastsMs,
    );
    await sleep(lastsMs);
    await world.mend('fulfillmenttools');
    await Promise.all([world.start('order-router'), world.forget(cut)]);
    cut.lines.broker.set('open');
    await world.untilPlaced();
    return { left };
  },
});
