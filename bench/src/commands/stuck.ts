import { withTopics } from '../load/kafka.ts';
import { median, rounded } from '../statistics.ts';
import type { BenchContext, Figures } from './context.ts';
import { measurePosts } from './measurePosts.ts';
import { writeOrders } from './router.ts';

/**
 * Orders per second while some are never answered, against the same without: in pairs taken in turns, since what else
 * the machine does changes over minutes.
 */
export async function measureStuck(context: BenchContext): Promise<Figures> {
  const { options, log } = context;
  const { orders, pairs } = options;
  const perSecond = (stuckOrders: number): Promise<number> =>
    withTopics(context.broker, async (run) => {
      const orderNumbers = await writeOrders(run, options);
      const stuck = orderNumbers.slice(0, stuckOrders);
      return (await measurePosts(context, { run, poster: 'router', count: orders - stuckOrders, stuck })).perSecond;
    });
  const runs: { readonly without: number; readonly stuck: number }[] = [];
  for (let pair = 1; pair <= pairs; pair++) {
    const without = await perSecond(0);
    const stuck = await perSecond(options.stuck);
    runs.push({ without, stuck });
    log(
      `pair ${pair} of ${pairs}: ${rounded(without, 0)}/s without, ${rounded(stuck, 0)}/s with ${options.stuck} stuck`,
    );
  }
  return {
    perSecond: rounded(median(runs.map(({ stuck }) => stuck)), 0),
    withoutPerSecond: rounded(median(runs.map(({ without }) => without)), 0),
    ofWithout: rounded(median(runs.map(({ without, stuck }) => stuck / without)), 3),
    pairs: runs.map(({ without, stuck }) => [rounded(without, 0), rounded(stuck, 0)]),
  };
}
