import { deadLetterTopics, type LedgerEntry, topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import { onPosts } from './requests.ts';

export const everyOrderIsRefused = defineRow({
  row: 33,
  title:
    'fulfillmenttools answers 400 to every order, as after a bad deploy → a few dead letters, the others wait for the mended version',
  level: 'process',
  invariants: ['I5', 'I11'],
  ci: { orders: 60 },
  full: { orders: 5_000 },
  atLeast: { orders: 60, letters: 5, waited: 30 },
  async run(world, { orders }) {
    const [router] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    const errors = [{ summary: 'Invalid request body', description: 'deliveryPreferences is wrong' }];
    await world.spoil('fulfillmenttools', { ...onPosts, status: 400, body: errors });
    await world.place(orders, { expected: 'at-most-once' });
    await world.untilRead('ingest-ct');
    const held = async () => (await router.metrics()).sum('pipeline_dead_letters_held_back');
    await world.until('dead letters are held back, and the metric says so', async () => (await held()) === 1);
    const letters = (await world.kafka.messages(deadLetterTopics['order-router'].name)).length;
    world.claim('I5', 'dead letters, at most 30', true, letters <= 30);
    await world.mend('fulfillmenttools');
    await router.stop();
    // The mended version.
    await world.start('order-router');
    await world.untilRead('order-router');
    const ledger = new Map<string | null, string | undefined>();
    for (const { key, value } of await world.kafka.messages(topics.fulfillmentOrders.name)) {
      const entry = value ? ((await world.codec.decode(topics.fulfillmentOrders, value)) as LedgerEntry) : undefined;
      if (entry) ledger.set(key, entry.placements.at(-1)?.status);
    }
    const count = (status: string) => [...ledger.values()].filter((found) => found === status).length;
    world.claim('I1', 'orders placed or rejected', orders, count('placed') + count('rejected'));
    return { letters, waited: count('placed') };
  },
});
