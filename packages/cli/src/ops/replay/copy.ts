import { setTimeout as sleep } from 'node:timers/promises';
import { replayHeaders } from '@pipeline/streams';
import { createProducerQueue, type ProducerMessage, type ProducerQueue } from '@pipeline/streams/kafka';
import type { Log, LogMessage } from '../kafka/log.ts';
import { checkGaps, type PlannedPartition, readChosen, type ReplayPlan, type ReplaySelection } from './plan.ts';

export interface CopyOptions {
  readonly log: Log;
  readonly plan: ReplayPlan;
  readonly selection: ReplaySelection;
  /** Messages per second. */
  readonly perSecond: number;
  readonly onCopied: (copied: number) => void;
}

/** Messages that are in memory at once, unless they are of one key. */
const CHUNK = 100;
/** Far below what a batch may have: what is sent at once is written as a whole or not at all. */
const MAX_SEND_BYTES = 256 * 1_024;

/**
 * Copies into the lane: key, bytes and headers as they are, to the same partition, in the order of each partition, which
 * take turns. One send is under way at a time, so that what is in the lane tells how far it came. Returns how many.
 * @throws Error with what Kafka said; planning again finds out what is left.
 */
export async function copyToLane({ log, plan, selection, perSecond, onCopied }: CopyOptions): Promise<number> {
  const { lane } = selection.source;
  const producer = createProducerQueue({ kafka: log.kafka, maxTopicBytes: () => lane.maxMessageBytes });
  const startedAt = performance.now();
  let copied = 0;
  try {
    for (let open = [...plan.partitions]; open.length > 0; ) {
      const rest: PlannedPartition[] = [];
      for (const planned of open) {
        const { partition, next } = planned;
        const to = chunkEnd(planned, selection, perSecond);
        const range = { from: next, to };
        const messages = await readChosen(log, { source: selection.source, partition, range, key: selection.key });
        checkGaps(log);
        await send(
          producer,
          messages.map((message) => toCopy(message, log.nameOf(lane), plan.replayId)),
        );
        copied += messages.length;
        onCopied(copied);
        await sleep(Math.max(0, startedAt + (copied * 1_000) / perSecond - performance.now()));
        if (to < planned.to) rest.push({ ...planned, next: to });
      }
      open = rest;
    }
    return copied;
  } finally {
    await producer.close();
  }
}

/** Of one key there are few messages, far apart: they are read at once. */
function chunkEnd({ next, to }: PlannedPartition, { key }: ReplaySelection, perSecond: number): bigint {
  const end = next + BigInt(Math.min(CHUNK, Math.ceil(perSecond)));
  return key === undefined && end < to ? end : to;
}

const toCopy = (message: LogMessage, topic: string, replayId: string): ProducerMessage => ({
  topic,
  partition: message.partition,
  key: message.key,
  value: message.value,
  headers: replayHeaders(message, replayId),
});

async function send(producer: ProducerQueue, messages: readonly ProducerMessage[]): Promise<void> {
  let together: ProducerMessage[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = message.value?.length ?? 0;
    if (together.length > 0 && bytes + size > MAX_SEND_BYTES) {
      await producer.send(together);
      together = [];
      bytes = 0;
    }
    together.push(message);
    bytes += size;
  }
  if (together.length > 0) await producer.send(together);
}
