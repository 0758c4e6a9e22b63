import type { ListPosition, OrderPage } from '@pipeline/platform-commercetools';
import type { ProducerMessage } from '@pipeline/streams/kafka';
import type { LaneQueue } from '../kafka/laneQueue.ts';
import { type Pace, sendAtPace } from '../sendAtPace.ts';
import { backfillHeaders, type Sent } from './lane.ts';
import { positionOf } from './listOrders.ts';
import { type ListedOrder, toNotification } from './notification.ts';
import { isWanted } from './plan.ts';
import type { BackfillSelection } from './selection.ts';

export interface SendRequest extends LaneQueue, Pace {
  /** What is listed behind `sent.after`. */
  readonly pages: AsyncIterable<OrderPage>;
  readonly selection: BackfillSelection;
  readonly sent: Sent;
  readonly backfillId: string;
  readonly projectKey: string;
  /** name@version */
  readonly producer: string;
}

/**
 * Sends the notifications of what is listed, at a pace, and returns how many: all, or fewer when the signal aborted. One
 * batch is under way at a time, so that what is in the lane tells how far it came.
 * @throws PipelineError of commercetools or of Kafka; what is in the lane then is found by `readSent`.
 */
export function sendBackfill(request: SendRequest): Promise<number> {
  const { pages, selection, sent, queue } = request;
  // Of a batch that is in the lane in part. Until it is behind us, the next try has to begin where it did.
  const passing = new Set(sent.keys);
  let { after, nextBatch } = sent;
  return sendAtPace({
    ...request,
    pages: ordersOf(pages),
    async send(part) {
      const batch = part.filter((order) => isWanted(order, selection, sent));
      if (batch.length > 0) await queue.send(toMessages(request, batch, { number: nextBatch++, after }));
      for (const { id } of part) passing.delete(id);
      const last = part.at(-1);
      if (last && passing.size === 0) after = positionOf(last);
      return batch.length;
    },
  });
}

async function* ordersOf(pages: AsyncIterable<OrderPage>): AsyncGenerator<readonly ListedOrder[]> {
  for await (const { orders } of pages) yield orders;
}

function toMessages(
  { backfillId, projectKey, producer, toTarget }: SendRequest,
  orders: readonly ListedOrder[],
  batch: { readonly number: number; readonly after: ListPosition | undefined },
): ProducerMessage[] {
  const now = new Date();
  return orders.map((order) => ({
    ...toTarget(order.id),
    key: order.id,
    value: toNotification(order, { backfillId, projectKey }),
    headers: backfillHeaders({ ...batch, backfillId, producer }, `backfill-${backfillId}-${order.id}`, now),
  }));
}
