import type { Kafka } from 'kafkajs';
import type { RawMessage } from '../message.ts';
import { createOffsetTracker, type OffsetTracker } from '../offsetTracker.ts';
import { coPartitioningAssigner } from './assigner.ts';
import { createGroupConsumer, type GroupConsumer, type GroupConsumerOptions } from './groupConsumer.ts';
import { createOffsetCommitter, type PendingCommit } from './offsetCommitter.ts';

export interface TopicConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** Deployed name. */
  readonly topic: string;
  /** Resolves when the message is done and its offset may be committed. Must not reject. */
  readonly onMessage: (message: RawMessage) => Promise<void>;
  /** Of all partitions of this member: beyond it no more is fetched; what one fetch brings may go beyond. */
  readonly maxUnfinished: number;
  readonly maxUnfinishedBytes: number;
  /** Told of each crash of the consumer, after which it starts anew. */
  readonly onError: (error: Error) => void;
  /** Told of each assignment: it reads. */
  readonly onJoined?: () => void;
  readonly sessionTimeoutMs: number;
  /** (Default: 1,000) */
  readonly commitIntervalMs?: number;
}

/** Reads a topic that is not one of ours, as a member of a group: no codec, no dead letters, no state. */
export interface TopicConsumer {
  /** Connects and joins. Rejects when the broker is not reached or the topic is missing: call it again. */
  start(): Promise<void>;
  /** Nothing is handed over any more; what was goes on. */
  pause(): void;
  /** Commits what is done and leaves the group. For good. */
  stop(): Promise<void>;
  readonly joined: boolean;
}

const MIB = 1_024 * 1_024;

/** Messages are handed over at once and may end in any order; committed is what has ended without a gap. */
export function createTopicConsumer(options: TopicConsumerOptions): TopicConsumer {
  const { kafka, groupId, topic, onMessage, maxUnfinished, maxUnfinishedBytes, onError } = options;
  const { sessionTimeoutMs, commitIntervalMs = 1_000 } = options;
  const trackers = new Map<number, OffsetTracker>();
  const committed = new Map<number, bigint>();
  let paused = false;

  const consumer: GroupConsumer = createGroupConsumer({
    kafka,
    groupId,
    topics: [topic],
    assigner: coPartitioningAssigner(() => trackers.keys(), onError),
    sessionTimeoutMs,
    rebalanceTimeoutMs: sessionTimeoutMs * 2,
    maxBytesPerPartition: MIB,
    onAssigned,
    onMessages,
    onRebalancing: () => void offsets.commit(),
    onCrash: onError,
  });

  const offsets = createOffsetCommitter({
    pending: toPending,
    intervalMs: commitIntervalMs,
    send: (commits) => consumer.commit(commits),
    onError: (error) => onError(error as Error),
  });

  function onAssigned({ acquired, lost }: Parameters<GroupConsumerOptions['onAssigned']>[0]): void {
    // What is still being done of a lost partition will be done again by its next owner: its tracker goes.
    for (const partition of lost) {
      trackers.delete(partition);
      committed.delete(partition);
    }
    for (const partition of acquired) trackers.set(partition, createOffsetTracker());
    options.onJoined?.();
  }

  function onMessages(_topic: string, partition: number, messages: readonly RawMessage[]): void {
    const tracker = trackers.get(partition);
    if (!tracker || paused) return;
    for (const message of messages) {
      if (!tracker.start(message.offset, message.value?.length ?? 0, Date.now())) continue;
      void onMessage(message).then(() => {
        tracker.finish(message.offset);
        if (trackers.get(partition) === tracker) flow(partition, tracker);
      });
    }
    flow(partition, tracker);
  }

  /** On again at half, so that it does not turn at each message. */
  function flow(partition: number, { unfinished, unfinishedBytes }: OffsetTracker): void {
    const most = maxUnfinished / trackers.size;
    const mostBytes = maxUnfinishedBytes / trackers.size;
    if (unfinished >= most) consumer.pause(topic, partition, 'too-many');
    else if (unfinished <= most / 2) consumer.resume(topic, partition, 'too-many');
    if (unfinishedBytes >= mostBytes) consumer.pause(topic, partition, 'too-large');
    else if (unfinishedBytes <= mostBytes / 2) consumer.resume(topic, partition, 'too-large');
  }

  function toPending(): PendingCommit[] {
    return [...trackers].flatMap(([partition, { finished }]) => {
      const offset = finished?.from;
      if (offset === undefined || offset === committed.get(partition)) return [];
      const noted = () => void (trackers.has(partition) && committed.set(partition, offset));
      return [{ topic, partition, offset, metadata: '', committed: noted }];
    });
  }

  return {
    async start() {
      await consumer.start();
      offsets.start();
    },
    pause() {
      paused = true;
    },
    async stop() {
      paused = true;
      offsets.stop();
      await offsets.commitLast();
      await consumer.stop();
    },
    get joined() {
      return consumer.joined;
    },
  };
}
