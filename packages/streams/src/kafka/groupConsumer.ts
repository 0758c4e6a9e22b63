import kafkajs, { type Consumer, type Kafka, type PartitionAssigner } from 'kafkajs';
import type { RawMessage } from '../message.ts';

/** Why a partition is not fetched. It is fetched again once no reason is left. */
export type PauseReason = 'restoring' | 'back-pressure' | 'held' | 'restored' | 'fenced';

/** What changed with a rebalance. All subscribed topics are co-partitioned: a number stands for that partition of each. */
export interface AssignmentChange {
  readonly acquired: readonly number[];
  readonly retained: readonly number[];
  readonly lost: readonly number[];
}

export interface GroupConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly assigner: PartitionAssigner;
  readonly sessionTimeoutMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly maxBytesPerPartition: number;
  /** Called before anything of the new assignment is fetched. Synchronous. */
  readonly onAssigned: (change: AssignmentChange) => void;
  /** Takes what was fetched; it only enqueues, so that the next fetch starts at once. */
  readonly onMessages: (topic: string, partition: number, messages: readonly RawMessage[]) => void;
  readonly onCrash: (error: Error, restarts: boolean) => void;
}

/**
 * A member of a consumer group that fetches all the time and never waits for what it handed over. Committing is the
 * caller's part.
 */
export interface GroupConsumer {
  start(): Promise<void>;
  /** Leaves the group. */
  stop(): Promise<void>;
  pause(topic: string, partition: number, reason: PauseReason): void;
  resume(topic: string, partition: number, reason: PauseReason): void;
  isPaused(topic: string, partition: number): boolean;
  /** Reads the partition of a topic from this offset next. */
  seek(topic: string, partition: number, offset: bigint): void;
  /** Commits; resolves to false when the group is rebalancing or has lost the member: the records will come again. */
  commit(
    offsets: readonly { readonly topic: string; readonly partition: number; readonly offset: bigint }[],
  ): Promise<boolean>;
  readonly joined: boolean;
  readonly pausedCount: (reason: PauseReason) => number;
}

export function createGroupConsumer(options: GroupConsumerOptions): GroupConsumer {
  const { kafka, groupId, topics, sessionTimeoutMs } = options;
  const consumer: Consumer = kafka.consumer({
    groupId,
    partitionAssigners: [options.assigner],
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.max(250, Math.floor(sessionTimeoutMs / 5)),
    rebalanceTimeout: options.rebalanceTimeoutMs,
    maxBytesPerPartition: options.maxBytesPerPartition,
    maxWaitTimeInMs: 250,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 10_000, retries: 10 },
  });
  const reasons = new Map<string, Set<PauseReason>>();
  let assigned = new Set<number>();
  let joined = false;

  const address = (topic: string, partition: number): string => `${topic}/${partition}`;

  // Between assignments there is nothing to set: kafkajs may have no group then, and the next assignment sets all flags.
  function apply(topic: string, partition: number): void {
    if (!joined) return;
    const target = [{ topic, partitions: [partition] }];
    if (reasons.get(address(topic, partition))?.size) consumer.pause(target);
    else consumer.resume(target);
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    const now = new Set(Object.values(payload.memberAssignment).flat());
    const change = {
      acquired: [...now].filter((partition) => !assigned.has(partition)),
      retained: [...now].filter((partition) => assigned.has(partition)),
      lost: [...assigned].filter((partition) => !now.has(partition)),
    };
    assigned = now;
    joined = true;
    for (const partition of change.lost) for (const topic of topics) reasons.delete(address(topic, partition));
    options.onAssigned(change);
    // kafkajs keeps the pause flag of a revoked partition and loses all flags with a restart: set every one again.
    for (const partition of [...now, ...change.lost]) for (const topic of topics) apply(topic, partition);
  });
  consumer.on(consumer.events.REBALANCING, () => {
    joined = false;
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    joined = false;
    options.onCrash(payload.error, payload.restart);
  });

  return {
    async start() {
      await consumer.connect();
      // Nothing committed: a new group reads everything that there is.
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: async ({ batch, isStale }) => {
          if (isStale() || !assigned.has(batch.partition)) return Promise.resolve();
          const messages = batch.messages.map(
            (message): RawMessage => ({
              topic: batch.topic,
              partition: batch.partition,
              offset: BigInt(message.offset),
              key: message.key?.toString() ?? null,
              value: message.value,
              headers: toHeaders(message.headers),
              timestamp: Number(message.timestamp),
            }),
          );
          options.onMessages(batch.topic, batch.partition, messages);
          return Promise.resolve();
        },
      });
    },
    async stop() {
      joined = false;
      await consumer.disconnect();
    },
    pause(topic, partition, reason) {
      const set = reasons.get(address(topic, partition)) ?? new Set();
      reasons.set(address(topic, partition), set.add(reason));
      apply(topic, partition);
    },
    resume(topic, partition, reason) {
      if (reasons.get(address(topic, partition))?.delete(reason)) apply(topic, partition);
    },
    isPaused: (topic, partition) => Boolean(reasons.get(address(topic, partition))?.size),
    seek(topic, partition, offset) {
      if (joined) consumer.seek({ topic, partition, offset: offset.toString() });
    },
    async commit(offsets) {
      if (!joined || offsets.length === 0) return false;
      try {
        await consumer.commitOffsets(offsets.map((entry) => ({ ...entry, offset: entry.offset.toString() })));
        return true;
      } catch (error) {
        if (error instanceof kafkajs.KafkaJSError) return false;
        throw error;
      }
    },
    get joined() {
      return joined;
    },
    pausedCount: (reason) => [...reasons.values()].filter((set) => set.has(reason)).length,
  };
}

type KafkaHeaders = Record<string, Buffer | string | (Buffer | string)[] | undefined>;

function toHeaders(headers: KafkaHeaders | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers ?? {})) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) result[name] = last.toString();
  }
  return result;
}
