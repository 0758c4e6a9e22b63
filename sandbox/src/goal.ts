import { createIdleCheck, pipelineOf } from './idle.ts';
import { countHarshOutcome, type HarshResult, harshProblems, lookAtOrders } from './harsh/outcome.ts';
import { createShopCancels } from './harsh/shopCancels.ts';
import { describeDiffering } from './harsh/waiting.ts';
import { describeHarshResult } from './harsh/report.ts';
import type { Placed } from './placeOrders.ts';
import { countOutcome, type RunResult, shortcomings } from './outcome.ts';
import { describeMissing, describeResult } from './report.ts';
import type { Sandbox } from './sandbox.ts';
import type { SimulatedOrder } from './simulatorApi.ts';
import { allEnded } from './watchOrders.ts';

/** What the orders of a run are to come to. */
export interface Goal<Result extends RunResult> {
  /** Told of each order as soon as it is there. */
  onPlaced?(placed: Placed): void;
  /** Is there nothing left to wait for? */
  isReached(orders: readonly SimulatedOrder[], ids: ReadonlySet<string>): Promise<boolean>;
  /** Those that are not where they have to be, in lines; nothing when all are. */
  describeMissing(orders: readonly SimulatedOrder[], ids: ReadonlySet<string>): Promise<string[]>;
  count(ids: ReadonlySet<string>): Promise<Result>;
  /** What is not as it has to be when this many orders were placed. */
  problems(result: Result, count: number): string[];
  describeResult(result: Result, count: number): string[];
}

/** Every order is shipped or delivered. */
export const createArrival = (sandbox: Sandbox): Goal<RunResult> => ({
  isReached: (orders, ids) => Promise.resolve(allEnded(orders, ids)),
  describeMissing: (orders, ids) => Promise.resolve(describeMissing(orders, ids)),
  count: (ids) => countOutcome(sandbox, ids),
  problems: shortcomings,
  describeResult,
});

/**
 * Every order shows what its life says, though the shop cancels some. That is judged when all lives have ended and nobody has anything left to do: an
 * order may show it earlier, and another thing later.
 */
export function createLivesLived(sandbox: Sandbox, seed: number): Goal<HarshResult> {
  const isIdle = createIdleCheck(pipelineOf(sandbox), sandbox.topicPrefix);
  const { commercetools, fulfillmenttools } = sandbox;
  const shop = createShopCancels(commercetools, seed);

  async function isReached(_: unknown, ids: ReadonlySet<string>): Promise<boolean> {
    const { orders } = await lookAtOrders(sandbox, ids);
    if (shop.pending > 0 || orders.length !== ids.size || !orders.every(({ ended }) => ended)) return false;
    const counts = [await commercetools.deliveries(), await fulfillmenttools.deliveries()];
    return counts.every(({ pending }) => pending === 0) && (await isIdle());
  }

  return {
    onPlaced: (placed) => shop.onPlaced(placed),
    isReached,
    describeMissing: (_, ids) => describeDiffering(sandbox, ids),
    count: (ids) => countHarshOutcome(sandbox, ids, seed),
    problems: harshProblems,
    describeResult: describeHarshResult,
  };
}
