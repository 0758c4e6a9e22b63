import { setTimeout as sleep } from 'node:timers/promises';
import { defineRow } from '../row.ts';

/**
 * A member says that it is not ready when the broker has not answered it for so long. In CI that part of the row is the
 * unit test `packages/streams/src/kafka/processor.test.ts`: what the readiness check shows, after two silent sessions.
 */
const SILENT_MS = 60_000;

export const brokerAway = defineRow({
  row: 48,
  title:
    'the broker is away, and (at full length) killed, stopped and started again → all rejoin by themselves; after a minute without it none says that it is ready',
  level: 'process',
  invariants: ['I11'],
  ci: { orders: 20, lastsMs: 3_000 },
  full: { orders: 1_000, lastsMs: 80_000, times: 2 },
  atLeast: { orders: 20, cuts: 2 },
  restartsBroker: true,
  async run(world, { orders, lastsMs, times }) {
    const router = await world.start('order-router');
    const members = [router, await world.start('ingest-ct')];
    for (let time = 0; time < times; time++) {
      await world.place(orders / 2 / times);
      for (const { lines } of members) lines.broker.set('cut');
      const placing = world.place(orders / 2 / times);
      await sleep(lastsMs);
      if (lastsMs > SILENT_MS) world.claim('I11', 'readiness while the broker is away', 503, await router.readiness());
      for (const { lines } of members) lines.broker.set('open');
      await placing;
    }
    const signals = lastsMs > SILENT_MS ? (['SIGKILL', 'SIGTERM'] as const) : [];
    for (const signal of signals) {
      const placing = world.place(orders / 4, { perSecond: 20 });
      world.claim('I11', 'the broker can be restarted', true, world.restartBroker !== undefined);
      await world.restartBroker?.({ signal, downMs: 1_000 });
      await placing;
    }
    await world.untilPlaced(120_000);
    for (const member of members) {
      world.claim('I11', `${member.name} runs`, true, member.running);
      await member.untilReady();
    }
    const cuts = members.reduce((sum, { lines }) => sum + lines.broker.cuts, 0);
    return { cuts, restarts: world.restartBroker ? signals.length : 0 };
  },
});
