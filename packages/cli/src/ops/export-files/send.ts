import { setTimeout as sleep } from 'node:timers/promises';
import type { ProducerQueue } from '@pipeline/streams/kafka';
import { toMessages } from './lane.ts';
import type { FoundEvent } from './readEvents.ts';

export interface SendRequest {
  readonly events: AsyncIterable<FoundEvent>;
  readonly importId: string;
  /** Line from which on nothing is in the lane for certain. */
  readonly fromLine: number;
  readonly queue: Pick<ProducerQueue, 'send'>;
  /** Deployed name. */
  readonly topic: string;
  readonly perSecond: number;
  /** Of the whole import, so that its pace does not begin anew with each file. */
  readonly pace: { readonly startedAt: number; sent: number };
  readonly onSent: () => void;
  readonly pause?: (ms: number) => Promise<unknown>;
}

const MAX_BATCH = 100;
/** Far below what a batch of the producer may have. */
const MAX_BATCH_BYTES = 256 * 1_024;

/**
 * Sends the events of a file at a pace, one batch at a time: what is in the lane tells how far it came.
 * @throws PipelineError of Kafka.
 */
export async function sendEvents(request: SendRequest): Promise<void> {
  const { events, importId, fromLine, queue, topic, perSecond, pace, onSent, pause = sleep } = request;
  const most = Math.min(MAX_BATCH, Math.max(1, Math.ceil(perSecond / 5)));
  let batch: FoundEvent[] = [];
  let bytes = 0;

  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    await queue.send(toMessages(batch, { topic, importId, now: new Date() }));
    pace.sent += batch.length;
    batch = [];
    bytes = 0;
    onSent();
    await pause(Math.max(0, pace.startedAt + (pace.sent * 1_000) / perSecond - performance.now()));
  }

  for await (const event of events) {
    if (event.line < fromLine) continue;
    const size = JSON.stringify(event.notification).length;
    if (batch.length >= most || bytes + size > MAX_BATCH_BYTES) await flush();
    batch.push(event);
    bytes += size;
  }
  await flush();
}
