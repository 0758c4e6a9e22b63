import { type LedgerEntry, topics } from '@pipeline/schemas';
import { dumpTopics } from '../world/dump.ts';
import type { World } from '../world/world.ts';
import { defineRow } from '../row.ts';
import { onPosts } from './requests.ts';

/** A doubt about another member's intent would last this long: far longer than the row. */
const DOUBT_SETTINGS = { REQUEST_TIMEOUT_MS: '60000', SERVER_LIMIT_MS: '60000' };
const DOUBT_MS = 120_000;

/** Orders by what the ledger ever said of them. */
async function ledgerOf({ kafka, codec }: World): Promise<Map<string, string[]>> {
  const records = await dumpTopics(kafka, codec, [topics.fulfillmentOrders]);
  const statuses = new Map<string, string[]>();
  for (const { key, value } of records[topics.fulfillmentOrders.name] ?? []) {
    const status = (value as LedgerEntry | undefined)?.placements.at(-1)?.status;
    if (key !== null && status !== undefined) statuses.set(key, [...(statuses.get(key) ?? []), status]);
  }
  return statuses;
}

export const releasedAtHandOver = defineRow({
  row: 102,
  title:
    'a second router joins while intents wait for a place in flight → they are released, the new owner does not wait out the doubt',
  level: 'process',
  invariants: ['I2', 'I7'],
  ci: { orders: 96 },
  full: { orders: 400 },
  atLeast: { orders: 96, released: 1 },
  // As many wait for a place as have one, spread over the partitions: half of these go to the other.
  settings: { CONCURRENCY: '24', ...DOUBT_SETTINGS },
  async run(world, { orders }) {
    const [first] = await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.spoil('fulfillmenttools', { ...onPosts, when: 'before', delayMs: 2_000 });
    await world.place(orders, { confirmedAtOnce: true });
    await world.until(
      'intents wait for a place',
      async () => [...(await ledgerOf(world)).values()].filter((each) => each.at(-1) === 'placing').length >= 48,
    );
    const joinedAt = performance.now();
    await world.start('order-router');
    await world.until('partitions are handed over', async () => (await first.logged('partitions assigned')) > 1);
    await world.mend('fulfillmenttools');
    // One that the next owner fenced before it was released waits for its doubt; that is rare, and no harm.
    const wasReleased = (each: readonly string[]) => each.includes('released');
    await world.until('those that were released are placed', async () => {
      const released = [...(await ledgerOf(world)).values()].filter(wasReleased);
      return released.length > 0 && released.every((each) => each.at(-1) === 'placed');
    });
    const waitedMs = performance.now() - joinedAt;
    world.claim('I7', 'they are placed long before a doubt is over', true, waitedMs < DOUBT_MS);
    await world.untilPlaced(DOUBT_MS * 2);
    const statuses = [...(await ledgerOf(world)).values()];
    return {
      released: statuses.filter(wasReleased).length,
      handedOverInFlight: statuses.filter((each) => !wasReleased(each)).length,
      waitedMs: Math.round(waitedMs),
    };
  },
});
