import { randomUUID } from 'node:crypto';
import type { IHeaders, Kafka, Producer, TopicMessages } from 'kafkajs';
import { type Instant, instant } from '../clock.ts';
import { PipelineError } from '../errors.ts';
import type { RawMessage } from '../message.ts';

/** Key of the messages with which an owner claims a partition of a state topic. Never a key of the domain. */
export const CLAIM_KEY = '__claim';
const CLAIM_HEADER = 'claim';

export interface StoreMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The state of one partition: a map in memory, backed by the partition of a compacted topic that has one writer.
 *
 * The writer is a transactional producer whose id names the partition, so that a new owner fences the former one
 * whatever its group. Life: `open` (fence, claim) → the consumer hands every message of the partition to `restore`
 * until it has seen the claim → reads and appends.
 */
export interface PartitionStore {
  /** Fences the former owner and commits a claim. Resolves when the claim is acknowledged. */
  open(): Promise<void>;
  /** One message of the state partition. true: it was our claim, the state is complete. */
  restore(message: RawMessage): boolean;
  get(key: string): Buffer | undefined;
  /** Was it written by this owner, not read back? */
  isOwn(key: string): boolean;
  /**
   * Commits the entry together with further messages; what queues meanwhile goes into the next transaction.
   * @throws PipelineError `fenced`, or `transient` with code `commit-unknown`: open a new store.
   */
  append(
    entry: { readonly key: string; readonly value: Buffer | null },
    also: readonly StoreMessage[],
  ): Promise<Instant>;
  close(): Promise<void>;
  readonly ownedSince: Instant;
  readonly size: number;
}

export interface PartitionStoreOptions {
  readonly kafka: Kafka;
  /** Deployed name of the state topic. */
  readonly topic: string;
  readonly partition: number;
  readonly member: string;
  readonly transactionTimeoutMs?: number;
}

interface PendingAppend {
  readonly entry: { readonly key: string; readonly value: Buffer | null };
  readonly also: readonly StoreMessage[];
  readonly resolve: (sentAt: Instant) => void;
  readonly reject: (error: PipelineError) => void;
}

const MAX_ENTRIES_PER_TRANSACTION = 500;

export function createPartitionStore(options: PartitionStoreOptions): PartitionStore {
  const { topic, partition, member } = options;
  const claim = randomUUID();
  const entries = new Map<string, Buffer>();
  const own = new Set<string>();
  const producer = createWriter(options);
  let pending: PendingAppend[] = [];
  let committing = false;
  let failure: PipelineError | undefined;
  let ownedSince: Instant = { monotonic: 0, wall: 0 };

  async function commit(batch: readonly TopicMessages[]): Promise<Instant> {
    const sentAt = instant();
    const transaction = await producer.transaction();
    try {
      await transaction.sendBatch({ topicMessages: [...batch], acks: -1 });
    } catch (error) {
      await transaction.abort().catch(() => undefined);
      throw error;
    }
    await transaction.commit();
    return sentAt;
  }

  async function commitPending(): Promise<void> {
    if (committing) return;
    committing = true;
    while (pending.length > 0 && !failure) {
      const batch = pending.slice(0, MAX_ENTRIES_PER_TRANSACTION);
      pending = pending.slice(MAX_ENTRIES_PER_TRANSACTION);
      try {
        const sentAt = await commit(toTopicMessages(batch));
        for (const { entry } of batch) apply(entry.key, entry.value, true);
        for (const { resolve } of batch) resolve(sentAt);
      } catch (error) {
        failure = toStoreError(error, topic, partition);
        for (const { reject } of batch) reject(failure);
      }
    }
    for (const { reject } of pending.splice(0)) reject(failure ?? closed(topic, partition));
    committing = false;
  }

  function toTopicMessages(batch: readonly PendingAppend[]): TopicMessages[] {
    const byTopic = new Map<string, TopicMessages>();
    const add = (name: string, message: TopicMessages['messages'][number]): void => {
      const group = byTopic.get(name) ?? { topic: name, messages: [] };
      group.messages.push(message);
      byTopic.set(name, group);
    };
    for (const { entry, also } of batch) {
      add(topic, { partition, key: entry.key, value: entry.value });
      for (const { topic: name, key, value, headers } of also) {
        add(name, headers ? { key, value, headers: headers as IHeaders } : { key, value });
      }
    }
    return [...byTopic.values()];
  }

  function apply(key: string, value: Buffer | null, isOwn: boolean): void {
    if (value === null) entries.delete(key);
    else entries.set(key, value);
    if (isOwn) own.add(key);
  }

  return {
    async open() {
      await producer.connect();
      await commit([
        { topic, messages: [{ partition, key: CLAIM_KEY, value: null, headers: { [CLAIM_HEADER]: claim, member } }] },
      ]);
      ownedSince = instant();
    },
    restore({ key, value, headers }) {
      if (key === CLAIM_KEY) return headers[CLAIM_HEADER] === claim;
      // A copy: the value is a window on the whole fetch response, which it would keep in memory.
      if (key !== null) apply(key, value && Buffer.from(value), false);
      return false;
    },
    get: (key) => entries.get(key),
    isOwn: (key) => own.has(key),
    append(entry, also) {
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        pending.push({ entry, also, resolve, reject });
        void commitPending();
      });
    },
    async close() {
      failure ??= closed(topic, partition);
      await producer.disconnect().catch(() => undefined);
    },
    get ownedSince() {
      return ownedSince;
    },
    get size() {
      return entries.size;
    },
  };
}

function createWriter({ kafka, topic, partition, transactionTimeoutMs = 10_000 }: PartitionStoreOptions): Producer {
  return kafka.producer({
    transactionalId: `${topic}-${partition}`,
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    transactionTimeout: transactionTimeoutMs,
    // The broker answers CONCURRENT_TRANSACTIONS while it writes the last transaction's markers: a matter of
    // milliseconds, for which the default first pause of 300 ms is far too long.
    retry: { initialRetryTime: 3, retries: 30, maxRetryTime: 500, multiplier: 2 },
  });
}

const FENCED_TYPES = new Set(['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING']);

function kafkaErrorType(error: unknown): string | undefined {
  for (let current = error, depth = 0; current instanceof Error && depth < 5; current = current.cause, depth++) {
    const { type } = current as { type?: unknown };
    if (typeof type === 'string') return type;
  }
  return undefined;
}

function toStoreError(error: unknown, topic: string, partition: number): PipelineError {
  if (FENCED_TYPES.has(kafkaErrorType(error) ?? '')) {
    return new PipelineError('fenced', 'fenced', `Another process owns partition ${partition} of ${topic} now.`, {
      cause: error,
    });
  }
  const message = `Whether the last entries of partition ${partition} of ${topic} were committed is not known; the store is restored anew.`;
  return new PipelineError('transient', 'commit-unknown', message, { cause: error, stage: 'produce' });
}

const closed = (topic: string, partition: number): PipelineError =>
  new PipelineError('fenced', 'store-closed', `The store of partition ${partition} of ${topic} was closed.`);
