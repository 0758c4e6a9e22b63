import type { GatePolicy } from '@pipeline/fulfillment';
import type { OrderPage } from '@pipeline/platform-commercetools';
import type { Sent } from './lane.ts';
import type { ListedOrder } from './notification.ts';
import type { BackfillSelection } from './selection.ts';
import { verdictOf } from './verdict.ts';

export interface BackfillPlan {
  readonly backfillId: string;
  /** What an earlier run has sent. */
  readonly sent: Sent;
  /** Orders that are still to be sent. */
  readonly count: number;
  /** How many of them would become what (see `verdictOf`), most first; with those that are not sent. */
  readonly verdicts: ReadonlyMap<string, number>;
}

/** Is it to be sent? Of the other states no event follows, and what is in the lane is not sent again. */
export const isWanted = (order: ListedOrder, { states }: BackfillSelection, { keys }: Sent): boolean =>
  states.some((state) => state === order.orderState) && !keys.has(order.id);

export interface PlanRequest {
  readonly backfillId: string;
  readonly selection: BackfillSelection;
  readonly sent: Sent;
  /** What is listed behind `sent.after`. */
  readonly pages: AsyncIterable<OrderPage>;
  readonly policy: GatePolicy;
  readonly now: number;
  readonly onListed: (count: number) => void;
}

/** Looks through the listing and counts. Sends nothing, keeps no order in memory. */
export async function planBackfill(request: PlanRequest): Promise<BackfillPlan> {
  const { backfillId, selection, sent, pages, policy, now, onListed } = request;
  const verdicts = new Map<string, number>();
  let [count, listed] = [0, 0];
  for await (const { orders } of pages) {
    for (const order of orders) {
      if (sent.keys.has(order.id)) continue;
      if (isWanted(order, selection, sent)) count += 1;
      const verdict = verdictOf(order, policy, now);
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    listed += orders.length;
    onListed(listed);
  }
  return { backfillId, sent, count, verdicts: new Map([...verdicts].sort(([, a], [, b]) => b - a)) };
}
