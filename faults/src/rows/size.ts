import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicMessage } from '@pipeline/sandbox';
import { topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import type { Member } from '../world/member.ts';
import type { World } from '../world/world.ts';

const MIB = 1_024 * 1_024;
const HEAP_MIB = 256;
/** Heap, what is in hand outside of it, fetches, code. */
const MOST_RSS_MIB = 700;
const ORDER_BYTES = 0.9 * MIB;
/** So many events are what a processor has in hand when it stops fetching: `maxUnfinishedBytes`. */
const FILLS = Math.ceil((64 * MIB) / ORDER_BYTES);
const REPEATED_ORDERS = 24;
const REPEATS = 3;

/** The most that a gauge has shown. Rejects in the end when it could not be read at any time. */
function watch(member: Member, name: string) {
  const stopped = new AbortController();
  let most = 0;
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      most = Math.max(most, (await member.metrics()).sum(name));
      await sleep(100);
    }
  })();
  watching.catch(() => undefined);
  return {
    get most() {
      return most;
    },
    async stop(): Promise<number> {
      stopped.abort();
      await watching;
      return most;
    },
  };
}

/** The first events of orders come again, each after all that came before: more than fits, from few orders. */
async function repeatEvents(world: World): Promise<{ readonly events: number; readonly megabytes: number }> {
  const { name } = topics.commerceOrders;
  const first: TopicMessage[] = [];
  let events = 0;
  let bytes = 0;
  const count = ({ value }: TopicMessage): void => {
    events++;
    bytes += value?.length ?? 0;
  };
  await world.kafka.eachMessage(name, (message) => {
    count(message);
    if (first.length < REPEATED_ORDERS) first.push(message);
  });
  const byPartition = [...Map.groupBy(first, ({ partition }) => partition).values()];
  const longest = Math.max(...byPartition.map(({ length }) => length));
  for (let round = 0; round < REPEATS; round++) {
    // No more than one fits into the batch of a partition.
    for (let index = 0; index < longest; index++) {
      const each = byPartition.flatMap((messages) => messages[index] ?? []);
      each.forEach(count);
      await world.kafka.produce(
        name,
        each.flatMap(({ key, value, ...rest }) => (key !== null && value !== null ? { ...rest, key, value } : [])),
      );
    }
  }
  return { events, megabytes: Math.floor(bytes / MIB) };
}

export const largeOrders = defineRow({
  row: 84,
  title:
    'a heap of 256 MB, orders of 0.9 MB, everything at once, the vendor away, then slow → no more is fetched than fits, bounded memory, all placed',
  level: 'process',
  invariants: ['I10'],
  ci: { orders: REPEATED_ORDERS },
  full: { orders: 500 },
  atLeast: {
    orders: REPEATED_ORDERS,
    events: FILLS + REPEATED_ORDERS,
    megabytes: 80,
    inHand: FILLS,
    largestRssMib: 100,
  },
  settings: { CONCURRENCY: '256', START_WINDOW_MS: '10000', REQUEST_TIMEOUT_MS: '30000' },
  async run(world, { orders }) {
    const nodeFlags = [`--max-old-space-size=${HEAP_MIB}`];
    const withinMs = 60_000 + 1_000 * orders;
    const ingest = await world.start('ingest-ct', { nodeFlags });
    const rssOf = (member: Member) => watch(member, 'process_resident_memory_bytes');
    const rssOfIngest = rssOf(ingest);
    const custom = { type: { typeId: 'type', id: randomUUID() }, fields: { note: 'x'.repeat(ORDER_BYTES) } };
    await world.place(orders, { change: () => ({ custom }), confirmedAtOnce: true });
    await world.until(
      'all notifications have come',
      async () => (await world.commercetools.deliveries()).pending === 0,
      withinMs,
    );
    await world.untilRead('ingest-ct', { withinMs });
    const written = await repeatEvents(world);
    await world.control('fulfillmenttools', '/settings', { latencyMs: 100 });
    const router = await world.start('order-router', { nodeFlags, cut: ['fulfillmenttools'] });
    const rssOfRouter = rssOf(router);
    const inHand = watch(router, 'pipeline_buffered_records');
    await world.until('the router has in hand what fits', () => inHand.most >= FILLS, withinMs);
    // What it fetches beyond that, it fetches now.
    await sleep(1_000);
    router.lines.fulfillmenttools.set('open');
    await world.untilPlaced(withinMs);
    // When the bound is reached, one message of each partition may be there already.
    const most = FILLS + world.partitions;
    world.claim('I10', `at most ${most} of ${written.events} events are in hand`, true, (await inHand.stop()) <= most);
    const rss = Math.max(await rssOfIngest.stop(), await rssOfRouter.stop()) / MIB;
    world.claim('I10', `resident memory below ${MOST_RSS_MIB} MiB`, true, rss < MOST_RSS_MIB);
    for (const { name, running } of [ingest, router]) world.claim('I10', `${name} runs`, true, running);
    return { ...written, inHand: inHand.most, largestRssMib: Math.round(rss) };
  },
});
