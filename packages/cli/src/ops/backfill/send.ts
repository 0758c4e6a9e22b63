import { setTimeout as sleep } from 'node:timers/promises';
import type { ListPosition, OrderPage } from '@pipeline/platform-commercetools';
import type { ProducerMessage, ProducerQueue } from '@pipeline/streams/kafka';
import { restAfter, toBatches } from './batches.ts';
import { backfillHeaders, type Sent } from './lane.ts';
import { positionOf } from './listOrders.ts';
import { type ListedOrder, toNotification } from './notification.ts';
import { isWanted } from './plan.ts';
import type { BackfillSelection } from './selection.ts';

export interface SendRequest {
  /** What is listed behind `sent.after`. */
  readonly pages: AsyncIterable<OrderPage>;
  readonly selection: BackfillSelection;
  readonly sent: Sent;
  readonly backfillId: string;
  readonly projectKey: string;
  /** name@version */
  readonly producer: string;
  readonly queue: Pick<ProducerQueue, 'send'>;
  readonly toTarget: (key: string) => { readonly topic: string; readonly partition: number };
  /** Orders per second. */
  readonly perSecond: number;
  readonly onSent: (count: number) => void;
  /** What is under way when it aborts is still sent. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds, and a wait that ends when the signal aborts. (Default: this machine's clock) */
  readonly now?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

/**
 * Sends the notifications of what is listed, at a pace, and returns how many: all, or fewer when the signal aborted. One
 * batch is under way at a time, so that what is in the lane tells how far it came.
 * @throws PipelineError of commercetools or of Kafka; what is in the lane then is found by `readSent`.
 */
export async function sendBackfill(request: SendRequest): Promise<number> {
  const { pages, selection, sent, queue, perSecond, onSent, signal } = request;
  const { now = () => performance.now(), pause = (ms) => sleep(ms, undefined, { signal }) } = request;
  const startedAt = now();
  // Of a batch that is in the lane in part. Until it is behind us, the next try has to begin where it did.
  const passing = new Set(sent.keys);
  let { after, nextBatch } = sent;
  let count = 0;
  try {
    for await (const { orders } of pages) {
      for (const part of toBatches(orders, perSecond)) {
        if (signal.aborted) return count;
        const batch = part.filter((order) => isWanted(order, selection, sent));
        if (batch.length > 0) await queue.send(toMessages(request, batch, { number: nextBatch++, after }));
        count += batch.length;
        onSent(count);
        for (const { id } of part) passing.delete(id);
        const last = part.at(-1);
        if (last && passing.size === 0) after = positionOf(last);
        await pause(restAfter(count, { perSecond, startedAt, now: now() }));
      }
    }
  } catch (error) {
    // What it was waiting for when it was told to stop.
    if (!signal.aborted) throw error;
  }
  return count;
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
