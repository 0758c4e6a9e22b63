import { defineRow } from '../row.ts';

export const killedInATransaction = defineRow({
  row: 50,
  title:
    'kill -9 router with a transaction open, and with one whose commit nobody was told of → fenced, the ledger is read anew',
  level: 'process',
  invariants: ['I2'],
  ci: { orders: 24 },
  full: { orders: 2_000 },
  atLeast: { orders: 24, kills: 2 },
  async run(world, { orders }) {
    // The first transactions are the claims on the partitions.
    const hit = () => 6 + world.random.between(1, 8);
    const failpoints = [`store.beforeCommit:kill@${hit()}`, `store.afterCommit:kill@${hit()}`];
    const ingest = world.start('ingest-ct');
    const [first] = await Promise.all([world.start('order-router', { failpoint: failpoints[0] ?? '' }), ingest]);
    await world.place(orders / 2);
    const ends = [await first.ended];
    const [second] = await Promise.all([
      world.start('order-router', { failpoint: failpoints[1] ?? '', waits: false }),
      world.forget(first),
    ]);
    await world.place(orders / 2);
    ends.push(await second.ended);
    await Promise.all([world.start('order-router'), world.forget(second)]);
    await world.untilPlaced();
    return { kills: ends.filter(({ signal }) => signal === 'SIGKILL').length };
  },
});
