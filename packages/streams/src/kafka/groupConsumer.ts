import type { Consumer, ConsumerHeartbeatEvent, EachBatchPayload, Kafka, PartitionAssigner } from 'kafkajs';
import { elapsedSince, type Instant } from '../clock.ts';
import type { RawMessage } from '../message.ts';
import { isCoordinatorNotFound } from './errorType.ts';
import { KafkaJSError } from './kafkajs/index.ts';
import type { Commit } from './partitionWork.ts';
import { toRawMessage } from './toRawMessage.ts';
import { within } from './within.ts';

/** Why a partition is not fetched. It is fetched again once no reason is left. */
export type PauseReason = 'opening' | 'restored' | 'held' | 'fenced' | 'too-many' | 'too-large' | 'table-behind';

/**
 * What changed with a rebalance. All subscribed topics are co-partitioned: a number stands for that partition of each.
 * A partition that another member may have had in between is lost and acquired, though we have it again.
 */
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
  /** Where the partition of a topic ends, each time that something was fetched of it; before `onMessages`. */
  readonly onEnd?: (topic: string, partition: number, end: bigint) => void;
  /** The group rebalances: the last moment to commit for what may be lost. */
  readonly onRebalancing: () => void;
  readonly onCrash: (error: Error, restarts: boolean) => void;
}

/**
 * A member of a consumer group that fetches all the time and never waits for what it handed over. Committing is the
 * caller's part.
 */
export interface GroupConsumer {
  /** Connects and joins. Rejects when the broker is not reached or a topic is missing: call it again. */
  start(): Promise<void>;
  /** Leaves the group, also when it is just joining. For good. */
  stop(): Promise<void>;
  pause(topic: string, partition: number, reason: PauseReason): void;
  resume(topic: string, partition: number, reason: PauseReason): void;
  isPaused(topic: string, partition: number): boolean;
  /** Reads the partition of a topic from this offset next, and again after the rebalance if there is one just now. */
  seek(topic: string, partition: number, offset: bigint): void;
  /** Commits; resolves to false when the group is rebalancing or has lost the member: the records will come again. */
  commit(commits: readonly Commit[]): Promise<boolean>;
  readonly joined: boolean;
  /**
   * Within a session the group has confirmed that nobody else is given what is assigned to this member; false while it
   * rebalances. Counted from when the group was asked, for the answer may have waited in a process that was frozen.
   */
  readonly confirmed: boolean;
  /** When the group was asked what last confirmed the membership, on the monotonic clock. */
  readonly heartbeatAt: number;
  /** Milliseconds since the broker last answered a fetch or a heartbeat. */
  readonly silentMs: number;
  /** Fetches that the brokers have answered. */
  readonly fetches: number;
}

/** Names of Kafka's requests whose answers confirm the membership. */
const CONFIRMING = new Set(['SyncGroup', 'Heartbeat']);
const LEAVE = 'LeaveGroup';
const STOP_MS = 10_000;
/** First and longest pause before it joins anew after a crash that kafkajs takes for final. */
const REJOIN_MS = 500;
const REJOIN_CAP_MS = 30_000;

export function createGroupConsumer(options: GroupConsumerOptions): GroupConsumer {
  const { kafka, groupId, topics, sessionTimeoutMs, rebalanceTimeoutMs } = options;
  /** Who is silent for longer, or does not join anew for longer, is a member no more. */
  const leaseMs = Math.min(sessionTimeoutMs, rebalanceTimeoutMs);
  const consumer: Consumer = kafka.consumer({
    groupId,
    partitionAssigners: [beforeJoining(options.assigner, () => void (joined = false))],
    sessionTimeout: sessionTimeoutMs,
    heartbeatInterval: Math.max(250, Math.floor(sessionTimeoutMs / 5)),
    rebalanceTimeout: rebalanceTimeoutMs,
    maxBytesPerPartition: options.maxBytesPerPartition,
    maxWaitTimeInMs: 250,
    allowAutoTopicCreation: false,
    retry: {
      initialRetryTime: 100,
      maxRetryTime: 10_000,
      retries: 10,
      restartOnFailure: () => Promise.resolve(!stopping),
    },
  });
  const reasons = new Map<string, Set<PauseReason>>();
  const seeks = new Map<string, { topic: string; partition: number; offset: bigint }>();
  let assigned = new Set<number>();
  let memberId: string | undefined;
  /** Of the assignment, as heartbeats tell; undefined: none was answered since. */
  let generation: number | undefined;
  let joined = false;
  let stopping = false;
  let starting: Promise<void> | undefined;
  let running = false;
  let rejoins = 0;
  let fetches = 0;
  let rejoining: NodeJS.Timeout | undefined;
  let aliveAt = performance.now();
  /** When the group was last asked something that confirms the membership, and when that which it has confirmed. */
  let askedAt: Instant | undefined;
  let confirmedAt: Instant | undefined;
  let commitOnce: EachBatchPayload['commitOffsetsIfNecessary'] | undefined;

  const address = (topic: string, partition: number): string => `${topic}/${partition}`;

  /**
   * When it cannot join anew at once, as while a broker starts, kafkajs goes on reading under the old assignment: so it is
   * told everything also between two assignments. It may have no group then; the next assignment sets all anew.
   */
  function tell(order: () => void): void {
    try {
      order();
    } catch (error) {
      if (joined) throw error;
    }
  }

  function apply(topic: string, partition: number): void {
    const target = [{ topic, partitions: [partition] }];
    const isPaused = reasons.get(address(topic, partition))?.size;
    tell(() => (isPaused ? consumer.pause(target) : consumer.resume(target)));
  }

  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    if (stopping) {
      if (starting) return;
      // It was starting anew after a crash, and kafkajs' stop does not see that: this ends it.
      throw new Error('The consumer was stopped while it joined.');
    }
    const now = new Set(Object.values(payload.memberAssignment).flat());
    // With a new member id we were out of the group for a while: somebody else may have had any of them.
    const kept = payload.memberId === memberId ? assigned : new Set<number>();
    const change = {
      acquired: [...now].filter((partition) => !kept.has(partition)),
      retained: [...now].filter((partition) => kept.has(partition)),
      lost: [...assigned].filter((partition) => !now.has(partition) || !kept.has(partition)),
    };
    memberId = payload.memberId;
    generation = undefined;
    confirmedAt = askedAt;
    assigned = now;
    joined = true;
    rejoins = 0;
    aliveAt = performance.now();
    for (const partition of change.lost) {
      for (const topic of topics) {
        reasons.delete(address(topic, partition));
        seeks.delete(address(topic, partition));
      }
    }
    options.onAssigned(change);
    for (const seek of seeks.values()) consumer.seek({ ...seek, offset: seek.offset.toString() });
    seeks.clear();
    // kafkajs keeps the pause flag of a revoked partition and loses all flags with a restart: set every one again.
    for (const partition of [...now, ...change.lost]) for (const topic of topics) apply(topic, partition);
  });
  consumer.on(consumer.events.REBALANCING, () => {
    options.onRebalancing();
    joined = false;
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    joined = false;
    confirmedAt = undefined;
    running &&= payload.restart;
    commitOnce = undefined;
    // kafkajs gives up for good when nobody coordinates the group, as while a broker starts: that passes.
    const passes = !payload.restart && !stopping && isCoordinatorNotFound(payload.error);
    options.onCrash(payload.error, payload.restart || passes);
    if (passes) rejoin();
  });
  consumer.on(consumer.events.FETCH, () => {
    fetches++;
    aliveAt = performance.now();
  });
  // Told of an answer, before what it says is.
  consumer.on(consumer.events.REQUEST, ({ payload: { apiName, duration, sentAt } }) => {
    if (apiName === LEAVE) confirmedAt = undefined;
    if (CONFIRMING.has(apiName)) askedAt = { monotonic: performance.now() - Math.max(0, duration), wall: sentAt };
  });
  consumer.on(consumer.events.HEARTBEAT, ({ payload }) => {
    aliveAt = performance.now();
    if (stopping) return;
    // The first one after an assignment tells which generation that was; what we heard of a rebalance since, nobody knows.
    if (joined) generation ??= payload.groupGenerationId;
    if (payload.memberId !== memberId || payload.groupGenerationId !== generation) throw unheard(payload);
    confirmedAt = askedAt;
    if (joined) return;
    // What looked like a rebalance was none, e.g. a broker that started: nothing is assigned anew.
    joined = true;
    seeks.clear();
  });

  function take({ batch, isStale, commitOffsetsIfNecessary }: EachBatchPayload): void {
    commitOnce = commitOffsetsIfNecessary;
    if (isStale() || !assigned.has(batch.partition)) return;
    const messages = batch.messages.map((message) => toRawMessage(batch.topic, batch.partition, message));
    options.onEnd?.(batch.topic, batch.partition, BigInt(batch.highWatermark));
    options.onMessages(batch.topic, batch.partition, messages);
  }

  async function join(): Promise<void> {
    if (running) return;
    await consumer.connect();
    // Nothing committed: a new group reads everything that there is.
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    if (stopping) return;
    running = true;
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async (payload) => {
        take(payload);
        return Promise.resolve();
      },
    });
  }

  async function start(): Promise<void> {
    if (stopping) return;
    starting ??= join().finally(() => {
      starting = undefined;
    });
    await starting;
  }

  function rejoin(): void {
    clearTimeout(rejoining);
    const afterMs = Math.min(REJOIN_CAP_MS, REJOIN_MS * 2 ** rejoins++);
    // Broker not reached, topic missing: as at the first start, it tries again.
    rejoining = setTimeout(() => void start().catch(rejoin), afterMs);
  }

  return {
    start,
    async stop() {
      stopping = true;
      joined = false;
      clearTimeout(rejoining);
      // kafkajs cannot stop a consumer that is just joining: it would go on without us.
      if (starting) await within(STOP_MS, starting, 'the consumer did not join').catch(() => undefined);
      await within(STOP_MS, consumer.disconnect(), 'the consumer did not leave its group');
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
      if (!joined && !assigned.has(partition)) return;
      tell(() => consumer.seek({ topic, partition, offset: offset.toString() }));
      if (!joined) seeks.set(address(topic, partition), { topic, partition, offset });
    },
    async commit(commits) {
      if (!commitOnce || commits.length === 0) return false;
      const byTopic = Map.groupBy(commits, ({ topic }) => topic);
      try {
        // Not `consumer.commitOffsets`: that tries for up to a minute, under whatever generation is then the present
        // one, and so sets back what the next owner of a lost partition has committed. And while the consumer stops or
        // restarts it resolves without having committed anything.
        await commitOnce({
          topics: [...byTopic].map(([topic, entries]) => ({
            topic,
            partitions: entries.map(({ partition, offset, metadata }) => ({
              partition,
              offset: offset.toString(),
              metadata,
            })),
          })),
        });
        return true;
      } catch (error) {
        if (error instanceof KafkaJSError) return false;
        throw error;
      }
    },
    get joined() {
      return joined;
    },
    get confirmed() {
      return joined && confirmedAt !== undefined && elapsedSince(confirmedAt) < leaseMs;
    },
    get heartbeatAt() {
      return confirmedAt?.monotonic ?? Number.NEGATIVE_INFINITY;
    },
    get silentMs() {
      return performance.now() - aliveAt;
    },
    get fetches() {
      return fetches;
    },
  };
}

/**
 * It is a member of a generation whose assignment it has not heard, since the connection broke before that was answered:
 * kafkajs goes on with the partitions of the last one. Thrown to it, this makes it join anew.
 */
function unheard({ memberId, groupGenerationId }: ConsumerHeartbeatEvent['payload']): Error {
  const message = `What generation ${groupGenerationId} assigns to member ${memberId} is not known; it joins anew.`;
  return Object.assign(new KafkaJSError(message), { type: 'REBALANCE_IN_PROGRESS' });
}

/** kafkajs asks the assigner for its protocol right before it joins; not before each does it tell of a rebalance. */
function beforeJoining(create: PartitionAssigner, onJoin: () => void): PartitionAssigner {
  return (config) => {
    const assigner = create(config);
    return {
      ...assigner,
      protocol(subscription) {
        onJoin();
        return assigner.protocol(subscription);
      },
    };
  };
}
