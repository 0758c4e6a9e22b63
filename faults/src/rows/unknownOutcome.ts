import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';
import { countLookUps, countPosts, onPosts } from './requests.ts';

/** Some orders are stored without an answer in time: all are adopted or answered in the end, none is sent again. */
async function placeThroughDoubt(
  world: World,
  orders: number,
  fault: { readonly when: 'after' | 'late'; readonly delayMs: number },
) {
  const late = world.random.between(2, Math.min(8, orders));
  await world.spoil('fulfillmenttools', { ...onPosts, ...fault, count: late });
  await world.place(orders);
  await world.untilPlaced();
  world.claim('I2', 'requests to make an order', orders, await countPosts(world));
  return { late, lookUps: await countLookUps(world) };
}

/** The answer comes when nobody waits any more. */
const answeredLate = { when: 'after', delayMs: 30_000 } as const;

export const slowProvider = defineRow({
  row: 26,
  title: 'fulfillmenttools takes 30 s, the order is stored → looked up and adopted, not sent again',
  level: 'process',
  invariants: ['I2'],
  ci: { orders: 24 },
  full: { orders: 2_000 },
  atLeast: { orders: 24, late: 2, lookUps: 2 },
  async run(world, { orders }) {
    await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    return placeThroughDoubt(world, orders, answeredLate);
  },
});

export const lateIndex = defineRow({
  row: 27,
  title:
    'the index of fulfillmenttools lags: searches are empty after the order was stored → looked up again, not sent again',
  level: 'process',
  invariants: ['I2'],
  ci: { orders: 24, lastsMs: 1_500 },
  full: { orders: 2_000, lastsMs: 5_000 },
  atLeast: { orders: 24, late: 2, lookUps: 4 },
  async run(world, { orders, lastsMs }) {
    const settings = { INDEX_LAG_MS: String(lastsMs + 500) };
    await Promise.all([world.start('order-router', { settings }), world.start('ingest-ct')]);
    await world.control('fulfillmenttools', '/settings', { indexLagMs: lastsMs });
    return placeThroughDoubt(world, orders, answeredLate);
  },
});

export const lateEffect = defineRow({
  row: 107,
  title:
    'fulfillmenttools stores the order only when nobody waits for the answer any more → the doubt is waited out, adopted, not sent again',
  level: 'process',
  invariants: ['I2'],
  ci: { orders: 24, lastsMs: 2_500 },
  full: { orders: 2_000, lastsMs: 8_000 },
  atLeast: { orders: 24, late: 2, lookUps: 2 },
  async run(world, { orders, lastsMs }) {
    const settings = { SERVER_LIMIT_MS: String(lastsMs) };
    await Promise.all([world.start('order-router', { settings }), world.start('ingest-ct')]);
    return placeThroughDoubt(world, orders, { when: 'late', delayMs: lastsMs });
  },
});
