import type { Message } from 'kafkajs';

/** What waits to be sent. `settled` becomes true when it no longer does, e.g. at its deadline. */
export interface QueuedMessage {
  readonly topic: string;
  readonly message: Message;
  readonly bytes: number;
  readonly settled: boolean;
}

export interface BatchLimits {
  readonly maxBatchBytes: number;
  readonly maxBatchMessages: number;
  /** Largest record batch that the topic's broker takes (`max.message.bytes` bounds the batch, not the message). */
  readonly maxTopicBytes: (topic: string) => number;
}

const RECORD_OVERHEAD = 32;
const HEADER_OVERHEAD = 8;

/** Bytes that a message takes in a record batch, rather too many than too few. */
export function bytesOf({ key, value, headers }: Message): number {
  let bytes = RECORD_OVERHEAD + lengthOf(key) + lengthOf(value);
  for (const name in headers) bytes += HEADER_OVERHEAD + Buffer.byteLength(name) + lengthOf(headers[name] as string);
  return bytes;
}

function lengthOf(content: string | Buffer | null | undefined): number {
  return content ? Buffer.byteLength(content) : 0;
}

/**
 * Takes the next batch off the queue's head, in order: as many as fit, at least one. What is settled is dropped.
 */
export function takeBatch<Queued extends QueuedMessage>(queue: Queued[], limits: BatchLimits): Queued[] {
  const batch: Queued[] = [];
  const topicBytes = new Map<string, number>();
  let bytes = 0;
  let taken = 0;
  for (const queued of queue) {
    if (queued.settled) {
      taken += 1;
      continue;
    }
    const inTopic = (topicBytes.get(queued.topic) ?? 0) + queued.bytes;
    const fits =
      bytes + queued.bytes <= limits.maxBatchBytes &&
      inTopic <= limits.maxTopicBytes(queued.topic) &&
      batch.length < limits.maxBatchMessages;
    if (!fits && batch.length > 0) break;
    batch.push(queued);
    topicBytes.set(queued.topic, inTopic);
    bytes += queued.bytes;
    taken += 1;
  }
  queue.splice(0, taken);
  return batch;
}

/** Messages by topic, in order. */
export function byTopic(batch: readonly QueuedMessage[]): { topic: string; messages: Message[] }[] {
  const grouped = new Map<string, Message[]>();
  for (const { topic, message } of batch) {
    const messages = grouped.get(topic);
    if (messages) messages.push(message);
    else grouped.set(topic, [message]);
  }
  return [...grouped].map(([topic, messages]) => ({ topic, messages }));
}

/**
 * Smaller batches, of which fewer fail: one for each topic, else two halves. Sent one after another they keep the order
 * of each topic.
 */
export function splitBatch<Queued extends QueuedMessage>(batch: readonly Queued[]): Queued[][] {
  const topics = new Set(batch.map(({ topic }) => topic));
  if (topics.size > 1) return [...topics].map((topic) => batch.filter((queued) => queued.topic === topic));
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}
