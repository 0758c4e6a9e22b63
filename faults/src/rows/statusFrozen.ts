import { setTimeout as sleep } from 'node:timers/promises';
import { defineRow } from '../row.ts';
import { lifeOf, openOrders, tell } from './statusOrders.ts';
import { countCalls, onReads, struckAtShop } from './statusRequests.ts';

const SESSION_MS = 1_500;

export const frozenWriter = defineRow({
  row: 108,
  title:
    'SIGSTOP of a status-writer that reads orders, another shows them as handed over, SIGCONT → it sends nothing of what it knew',
  level: 'process',
  invariants: ['I3', 'I4', 'I8'],
  ci: { orders: 24, lastsMs: SESSION_MS + 500 },
  full: { orders: 500, lastsMs: 60_000 },
  atLeast: { orders: 24, underWay: 24 },
  settings: { REQUEST_TIMEOUT_MS: '20000', KAFKA_SESSION_TIMEOUT_MS: String(SESSION_MS), CONCURRENCY: '500' },
  async run(world, { orders, lastsMs }) {
    const frozen = await world.start('status-writer');
    const lives = (await openOrders(world, orders)).map((order) => lifeOf(order));
    await world.spoil('commercetools', { ...onReads, when: 'after', delayMs: 1_000, count: orders });
    await tell(
      world,
      lives.map(({ picking }) => picking),
    );
    await world.until('every order is being read', async () => (await struckAtShop(world)) >= orders);
    frozen.signal('SIGSTOP');
    const thawAt = performance.now() + lastsMs;
    const underWay = orders - (await countCalls(world)).updates;
    await Promise.all([world.start('status-writer'), world.forget(frozen)]);
    await tell(
      world,
      lives.map(({ handedOver }) => handedOver),
    );
    await world.untilRead('status-writer');
    await sleep(Math.max(0, thawAt - performance.now()));
    // The answers to its reads wait for it, and it does not know yet that it has lost everything.
    world.quiet(
      { vendor: 'commercetools', why: 'everything is shown', method: 'POST', path: /\/orders\//, most: 0 },
      SESSION_MS,
    );
    frozen.signal('SIGCONT');
    await sleep(SESSION_MS);
    await world.untilRead('status-writer');
    return { underWay };
  },
});
