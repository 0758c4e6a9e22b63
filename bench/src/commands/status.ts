import { setTimeout as sleep } from 'node:timers/promises';
import { statusPresets } from '@pipeline/fulfillment';
import { deadLetterTopics, replayTopics, type Topic, topics } from '@pipeline/schemas';
import { type RunTopics, sendAll, withTopics } from '../load/kafka.ts';
import { aPlacedEntry, newOrderIds } from '../load/orders.ts';
import { pace } from '../load/pace.ts';
import { type Arrival, countChanges, lifeOf, shuffle } from '../load/statusEvents.ts';
import { statusWriterOn } from '../programs/statusWriter.ts';
import { readUsage } from '../programs/usage.ts';
import { type WatchedProgram, withProgram } from '../programs/withProgram.ts';
import { rounded, steadyRate, toSkip } from '../statistics.ts';
import { nowMs } from '../vendor/protocol.ts';
import { type Shop, startShop } from '../vendor/shop/startShop.ts';
import type { BenchContext, Figures } from './context.ts';
import { tellProfile } from './tellProfile.ts';

const DUPLICATES = 0.2;
/** Orders whose lives overlap. */
const SIDE = 50;
/** Of the calls that the slots allow: so many events arrive when they are paced. */
const PACED_SHARE = 0.5;

const used: readonly Topic[] = [
  topics.fulfillmentEvents,
  replayTopics.fulfillmentEvents,
  topics.fulfillmentOrders,
  topics.fulfillmentStates,
  deadLetterTopics['status-writer'],
];

/** Events per second of the status-writer, and the calls that they cost. */
export async function measureStatus(context: BenchContext): Promise<Figures> {
  const shop = await startShop();
  try {
    return await withTopics(context.broker, (run) => measure(context, run, shop), { topics: used });
  } finally {
    await shop.stop();
  }
}

async function measure(context: BenchContext, run: RunTopics, shop: Shop): Promise<Figures> {
  const { options, log } = context;
  const { orders, concurrency, latencyMs, arrival, profile } = options;
  const ledger = newOrderIds(orders).map(aPlacedEntry);
  const lives = ledger.map(lifeOf);
  const arrivals = shuffle({ orders, events: lives[0]?.length ?? 0, duplicates: DUPLICATES, side: SIDE });
  const toEntry = ({ order, event }: Arrival) => {
    const value = lives[order]?.[event];
    if (!value) throw new RangeError(`There is no event ${event} of order ${order}.`);
    return { key: value.orderId, value };
  };
  const entries = arrivals.map(toEntry);
  const byOrder = Map.groupBy(arrivals, ({ order }) => order);
  const changes = ledger.reduce((sum, entry, order) => {
    const inputs = (byOrder.get(order) ?? []).map((each) => toEntry(each).value);
    return sum + countChanges([entry, ...inputs], policy);
  }, 0);
  await shop.expect({ latencyMs, lineItems: toLineItems(ledger[0]) });
  log(`Writing ${orders} ledger entries`);
  await sendAll(run, topics.fulfillmentOrders, {
    count: orders,
    make: (index) => ({ key: ledger[index]?.orderId ?? '', value: ledger[index] }),
  });
  const ideal = (concurrency * 1_000) / latencyMs;
  const sendEvents = (from: number, to: number) => run.send(topics.fulfillmentEvents, entries.slice(from, to));
  if (arrival === 'waiting') {
    log(`Writing ${entries.length} events`);
    for (let from = 0; from < entries.length; from += 2_000) await sendEvents(from, from + 2_000);
  }
  // What the ledger makes it write before events are paced is not of their pace.
  let pacedFrom = 0;
  const figures = await withProgram(statusWriterOn(context, run, shop.url), async (writer) => {
    await writer.during(writer.ready);
    if (arrival === 'paced') {
      await writer.during(untilDone(writer, orders));
      pacedFrom = nowMs();
      log(`Writing ${entries.length} events, ${ideal * PACED_SHARE} a second`);
      await writer.during(pace({ count: entries.length, perSecond: ideal * PACED_SHARE }, sendEvents));
    }
    await writer.during(untilDone(writer, orders + entries.length));
    const { cpuSeconds } = await readUsage(writer);
    return { cpuSecondsPer1000: (cpuSeconds * 1_000) / entries.length, rssMb: writer.largestRssMb };
  });
  const report = await shop.report();
  if (profile !== undefined) await tellProfile(profile, 0, log);
  const { answeredAt, arrivedAt, gets, updates, conflicts } = report;
  const calls = answeredAt.length;
  const counted = answeredAt.filter((at) => at >= pacedFrom);
  const callsPerSecond = steadyRate(counted, toSkip(counted.length, concurrency));
  const held = answeredAt.map((at, index) => at - (arrivedAt[index] ?? at));
  return {
    arrival,
    events: entries.length,
    eventsPerSecond: rounded((callsPerSecond * entries.length) / counted.length, 0),
    ordersPerSecond: rounded((callsPerSecond * orders) / counted.length, 0),
    callsPerSecond: rounded(callsPerSecond, 0),
    ideal: rounded(ideal, 0),
    ofIdeal: rounded(callsPerSecond / ideal, 3),
    callsPerOrder: rounded(calls / orders, 3),
    getsPerOrder: rounded(gets / orders, 3),
    updates,
    changes,
    updatesPerChange: rounded(updates / changes, 3),
    conflicts,
    cpuSecondsPer1000: rounded(figures.cpuSecondsPer1000, 3),
    rssMb: rounded(figures.rssMb, 0),
    latencyMs: rounded(held.reduce((sum, ms) => sum + ms, 0) / held.length, 1),
    states: report.states,
    otherCalls: Object.values(report.otherCalls).reduce((sum, count) => sum + count, 0),
  };
}

const policy = { ...statusPresets.docs, trackingLinks: true };

const toLineItems = (entry: ReturnType<typeof aPlacedEntry> | undefined) =>
  (entry?.placements[0]?.lines ?? []).map(({ articleId, quantity }, index) => ({
    id: `line-${index}`,
    productId: `product-${index}`,
    quantity,
    variant: { id: 1, sku: articleId },
  }));

/** Each look costs the program a few milliseconds; how soon the end is seen is in no figure. */
const LOOK_MS = 1_000;

/** Until so many records are finished, by the program's own count. */
async function untilDone(writer: WatchedProgram, records: number): Promise<void> {
  while ((await writer.metrics()).sum('pipeline_records_processed_total') < records) await sleep(LOOK_MS);
}
