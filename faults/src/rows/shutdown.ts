import { defineRow } from '../row.ts';
import { countLookUps, countPosts, onPosts } from './requests.ts';

export const stoppedWithRequestsUnderWay = defineRow({
  row: 54,
  title: 'SIGTERM while requests are under way → they end, are on record and committed, the group is left, exit code 0',
  level: 'process',
  invariants: ['I10'],
  ci: { orders: 24, lastsMs: 2_000 },
  full: { orders: 500, lastsMs: 5_000 },
  atLeast: { orders: 24, underWay: 1 },
  settings: { REQUEST_TIMEOUT_MS: '15000', SHUTDOWN_GRACE_MS: '25000' },
  async run(world, { orders, lastsMs }) {
    const [router] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.spoil('fulfillmenttools', { ...onPosts, when: 'after', delayMs: lastsMs });
    await world.place(orders);
    await world.until('orders are stored whose answers are under way', async () => (await world.providerOrders()) >= 1);
    const underWay = await world.providerOrders();
    await router.stop();
    world.claim('I10', 'members of the group after the exit', 0, await world.groupSize('order-router'));
    await world.mend('fulfillmenttools');
    await world.start('order-router');
    await world.untilPlaced();
    world.claim('I10', 'requests to make an order', orders, await countPosts(world));
    world.claim('I10', 'attempts whose outcome was not known', 0, await countLookUps(world));
    return { underWay };
  },
});

export const stoppedInABackoff = defineRow({
  row: 55,
  title: 'SIGTERM while everything waits for five minutes → exits at once with 0, nothing is committed, nothing lost',
  level: 'process',
  invariants: ['I10', 'I1'],
  ci: { orders: 24 },
  full: { orders: 2_000 },
  atLeast: { orders: 24, waiting: 24 },
  async run(world, { orders }) {
    const [router] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.spoil('fulfillmenttools', { ...onPosts, status: 429, headers: { 'retry-after': '300' } });
    await world.place(orders);
    await world.untilRead('ingest-ct');
    await world.until('an order was refused for five minutes', async () => (await countPosts(world)) > 0);
    const waiting = (await router.metrics()).sum('pipeline_buffered_records');
    await router.stop();
    const lag = await world.kafka.lag(`${world.prefix}order-router`, ['commerce.orders.v1']);
    world.claim('I1', 'order events that are not committed', orders, lag);
    await world.mend('fulfillmenttools');
    await world.start('order-router');
    await world.untilPlaced();
    return { waiting };
  },
});
