import type { Topic } from '@pipeline/schemas';
import type { Kafka } from 'kafkajs';
import { PipelineError, toPipelineError } from '../errors.ts';
import { createKeyedRunner } from '../keyedRunner.ts';
import type { RawMessage } from '../message.ts';
import type { ProcessorObserver, ProcessorStatus } from '../observer.ts';
import type { RetryPolicy } from '../retryPolicy.ts';
import { createSlots } from '../slots.ts';
import type { Topology } from '../topology.ts';
import { coPartitioningAssigner } from './assigner.ts';
import { createGroupConsumer, type AssignmentChange } from './groupConsumer.ts';
import { createKeyExecution, type ValueCodec } from './keyExecution.ts';
import { CLAIM_KEY, createPartitionStore } from './partitionStore.ts';
import { committableOffsets, createPartitionWork, type PartitionWork, type WorkItem } from './partitionWork.ts';
import type { ProducerQueue } from './producerQueue.ts';
import { createTableReader } from './tableReader.ts';

export interface ProcessorOptions<Value, State> {
  readonly topology: Topology<Value, State>;
  readonly kafka: Kafka;
  readonly codec: ValueCodec;
  readonly producer: ProducerQueue;
  readonly retry: RetryPolicy;
  /** Consumer group, with the deployment's prefix. */
  readonly group: string;
  /** Prefix of all topic names. (Default: none) */
  readonly prefix?: string;
  /** name@version */
  readonly service: string;
  /** Distinguishes this process in claims and entries. */
  readonly member: string;
  /** HTTP calls in flight. Intents run ahead of them by as many keys again. */
  readonly concurrency: number;
  readonly requestTimeoutMs: number;
  readonly readTimeoutMs: number;
  /** (Default: 10 s) */
  readonly sessionTimeoutMs?: number;
  /** (Default: 1 s) */
  readonly commitIntervalMs?: number;
  /** Unfinished messages of a partition above which it is not fetched. (Default: 2,000) */
  readonly maxUnfinished?: number;
  /** Unfinished bytes of the process above which nothing is fetched. (Default: 64 MiB) */
  readonly maxUnfinishedBytes?: number;
  /** The sources are not read: a switch that is off. State is restored all the same. */
  readonly hold?: boolean;
  readonly observer?: ProcessorObserver;
}

/** One member of a stream processor's group. */
export interface Processor {
  /** Joins the group. */
  start(): Promise<void>;
  /** Stops taking work, lets what runs finish for at most `graceMs`, commits, leaves the group. */
  stop(graceMs: number): Promise<void>;
  /** Tries the key's waiting messages at once. */
  wake(key: string): void;
  status(): ProcessorStatus;
}

const MIB = 1_024 * 1_024;

export function createProcessor<Value, State>(options: ProcessorOptions<Value, State>): Processor {
  const topology = options.topology as unknown as Topology<unknown, unknown>;
  const { kafka, codec, producer, observer = {}, prefix = '', concurrency } = options;
  const { maxUnfinished = 2_000, maxUnfinishedBytes = 64 * MIB, commitIntervalMs = 1_000 } = options;
  const deployed = (topic: Topic): string => `${prefix}${topic.name}`;
  const sources = topology.sources.map(deployed);
  const stateTopic = topology.state && deployed(topology.state);
  const stopped = new AbortController();
  const slots = createSlots(concurrency);
  const works = new Map<number, PartitionWork>();
  let draining = false;
  let crashed = false;
  let commitTimer: NodeJS.Timeout | undefined;

  const runner = createKeyedRunner<WorkItem>({
    limit: 2 * concurrency,
    run: createKeyExecution({
      topology,
      codec,
      producer,
      slots,
      retry: options.retry,
      prefix,
      group: options.group,
      service: options.service,
      requestTimeoutMs: options.requestTimeoutMs,
      readTimeoutMs: options.readTimeoutMs,
      observer: { ...observer, finished: onFinished },
      isDraining: () => draining,
      stopped: stopped.signal,
      onStoreFailure,
    }),
    onDefect: (error) => observer.defect?.(error),
  });

  const tables = createTableReader({
    tables: topology.tables ?? [],
    prefix,
    codec,
    onEntry: (key) => runner.wake(key),
    onDefect: (error) => observer.defect?.(error),
  });

  const consumer = createGroupConsumer({
    kafka,
    groupId: options.group,
    topics: [...sources, ...tables.topics, ...(stateTopic ? [stateTopic] : [])],
    assigner: coPartitioningAssigner(() => works.keys()),
    sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
    rebalanceTimeoutMs: 60_000,
    maxBytesPerPartition: 256 * 1_024,
    onAssigned,
    onMessages,
    onCrash: (error, restarts) => {
      crashed ||= !restarts;
      observer.crashed?.(error, restarts);
    },
  });

  function onAssigned({ acquired, retained, lost }: AssignmentChange): void {
    // A fenced partition that the group gave to us again is a new chance to own it.
    const again = retained.filter((partition) => works.get(partition)?.storeStatus === 'fenced');
    for (const partition of [...lost, ...again]) drop(partition);
    for (const partition of [...acquired, ...again]) take(partition);
    tables.onAssigned({ acquired, retained, lost }, consumer.seek);
    observer.assigned?.({ acquired, lost, owned: works.size });
  }

  function take(partition: number): void {
    const work = createPartitionWork(partition, sources, stateTopic !== undefined);
    works.set(partition, work);
    if (options.hold) for (const topic of sources) consumer.pause(topic, partition, 'held');
    if (stateTopic) void own(work, stateTopic);
  }

  function drop(partition: number): void {
    const work = works.get(partition);
    if (!work) return;
    works.delete(partition);
    release(work);
  }

  function release(work: PartitionWork): void {
    work.abort.abort(
      new PipelineError('fenced', 'partition-lost', `Partition ${work.partition} was given to another member.`),
    );
    runner.remove((item) => item.work === work);
    void work.store?.close();
  }

  /** Fence, claim, read until the claim: then the source opens. Tries until it succeeds or the partition is lost. */
  async function own(work: PartitionWork, topic: string, fromBeginning = false): Promise<void> {
    const { partition, abort } = work;
    for (const source of sources) consumer.pause(source, partition, 'restoring');
    consumer.resume(topic, partition, 'restored');
    work.storeStatus = 'opening';
    for (let attempt = 1; !abort.signal.aborted && !stopped.signal.aborted; attempt++) {
      const store = createPartitionStore({ kafka, topic, partition, member: options.member });
      try {
        if (fromBeginning || attempt > 1) consumer.seek(topic, partition, await lowestOffset(topic, partition));
        work.store = store;
        await store.open();
        return;
      } catch (error) {
        await store.close();
        observer.defect?.(toPipelineError(error));
        await new Promise((resolve) => setTimeout(resolve, Math.min(500 * attempt, 5_000)));
      }
    }
  }

  async function lowestOffset(topic: string, partition: number): Promise<bigint> {
    const admin = kafka.admin();
    await admin.connect();
    try {
      const offsets = await admin.fetchTopicOffsets(topic);
      return BigInt(offsets.find((entry) => entry.partition === partition)?.low ?? '0');
    } finally {
      await admin.disconnect();
    }
  }

  function onStoreFailure(work: PartitionWork, error: PipelineError): void {
    if (!stateTopic || work.storeStatus !== 'open' || works.get(work.partition) !== work) return;
    if (error.errorClass === 'fenced') {
      work.storeStatus = 'fenced';
      for (const source of sources) consumer.pause(source, work.partition, 'fenced');
      release(work);
      observer.fenced?.(work.partition);
    } else if (error.code === 'commit-unknown') {
      void work.store?.close();
      work.store = undefined;
      void own(work, stateTopic, true);
    }
  }

  function onMessages(topic: string, partition: number, messages: readonly RawMessage[]): void {
    const work = works.get(partition);
    if (!work) return;
    if (topic === stateTopic) restore(work, topic, messages);
    else if (tables.topics.includes(topic)) tables.onMessages(messages);
    else enqueue(work, topic, messages);
  }

  function restore(work: PartitionWork, topic: string, messages: readonly RawMessage[]): void {
    const { store, partition } = work;
    if (!store || work.storeStatus !== 'opening') return;
    for (const message of messages) {
      if (!store.restore(message)) continue;
      work.storeStatus = 'open';
      consumer.pause(topic, partition, 'restored');
      for (const source of sources) consumer.resume(source, partition, 'restoring');
      observer.restored?.(partition, store.size, performance.now() - store.ownedSince.monotonic);
      return;
    }
  }

  function enqueue(work: PartitionWork, topic: string, messages: readonly RawMessage[]): void {
    const tracker = work.trackers.get(topic);
    if (!tracker || work.storeStatus === 'fenced') return;
    observer.consumed?.(topic, messages.length);
    for (const raw of messages) {
      const bytes = (raw.value?.length ?? 0) + 200;
      if (!tracker.start(raw.offset, bytes, Date.now())) continue;
      // A claim, or a tombstone: nothing for a handler.
      if (raw.key === CLAIM_KEY || raw.value === null) tracker.finish(raw.offset);
      else runner.submit(raw.key ?? `${topic}/${work.partition}/${raw.offset}`, { raw, work, decoded: undefined });
    }
    if (tracker.unfinished > maxUnfinished) consumer.pause(topic, work.partition, 'back-pressure');
    if (unfinished().bytes > maxUnfinishedBytes) for (const owned of works.values()) pauseAll(owned);
  }

  function pauseAll(work: PartitionWork): void {
    for (const source of sources) consumer.pause(source, work.partition, 'back-pressure');
  }

  const onFinishedByCaller = observer.finished?.bind(observer);
  function onFinished(...args: Parameters<NonNullable<ProcessorObserver['finished']>>): void {
    onFinishedByCaller?.(...args);
    if (consumer.pausedCount('back-pressure') === 0 || unfinished().bytes > maxUnfinishedBytes / 2) return;
    for (const { partition, trackers } of works.values()) {
      for (const [topic, tracker] of trackers) {
        if (tracker.unfinished <= maxUnfinished / 2) consumer.resume(topic, partition, 'back-pressure');
      }
    }
  }

  function unfinished(): { count: number; bytes: number; oldestAt: number | undefined } {
    let count = 0;
    let bytes = 0;
    let oldestAt: number | undefined;
    for (const work of works.values()) {
      for (const tracker of work.trackers.values()) {
        count += tracker.unfinished;
        bytes += tracker.unfinishedBytes;
        const at = tracker.oldestUnfinishedAt;
        if (at !== undefined && (oldestAt === undefined || at < oldestAt)) oldestAt = at;
      }
    }
    return { count, bytes, oldestAt };
  }

  async function commit(): Promise<void> {
    const offsets = committableOffsets(works.values());
    if (!(await consumer.commit(offsets))) return;
    for (const { topic, partition, offset } of offsets) {
      works.get(partition)?.committed.set(topic, offset);
      observer.committed?.(topic, partition, offset);
    }
  }

  function scheduleCommit(): void {
    commitTimer = setTimeout(() => {
      commit()
        .catch((error: unknown) => observer.defect?.(error))
        .finally(() => {
          if (!draining) scheduleCommit();
        });
    }, commitIntervalMs);
  }

  return {
    async start() {
      await consumer.start();
      scheduleCommit();
    },
    async stop(graceMs) {
      draining = true;
      clearTimeout(commitTimer);
      for (const work of works.values()) for (const source of sources) consumer.pause(source, work.partition, 'held');
      let grace: NodeJS.Timeout | undefined;
      const expired = new Promise<void>((resolve) => {
        grace = setTimeout(resolve, graceMs);
      });
      await Promise.race([runner.drain(), expired]);
      clearTimeout(grace);
      stopped.abort(new PipelineError('transient', 'stopped', 'The service has stopped.'));
      await commit().catch((error: unknown) => observer.defect?.(error));
      await consumer.stop();
      await Promise.all([...works.values()].flatMap(({ store }) => (store ? [store.close()] : [])));
    },
    wake: (key) => runner.wake(key),
    status() {
      const { count, bytes, oldestAt } = unfinished();
      const owned = [...works.values()];
      return {
        joined: consumer.joined,
        ownedPartitions: owned.length,
        restoringPartitions: owned.filter((work) => work.storeStatus === 'opening').length,
        fencedPartitions: owned.filter((work) => work.storeStatus === 'fenced').map((work) => work.partition),
        inFlight: slots.inUse,
        keysRunning: runner.running,
        keysWaiting: runner.waiting,
        unfinished: count,
        unfinishedBytes: bytes,
        oldestUnfinishedAgeMs: oldestAt === undefined ? 0 : Date.now() - oldestAt,
        crashed,
      };
    },
  };
}
