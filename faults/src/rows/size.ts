import { randomUUID } from 'node:crypto';
import { defineRow } from '../row.ts';

const MIB = 1_024 * 1_024;
const HEAP_MIB = 256;
/** Heap, what is in hand outside of it (64 MiB), fetches, code. */
const MOST_RSS_MIB = 700;

export const largeOrders = defineRow({
  row: 84,
  title: 'a heap of 256 MB, orders of 0.9 MB, everything at once, a slow vendor → bounded memory, all placed',
  level: 'process',
  invariants: ['I10'],
  ci: { orders: 24 },
  full: { orders: 1_000 },
  atLeast: { orders: 24, megabytes: 20 },
  settings: { CONCURRENCY: '256', START_WINDOW_MS: '10000', REQUEST_TIMEOUT_MS: '30000' },
  async run(world, { orders }) {
    const nodeFlags = [`--max-old-space-size=${HEAP_MIB}`];
    const members = await Promise.all([
      world.start('order-router', { nodeFlags }),
      world.start('ingest-ct', { nodeFlags }),
    ]);
    await world.control('fulfillmenttools', '/settings', { latencyMs: 100 });
    const custom = { type: { typeId: 'type', id: randomUUID() }, fields: { note: 'x'.repeat(0.9 * MIB) } };
    let largest = 0;
    const watch = setInterval(() => {
      for (const member of members)
        void member
          .metrics()
          .then((metrics) => (largest = Math.max(largest, metrics.sum('process_resident_memory_bytes') / MIB)))
          .catch(() => undefined);
    }, 250);
    try {
      await world.place(orders, { change: () => ({ custom }), confirmedAtOnce: true });
      await world.untilPlaced(120_000);
    } finally {
      clearInterval(watch);
    }
    world.claim('I10', `resident memory below ${MOST_RSS_MIB} MiB`, true, largest < MOST_RSS_MIB);
    for (const { name, running } of members) world.claim('I10', `${name} runs`, true, running);
    return { megabytes: Math.round(orders * 0.9), largestRssMib: Math.round(largest) };
  },
});
