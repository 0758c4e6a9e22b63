import { topics } from '@pipeline/schemas';
import { fillerFor } from '../load/filler.ts';
import { withTopics } from '../load/kafka.ts';
import { anOrderMessage, newOrderIds, type OrderId } from '../load/orders.ts';
import { pace } from '../load/pace.ts';
import { routerOn } from '../programs/router.ts';
import { withProgram } from '../programs/withProgram.ts';
import { median, percentile, rounded } from '../statistics.ts';
import { nowMs } from '../vendor/protocol.ts';
import type { BenchContext, Figures } from './context.ts';

/** Share of what the slots allow at which orders arrive: a backlog would measure the backlog, not the hot key. */
const LOAD = 0.25;

/**
 * From the moment at which an order is written to Kafka to its POST's arrival at the vendor, while one key has so many
 * messages, evenly among the others; against the same without. The messages of the hot key are confirmations of one
 * order, of ever higher versions: the first places it, each other one passes through the ledger's rules. In pairs taken in
 * turns, as for stuck orders.
 */
export async function measureHotKey(context: BenchContext): Promise<Figures> {
  const { hotKey, pairs } = context.options;
  const runs: { readonly without: Latency; readonly hot: Latency }[] = [];
  for (let pair = 1; pair <= pairs; pair++) {
    const without = await measureLatency(context, 0);
    const hot = await measureLatency(context, hotKey);
    runs.push({ without, hot });
    context.log(`pair ${pair} of ${pairs}: p99 ${rounded(without.p99, 0)} ms without, ${rounded(hot.p99, 0)} ms with`);
  }
  const middle = (read: (run: (typeof runs)[number]) => number) => median(runs.map(read));
  return {
    p99Ms: rounded(
      middle(({ hot }) => hot.p99),
      1,
    ),
    withoutP99Ms: rounded(
      middle(({ without }) => without.p99),
      1,
    ),
    ratio: rounded(middle(({ without, hot }) => hot.p99 / without.p99)),
    p50Ms: rounded(
      middle(({ hot }) => hot.p50),
      1,
    ),
    withoutP50Ms: rounded(
      middle(({ without }) => without.p50),
      1,
    ),
    pairs: runs.map(({ without, hot }) => [rounded(without.p99, 1), rounded(hot.p99, 1)]),
  };
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Milliseconds from Kafka to the vendor, of all orders but the hot one and the first tenth. */
function measureLatency(context: BenchContext, hotMessages: number): Promise<Latency> {
  const { options, broker, vendor } = context;
  const { orders, concurrency, latencyMs, orderBytes } = options;
  return withTopics(broker, async (run) => {
    const filler = await fillerFor(run.codec, orderBytes);
    const ids = newOrderIds(orders);
    const [hot = { orderId: '', orderNumber: '' }] = newOrderIds(1);
    const sentAt = new Map<string, number>();
    const hotUntil = (index: number): number => Math.floor((index * hotMessages) / orders);
    const toEntry = (id: OrderId, version = 5) => anOrderMessage(id, { filler, version });

    function send(from: number, to: number): Promise<void> {
      const fresh = ids.slice(from, to);
      const versions = Array.from({ length: hotUntil(to) - hotUntil(from) }, (_, index) => 5 + hotUntil(from) + index);
      for (const { orderNumber } of fresh) sentAt.set(orderNumber, nowMs());
      const entries = [...fresh.map((id) => toEntry(id)), ...versions.map((version) => toEntry(hot, version))];
      return run.send(topics.commerceOrders, entries);
    }

    const answers = orders + (hotMessages > 0 ? 1 : 0);
    const counting = await vendor.expect({ answers, steadyFrom: 1, latencyMs, stuck: [] });
    await withProgram(routerOn(context, run), async (router) => {
      await router.during(router.ready);
      await pace({ count: orders, perSecond: (LOAD * concurrency * 1_000) / latencyMs }, send);
      await router.during(counting.finished);
    });
    const { arrivedAt, tenantOrderIds } = await vendor.report();
    const waits = tenantOrderIds.flatMap((orderNumber, index) => {
      const sent = sentAt.get(orderNumber);
      return sent === undefined || index < orders / 10 ? [] : [(arrivedAt[index] ?? Number.NaN) - sent];
    });
    return { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
  });
}
