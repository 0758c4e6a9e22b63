import type { Kafka, Message, RecordMetadata } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PipelineError } from '../errors.ts';
import { createRetryPolicy } from '../retryPolicy.ts';
import { backlogFull, timedOut, toProduceError, unreachable } from './produceErrors.ts';
import { type ProduceFailure, toProduceFailure } from './produceFailure.ts';
import { byTopic, bytesOf, type QueuedMessage, splitBatch, takeBatch } from './producerBatch.ts';
import { createSender, type Sender } from './producerSender.ts';

const MIB = 1_024 * 1_024;

export interface ProducerMessage {
  /** Deployed name, with prefix. */
  readonly topic: string;
  readonly key: string | null;
  /** null: a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** (Default: by the key, as Java's producer does it) */
  readonly partition?: number;
}

export interface ProducerQueueOptions {
  readonly kafka: Pick<Kafka, 'producer'>;
  /** A batch has at most so many bytes, unless its only message is larger. (Default: 1 MiB less a reserve) */
  readonly maxBatchBytes?: number;
  /** (Default: 2,000) */
  readonly maxBatchMessages?: number;
  /**
   * What the topic's `max.message.bytes` is, by deployed name. It bounds all that one request carries for a partition,
   * so without it many small messages for a topic with a small limit cost refused requests. (Default: unknown)
   */
  readonly maxTopicBytes?: (topic: string) => number | undefined;
  /** What may wait, the batch under way included. (Default: 64 MiB) */
  readonly maxBacklogBytes?: number;
  /** From `send` to its failure. (Default: 30,000) */
  readonly deliveryTimeoutMs?: number;
  /** After so long without an answer from the client, its producer is given up. (Default: 120,000) */
  readonly stuckAfterMs?: number;
  /** Called when a batch is tried again, for logs and metrics. Must not throw. */
  readonly onRetry?: (retry: { readonly attempt: number; readonly reason: string }) => void;
}

export interface ProducerQueue {
  /**
   * Resolves when the broker has been reached. `send` connects by itself: this is for readiness.
   * @throws PipelineError `transient`, `broker-unavailable`: the client has given up; call it again.
   */
  connect(): Promise<void>;
  /**
   * Resolves when all in-sync replicas have all of the messages. Messages of one key are written in the order of the
   * calls. A message may be written twice, never lost.
   *
   * Rejects after the fate of each of them is settled, with the first error:
   * @throws PipelineError `permanent`: `message-too-large`, `message-refused`. Only the message itself fails.
   * @throws PipelineError `transient`: `produce-timeout` (may have been written: send it again), `producer-backlog`,
   *   `producer-closed` (neither was taken), `unknown-topic` (run `npm run setup`), `produce-refused` (an ACL is missing),
   *   `batch-refused` (the broker's reason is in the text).
   */
  send(messages: readonly ProducerMessage[]): Promise<void>;
  /** Takes no more, sends what waits (at most until its deadline), disconnects. */
  close(): Promise<void>;
  /** Bytes that wait or are under way. */
  readonly backlogBytes: number;
}

interface Entry extends QueuedMessage {
  readonly message: Message;
  settled: boolean;
  /** The first call wins: an answer after the deadline changes nothing. */
  readonly settle: (error?: PipelineError) => void;
}

/**
 * Everything that a process produces outside of transactions goes through one of these, and nothing else calls
 * kafkajs' `send`. Group commit: what queues while a request is under way is the next one.
 *
 * At most one `sendBatch` is outstanding. kafkajs gives sequence numbers out before it sends and takes them back when a
 * request fails; when calls overlap and a connection is cut, two batches get the same numbers, the broker takes the
 * second for a repetition of the first, acknowledges it and drops it. (Measured with kafkajs 2.2.4, idempotent,
 * overlapping `send()` calls, the connection cut before every 20th answer: after 25 cuts 25 acknowledged records were
 * missing and 24 there twice; `maxInFlightRequests: 1` changes nothing, since the numbers are given out before that
 * queue. With one outstanding call none was missing.) For the same reason a producer is given up after any failure that
 * kafkajs' own retries, which repeat the very same batch, did not mend: the next batch may not reuse its numbers.
 */
export function createProducerQueue(options: ProducerQueueOptions): ProducerQueue {
  const { deliveryTimeoutMs = 30_000, maxBacklogBytes = 64 * MIB, maxBatchBytes = MIB - 16_384, onRetry } = options;
  const limits = {
    maxBatchBytes,
    maxBatchMessages: options.maxBatchMessages ?? 2_000,
    maxTopicBytes: (topic: string) => options.maxTopicBytes?.(topic) ?? Number.POSITIVE_INFINITY,
  };
  const backoff = createRetryPolicy({ baseMs: 100, capMs: 2_000 });
  const waiting: Entry[] = [];
  const unsettled = new Set<Promise<void>>();
  let sender: Sender | undefined;
  let running = false;
  let closed = false;
  let backlogBytes = 0;

  async function run(): Promise<void> {
    for (let batch = takeBatch(waiting, limits); batch.length > 0; batch = takeBatch(waiting, limits)) {
      await deliver(batch);
    }
    running = false;
  }

  /** Ends when each message of the batch is settled. */
  async function deliver(batch: Entry[]): Promise<void> {
    const parts = [batch];
    for (let attempt = 1; parts.length > 0; ) {
      const part = parts.shift()?.filter((entry) => !entry.settled) ?? [];
      if (part.length === 0) continue;
      const failure = await trySend(part);
      const left = part.filter((entry) => !entry.settled);
      if (failure === undefined || left.length === 0) {
        attempt = 1;
      } else if (failure.kind === 'again') {
        parts.unshift(left);
        onRetry?.({ attempt, reason: failure.why });
        await sleep(backoff.delayAfter(attempt++, toProduceError(failure, left[0])));
      } else if (isCulprit(failure, left)) {
        for (const entry of left) entry.settle(toProduceError(failure, left[0]));
      } else {
        parts.unshift(...splitBatch(left));
      }
    }
  }

  /** Sends once (with kafkajs' own retries) and settles what is acknowledged. */
  async function trySend(part: readonly Entry[]): Promise<ProduceFailure | undefined> {
    const used = (sender ??= createSender(options));
    try {
      const answers = await used.sendBatch(byTopic(part));
      const missing = acknowledge(part, answers, used);
      if (missing === undefined) return undefined;
      throw new Error(`kafkajs reported success without an answer for ${missing}`);
    } catch (error) {
      sender = undefined;
      await used.close();
      return toProduceFailure(error);
    }
  }

  /**
   * A partition that the answers do not name was not written: kafkajs leaves it out when its leader moves, between two
   * tries, to a broker that has answered already.
   */
  function acknowledge(part: readonly Entry[], answers: readonly RecordMetadata[], used: Sender): string | undefined {
    const written = new Set(
      answers.filter((answer) => answer.errorCode === 0).map((answer) => `${answer.topicName}-${answer.partition}`),
    );
    let missing: string | undefined;
    for (const entry of part) {
      const target = `${entry.topic}-${used.partitionOf(entry.message)}`;
      if (written.has(target)) entry.settle();
      else missing ??= target;
    }
    return missing;
  }

  /** `settled` hears once what became of it. */
  function enqueue(queued: Pick<Entry, 'topic' | 'message' | 'bytes'>, settled: (error?: PipelineError) => void): void {
    const { topic, bytes } = queued;
    const expiry = setTimeout(() => entry.settle(timedOut(topic, deliveryTimeoutMs)), deliveryTimeoutMs);
    const entry: Entry = {
      ...queued,
      settled: false,
      settle(error) {
        if (entry.settled) return;
        entry.settled = true;
        clearTimeout(expiry);
        backlogBytes -= bytes;
        settled(error);
      },
    };
    backlogBytes += bytes;
    waiting.push(entry);
  }

  /** Settles when each of them is, with the error of the first in their order that failed. */
  function sendAll(entries: readonly Pick<Entry, 'topic' | 'message' | 'bytes'>[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const errors: (PipelineError | undefined)[] = [];
      let left = entries.length;
      if (left === 0) resolve();
      entries.forEach((entry, index) =>
        enqueue(entry, (error) => {
          errors[index] = error;
          left -= 1;
          if (left > 0) return;
          const first = errors.find((each) => each !== undefined);
          if (first) reject(first);
          else resolve();
        }),
      );
    });
  }

  return {
    async connect() {
      const used = (sender ??= createSender(options));
      try {
        await used.connect();
      } catch (error) {
        if (sender === used) sender = undefined;
        await used.close();
        throw unreachable(error);
      }
    },
    async send(messages) {
      if (closed)
        throw new PipelineError('transient', 'producer-closed', 'The producer is closing; nothing was taken.', {
          notSent: true,
        });
      for (const message of messages) check(message);
      const entries = messages.map(toEntry);
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
      if (backlogBytes > 0 && backlogBytes + bytes > maxBacklogBytes) throw backlogFull(backlogBytes, maxBacklogBytes);
      const result = sendAll(entries);
      unsettled.add(result);
      if (!running) {
        running = true;
        queueMicrotask(() => void run());
      }
      try {
        await result;
      } finally {
        unsettled.delete(result);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled([...unsettled]);
      await sender?.close();
      sender = undefined;
    },
    get backlogBytes() {
      return backlogBytes;
    },
  };
}

/** A copy: the caller may use its own again. */
function toEntry({ topic, key, value, headers, partition }: ProducerMessage) {
  const message: Message = { key, value, headers: { ...headers }, ...(partition === undefined ? {} : { partition }) };
  return { topic, message, bytes: bytesOf(message) };
}

/** Can nobody but these be the reason? */
function isCulprit(failure: ProduceFailure, entries: readonly Entry[]): boolean {
  return failure.kind === 'message' ? entries.length === 1 : new Set(entries.map(({ topic }) => topic)).size === 1;
}

/** kafkajs fails the whole request for one malformed message, so it must not get there. */
function check({ topic, key, value, headers }: ProducerMessage): void {
  const sound =
    topic !== '' &&
    (key === null || typeof key === 'string') &&
    (value === null || Buffer.isBuffer(value)) &&
    Object.values(headers).every((content) => typeof content === 'string');
  if (sound) return;
  const message = `A message for topic "${topic}" is malformed: key a string or null, value a Buffer or null, headers strings.`;
  throw new PipelineError('permanent', 'defect', message, { stage: 'produce' });
}
