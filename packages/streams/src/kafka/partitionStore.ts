import { randomUUID } from 'node:crypto';
import type { Kafka, Producer, RecordMetadata, TopicMessages } from 'kafkajs';
import { type Instant, instant } from '../clock.ts';
import type { PipelineError } from '../errors.ts';
import { failpoint } from '../failpoints/failpoint.ts';
import type { RawMessage } from '../message.ts';
import { type CommitTurns, createCommitTurns } from './commitTurns.ts';
import { createStateEntries, type StateEntries, type StoreEntry } from '../state/stateEntries.ts';
import { chooseBatch, firstOffset, type QueuedAppend, type StoreMessage, toTopicMessages } from './storeBatch.ts';
import { closed, isTooLarge, notRestored, tooLarge, toStoreError } from './storeErrors.ts';

/** Key of the messages with which an owner claims a partition of a state topic. Never a key of the domain. */
export const CLAIM_KEY = '__claim';
const CLAIM_HEADER = 'claim';
const GROUP_HEADER = 'group';

/** The consumer group whose member wrote this claim; undefined: it is not a claim. */
export const claimingGroup = ({ key, headers }: RawMessage): string | undefined =>
  key === CLAIM_KEY ? (headers[GROUP_HEADER] ?? '') : undefined;

/**
 * The state of one partition: a map in memory, backed by the partition of a compacted topic that has one writer.
 *
 * The writer is a transactional producer whose id names the partition, so that a new owner fences the former one
 * whatever its group. Life: `open` (fence, claim) → the consumer hands every message of the partition to `restore`
 * until it has seen the claim → `ready` → reads and appends.
 */
export interface PartitionStore {
  /**
   * Fences the former owner and commits a claim. Resolves when the claim is acknowledged; once `close` was called it
   * rejects rather than fence an owner that came after us.
   */
  open(): Promise<void>;
  /** One message of the state partition. true: it was our claim, the state is complete. */
  restore(message: RawMessage): boolean;
  /** Opened and restored, in whatever order the two were learned. */
  readonly ready: boolean;
  get(key: string): Buffer | undefined;
  /** Was it written by this owner, not read back? */
  isOwn(key: string): boolean;
  /**
   * Commits the entry together with further messages; what queues meanwhile goes into the next transaction.
   * @throws PipelineError `fenced`; `transient` with code `commit-unknown`: open a new store; `permanent`,
   * `message-too-large`: nothing of it is in the log.
   */
  append(entry: StoreEntry, also: readonly StoreMessage[]): Promise<Instant>;
  /** Every entry, in the order of their first appearance. */
  list(): Iterable<StoreEntry>;
  close(): Promise<void>;
  readonly ownedSince: Instant;
  readonly size: number;
  /** What the entries take in memory. */
  readonly bytes: number;
  /** What was read back or committed so far; undefined: nothing, or it is not restored yet. */
  readonly position: StorePosition | undefined;
  /** One past the last offset that was read back; undefined: none was. */
  readonly restoredTo: bigint | undefined;
}

export interface StorePosition {
  /** Everything committed below this offset of the state partition is in the store. */
  readonly nextOffset: bigint;
  /** Milliseconds since the epoch, by this process: then nothing was above. */
  readonly asOf: number;
}

export interface PartitionStoreOptions {
  readonly kafka: Kafka;
  /** Deployed name of the state topic. */
  readonly topic: string;
  readonly partition: number;
  readonly member: string;
  /** Consumer group, told in the claim. */
  readonly group: string;
  /** `max.message.bytes` by deployed name of a topic: it bounds what one transaction writes to a partition of it. */
  readonly maxBytes?: (topic: string) => number | undefined;
  /** Shared with the other stores of the process. (Default: its own, it waits for nobody) */
  readonly turns?: CommitTurns;
  readonly transactionTimeoutMs?: number;
  /** (Default: false) */
  readonly keepHeaders?: boolean;
  /** What is known already. (Default: nothing) */
  readonly entries?: StateEntries;
  /** Called once, before it resolves that it is closed. `clean`: no append has failed. */
  readonly onClose?: (clean: boolean) => Promise<void>;
}

interface Sent {
  readonly sentAt: Instant;
  readonly records: readonly RecordMetadata[];
}

interface PendingAppend extends QueuedAppend {
  readonly resolve: (sentAt: Instant) => void;
  readonly reject: (error: PipelineError) => void;
}

export function createPartitionStore(options: PartitionStoreOptions): PartitionStore {
  const { topic, partition, member, group, turns = createCommitTurns({ limit: 1 }) } = options;
  const maxBytes = (name: string): number => options.maxBytes?.(name) ?? Number.POSITIVE_INFINITY;
  const claim = randomUUID();
  const entries = options.entries ?? createStateEntries(options);
  const producer = createWriter(options);
  let pending: PendingAppend[] = [];
  let committing = false;
  let opening: Promise<void> | undefined;
  let opened = false;
  let claimSeen = false;
  let failure: PipelineError | undefined;
  let ownedSince: Instant = { monotonic: 0, wall: 0 };
  let restoredTo: bigint | undefined;
  let nextOffset: bigint | undefined;
  let asOf = 0;
  let ending: Promise<void> | undefined;

  async function commit(batch: readonly TopicMessages[]): Promise<Sent> {
    const sentAt = instant();
    const transaction = await producer.transaction();
    let records: readonly RecordMetadata[];
    try {
      records = await transaction.sendBatch({ topicMessages: [...batch], acks: -1 });
    } catch (error) {
      await transaction.abort().catch(() => undefined);
      throw error;
    }
    await failpoint('store.beforeCommit', topic);
    await transaction.commit();
    await failpoint('store.afterCommit', topic);
    return { sentAt, records };
  }

  async function commitPending(): Promise<void> {
    if (committing) return;
    committing = true;
    while (pending.length > 0 && !failure) {
      const endTurn = await turns.take();
      // It may have been closed meanwhile. What else came meanwhile goes along.
      if (failure || pending.length === 0) {
        endTurn();
        break;
      }
      const batch = chooseBatch(pending, { topic, maxBytes, now: performance.now() });
      const taken = new Set(batch);
      pending = pending.filter((append) => !taken.has(append));
      try {
        const { sentAt, records } = await commit(toTopicMessages(batch, options));
        for (const { entry } of batch) apply(entry, true);
        advance(firstOffset(records, topic, partition), batch.length, sentAt);
        for (const { resolve } of batch) resolve(sentAt);
      } catch (error) {
        failure = toStoreError(error, topic, partition);
        // A batch of one that the broker calls too large will never fit; of several, the next try shows which it is.
        const reason = batch.length === 1 && isTooLarge(error) ? tooLarge(topic, partition, error) : failure;
        for (const { reject } of batch) reject(reason);
      } finally {
        endTurn();
      }
    }
    rejectPending();
    committing = false;
  }

  function rejectPending(): void {
    for (const { reject } of pending.splice(0)) reject(failure ?? closed(topic, partition));
  }

  function apply(entry: StoreEntry, own: boolean): void {
    const { key, value } = entry;
    if (value === null) entries.delete(key);
    else entries.set({ ...entry, value }, own);
  }

  /** This partition has no other writer: what lies between were control records. */
  function advance(first: bigint | undefined, count: number, sentAt: Instant): void {
    if (first === undefined) return;
    nextOffset = first + BigInt(count);
    asOf = sentAt.wall;
  }

  async function connectAndClaim(): Promise<void> {
    await producer.connect();
    // Lost while it connected: an init would now fence the next owner.
    if (failure) throw failure;
    const headers = { [CLAIM_HEADER]: claim, [GROUP_HEADER]: group, member };
    const { sentAt } = await commit([{ topic, messages: [{ partition, key: CLAIM_KEY, value: null, headers }] }]);
    asOf = sentAt.wall;
    ownedSince = instant();
    opened = true;
  }

  return {
    open: () => (opening ??= connectAndClaim()),
    restore({ key, value, headers, offset }) {
      restoredTo = nextOffset = offset + 1n;
      if (key === CLAIM_KEY) {
        claimSeen ||= headers[CLAIM_HEADER] === claim;
        return headers[CLAIM_HEADER] === claim;
      }
      if (key !== null) apply({ key, value, headers }, false);
      return false;
    },
    get ready() {
      return opened && claimSeen;
    },
    get: (key) => entries.get(key),
    list: () => entries.list(),
    isOwn: (key) => entries.isOwn(key),
    append(entry, also) {
      if (failure) return Promise.reject(failure);
      if (!opened || !claimSeen) return Promise.reject(notRestored(topic, partition));
      return new Promise((resolve, reject) => {
        pending.push({ entry, also, queuedAt: performance.now(), resolve, reject });
        void commitPending();
      });
    },
    async close() {
      const clean = !failure;
      failure ??= closed(topic, partition);
      rejectPending();
      await producer.disconnect().catch(() => undefined);
      // It may have connected again meanwhile.
      if (opening && !opened) {
        await opening.catch(() => undefined);
        await producer.disconnect().catch(() => undefined);
      }
      await (ending ??= options.onClose?.(clean));
    },
    get ownedSince() {
      return ownedSince;
    },
    get size() {
      return entries.size;
    },
    get bytes() {
      return entries.bytes;
    },
    get position() {
      return opened && claimSeen && nextOffset !== undefined ? { nextOffset, asOf } : undefined;
    },
    get restoredTo() {
      return restoredTo;
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
