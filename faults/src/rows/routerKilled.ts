import { defineRow, type Work } from '../row.ts';
import type { World } from '../world/world.ts';
import { countLookUps, countPosts, onPosts } from './requests.ts';

/** A router that dies at its failpoint is followed by one that does not. */
async function dieAt(world: World, failpoint: string, orders: number): Promise<Work> {
  const [router] = await Promise.all([world.start('order-router', { failpoint }), world.start('ingest-ct')]);
  await world.place(orders);
  const { signal } = await router.ended;
  const postsBefore = await countPosts(world);
  const [next] = await Promise.all([world.start('order-router'), world.forget(router)]);
  await world.untilPlaced();
  return {
    kills: signal === 'SIGKILL' ? 1 : 0,
    postsBefore,
    lookUps: await countLookUps(world),
    adopted: (await next.metrics()).by('pipeline_orders_placed_total', 'how')['adopted'] ?? 0,
  };
}

const scales = { ci: { orders: 24 }, full: { orders: 2_000 } } as const;

export const killedBeforeTheAnswerIsRead = defineRow({
  row: 23,
  title: 'kill -9 router: the order is stored, the answer is not read → looked up, adopted, no second POST',
  level: 'process',
  invariants: ['I2'],
  ...scales,
  atLeast: { orders: 24, kills: 1, unanswered: 1, lookUps: 1 },
  async run(world, { orders }) {
    const [router] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.spoil('fulfillmenttools', { ...onPosts, when: 'after', delayMs: 800 });
    await world.place(orders);
    const least = world.random.between(1, Math.min(8, orders));
    await world.until(
      'orders are stored whose answers are under way',
      async () => (await world.providerOrders()) >= least,
    );
    await router.kill();
    const unanswered = await world.providerOrders();
    await world.mend('fulfillmenttools');
    await Promise.all([world.start('order-router'), world.forget(router)]);
    await world.untilPlaced();
    return { kills: 1, unanswered, lookUps: await countLookUps(world) };
  },
});

export const killedBeforeTheLedger = defineRow({
  row: 24,
  title: 'kill -9 router: the answer is read, the ledger is not written → looked up, adopted, no second POST',
  level: 'process',
  invariants: ['I2'],
  ...scales,
  atLeast: { orders: 24, kills: 1, postsBefore: 1, lookUps: 1, adopted: 1 },
  run: (world, { orders }) => dieAt(world, `router.afterPost:kill@${world.random.between(1, 8)}`, orders),
});

export const killedBeforeTheCommit = defineRow({
  row: 25,
  title: 'kill -9 router: the ledger is written, the offset is not committed → skipped',
  level: 'process',
  invariants: ['I2', 'I12'],
  ...scales,
  atLeast: { orders: 24, kills: 1, postsBefore: 1 },
  run: (world, { orders }) => dieAt(world, `router.afterLedger:kill@${world.random.between(1, 8)}`, orders),
});
