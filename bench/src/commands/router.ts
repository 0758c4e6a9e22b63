import { topics } from '@pipeline/schemas';
import { fillerFor } from '../load/filler.ts';
import { type RunTopics, sendAll, withTopics } from '../load/kafka.ts';
import { anOrderMessage, newOrderIds } from '../load/orders.ts';
import { rounded } from '../statistics.ts';
import type { BenchContext, Figures } from './context.ts';
import { measurePosts } from './measurePosts.ts';
import { tellProfile } from './tellProfile.ts';

/** The loop without our engine is slow and steady: so many messages show it. */
const PLAIN_COUNT = 600;

/** Orders per second of the router, then of the POST alone through the same engine, then of a plain loop, on one topic. */
export function measureRouter(context: BenchContext): Promise<Figures> {
  const { options, log, broker } = context;
  const { orders, concurrency, latencyMs } = options;
  return withTopics(broker, async (run) => {
    log(`Writing ${orders} orders`);
    await writeOrders(run, options);
    const measure = async (poster: 'router' | 'post-only' | 'plain-loop', count: number) => {
      const figures = await measurePosts(context, { run, poster, count });
      // The plain loop shows no metrics.
      const cpu = rounded(figures.cpuSecondsPer1000);
      log(`${poster}: ${rounded(figures.perSecond, 0)}/s${cpu === null ? '' : `, ${cpu} s CPU per 1,000`}`);
      return figures;
    };
    const router = await measure('router', orders);
    if (options.profile !== undefined) await tellProfile(options.profile, router.startMs, log);
    const postOnly = await measure('post-only', orders);
    const plain = await measure('plain-loop', Math.min(orders, PLAIN_COUNT));
    const ideal = (concurrency * 1_000) / latencyMs;
    const { report } = router;
    const held = report.answeredAt.map((at, index) => at - (report.arrivedAt[index] ?? at));
    return {
      perSecond: rounded(router.perSecond, 0),
      ideal: rounded(ideal, 0),
      ofIdeal: rounded(router.perSecond / ideal, 3),
      postOnlyPerSecond: rounded(postOnly.perSecond, 0),
      ofPostOnly: rounded(router.perSecond / postOnly.perSecond, 3),
      warmPerSecond: rounded(router.warmPerSecond, 0),
      warmOfIdeal: rounded(router.warmPerSecond / ideal, 3),
      warmOfPostOnly: rounded(router.warmPerSecond / postOnly.warmPerSecond, 3),
      plainPerSecond: rounded(plain.perSecond, 0),
      ratio: rounded(router.perSecond / plain.perSecond, 1),
      cpuSecondsPer1000: rounded(router.cpuSecondsPer1000),
      postOnlyCpuSecondsPer1000: rounded(postOnly.cpuSecondsPer1000),
      rssMb: rounded(router.rssMb, 0),
      latencyMs: rounded(held.reduce((sum, ms) => sum + ms, 0) / held.length, 1),
      posts: report.posts,
      otherCalls: Object.values(report.otherCalls).reduce((sum, count) => sum + count, 0),
    };
  });
}

/** As many orders as asked for, each of a key of its own; resolves with their order numbers. */
export async function writeOrders(
  run: RunTopics,
  { orders, orderBytes }: { readonly orders: number; readonly orderBytes: number },
): Promise<readonly string[]> {
  const filler = await fillerFor(run.codec, orderBytes);
  const ids = newOrderIds(orders);
  await sendAll(run, topics.commerceOrders, {
    count: orders,
    make: (index) => anOrderMessage(ids[index] ?? { orderId: '', orderNumber: '' }, { filler }),
  });
  return ids.map(({ orderNumber }) => orderNumber);
}
