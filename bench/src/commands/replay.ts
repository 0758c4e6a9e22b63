import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@pipeline/schemas';
import { fillerFor } from '../load/filler.ts';
import { sendAll, withTopics } from '../load/kafka.ts';
import { anOrderEvent, anOrderMessage, aPlacedEntry, newOrderIds } from '../load/orders.ts';
import { routerOn } from '../programs/router.ts';
import { readUsage } from '../programs/usage.ts';
import { type WatchedProgram, withProgram } from '../programs/withProgram.ts';
import { rounded } from '../statistics.ts';
import type { BenchContext, Figures } from './context.ts';
import { tellProfile } from './tellProfile.ts';

/**
 * Orders per second that the router passes over because each is placed already, and the calls that this costs (none).
 * The ledger is written first, as the router would have; the orders then are read from the beginning.
 */
export function measureReplay(context: BenchContext): Promise<Figures> {
  const { options, broker, vendor, log } = context;
  const { orders, orderBytes, profile } = options;
  return withTopics(broker, async (run) => {
    const filler = await fillerFor(run.codec, orderBytes);
    const ids = newOrderIds(orders);
    const idAt = (index: number) => ids[index] ?? { orderId: '', orderNumber: '' };
    log(`Writing ${orders} ledger entries and ${orders} orders`);
    await sendAll(run, topics.fulfillmentOrders, {
      count: orders,
      make: (index) => ({ key: idAt(index).orderId, value: aPlacedEntry(idAt(index)) }),
    });
    await sendAll(run, topics.commerceOrders, {
      count: orders,
      make: (index) => anOrderMessage(idAt(index), { filler }),
    });
    const recordBytes = (await run.codec.encode(topics.commerceOrders, anOrderEvent(idAt(0), { filler }))).length;
    await vendor.expect({ answers: 0, steadyFrom: 0, latencyMs: 0, stuck: [] });
    const figures = await withProgram(routerOn(context, run), async (router) => {
      await router.during(router.ready);
      const samples = await router.during(sampleUntil(router, orders));
      const { cpuSeconds } = await readUsage(router);
      const { posts, otherCalls } = await vendor.report();
      return {
        perSecond: rounded(rateOf(samples, orders), 0),
        calls: posts + Object.values(otherCalls).reduce((sum, count) => sum + count, 0),
        recordBytes,
        rssMb: rounded(router.largestRssMb, 0),
        cpuSecondsPer1000: rounded((cpuSeconds * 1_000) / orders, 3),
      };
    });
    if (profile !== undefined) await tellProfile(profile, 0, log);
    return figures;
  });
}

interface Sample {
  readonly atMs: number;
  readonly done: number;
}

/** How many records were finished, looked at ten times a second until all are. */
async function sampleUntil(router: WatchedProgram, orders: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (;;) {
    const done = (await router.metrics()).sum('pipeline_records_processed_total');
    samples.push({ atMs: performance.now(), done });
    if (done >= orders) return samples;
    await sleep(100);
  }
}

/** Per second, from the first look that shows at least a tenth as done. */
function rateOf(samples: readonly Sample[], orders: number): number {
  const started = samples.find(({ done }) => done >= orders / 10);
  const end = samples.at(-1);
  return started && end ? ((end.done - started.done) * 1_000) / (end.atMs - started.atMs) : Number.NaN;
}
