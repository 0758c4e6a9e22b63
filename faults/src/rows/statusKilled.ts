import { defineRow } from '../row.ts';
import { lifeOf, openOrders, tell, tellInTurn } from './statusOrders.ts';
import { countStates } from './statusRequests.ts';

export const takenBackAfterALostRecord = defineRow({
  row: 103,
  title:
    'kill -9 status-writer: commercetools shows Shipped, that is not on record, and the handover is reverted meanwhile → shown as Ready again',
  level: 'process',
  invariants: ['I3', 'I4', 'I7'],
  ci: { orders: 24 },
  full: { orders: 1_000 },
  atLeast: { orders: 24, kills: 1, shownWithoutRecord: 1 },
  async run(world, { orders }) {
    const lives = (await openOrders(world, orders)).map((order) => lifeOf(order));
    const first = await world.start('status-writer');
    await tellInTurn(world, [
      lives.flatMap(({ created, picking, picked, ready }) => [created, picking, picked, ready]),
    ]);
    await first.stop();
    const ready = { Ready: orders };
    world.claim('I4', 'before anything is handed over', ready, await countStates(world));

    const failpoint = `writer.afterPost:kill@${world.random.between(1, 4)}`;
    const killed = await world.start('status-writer', { failpoint });
    await tell(
      world,
      lives.map(({ handedOver }) => handedOver),
    );
    const { signal } = await killed.ended;
    const shown = await countStates(world);
    await tell(
      world,
      lives.map(({ reverted }) => reverted),
    );
    await world.start('status-writer');
    await world.untilRead('status-writer');
    world.claim('I4', 'after the revert', ready, await countStates(world));
    return { kills: signal === 'SIGKILL' ? 1 : 0, shownWithoutRecord: orders - (shown['Ready'] ?? 0) };
  },
});
