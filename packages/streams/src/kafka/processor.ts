import type { Topic } from '@pipeline/schemas';
import { createEffectPauses } from '../effectPauses.ts';
import { PipelineError } from '../errors.ts';
import { createFloodGuard, noFloodGuard } from '../floodGuard.ts';
import { createKeyedRunner } from '../keyedRunner.ts';
import { createLoopLoad } from '../loopLoad.ts';
import type { RawMessage } from '../message.ts';
import type { ProcessorObserver, ProcessorStatus } from '../observer.ts';
import { createParking } from '../parking.ts';
import { createSlots } from '../slots.ts';
import { stateOf, type Topology } from '../topology.ts';
import { toAccessError } from './access.ts';
import { coPartitioningAssigner } from './assigner.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createCommitTurns } from './commitTurns.ts';
import { createFailures } from './failures.ts';
import { createGroupConsumer, type AssignmentChange } from './groupConsumer.ts';
import { createHolding, heldRunnerKey } from './holding.ts';
import { createIntake } from './intake.ts';
import { createKeyExecution } from './keyExecution.ts';
import { createOwnership } from './ownership.ts';
import { createOffsetCommitter } from './offsetCommitter.ts';
import { createPassOver } from './passOver.ts';
import {
  committableOffsets,
  createPartitionWork,
  noteCommitted,
  type PartitionWork,
  type WorkItem,
} from './partitionWork.ts';
import type { ProcessorOptions } from './processorOptions.ts';
import { describeWork } from './processorStatus.ts';
import { createTableReader } from './tableReader.ts';
import { fetchTopicId } from './topicId.ts';
import { checkCompacted, commonPartitionCount } from './topicChecks.ts';
import { createTopicFacts, type OffsetsByTopic } from './topicFacts.ts';
import { within } from './within.ts';

/** One member of a stream processor's group. */
export interface Processor {
  /**
   * Checks the topics and joins the group. Call it again when it rejects.
   * @throws PipelineError `transient`: `topic-missing`, `partition-counts-differ`, `state-not-compacted`; and what
   *   kafkajs throws when no broker is reached. `status().problems` shows it too.
   */
  start(): Promise<void>;
  /**
   * Stops taking work, lets what runs finish for at most `graceMs`, commits, leaves the group. At any time, for good;
   * a second call waits for the first.
   */
  stop(graceMs: number): Promise<void>;
  /** Tries the key's waiting messages at once. */
  wake(key: string): void;
  status(): ProcessorStatus;
}

const MIB = 1_024 * 1_024;
/** A member that hears nothing for two sessions owns nothing any more. Less would tell of every pause of the broker. */
const SILENT_SESSIONS = 2;
/**
 * Of the state store, side by side: where a transaction is quick, one after another costs least, as each takes more with
 * it. See `CommitTurns` for where it is not. With little to do none waits for another.
 */
const TRANSACTIONS = { limit: 1, limitWhenIdle: 3 };
/**
 * While the event loop has little rest. Twice as many keys are in hand as there are slots, so that calls find the next one
 * prepared although its intent has waited for its turn.
 */
const BUSY = { load: 0.6, pace: { everyMs: 7, roundMs: 84 } };

export function createProcessor<Value, State>(options: ProcessorOptions<Value, State>): Processor {
  const topology = options.topology as unknown as Topology<unknown, unknown>;
  const { kafka, codec, producer, observer = {}, prefix = '', concurrency, group, sessionTimeoutMs = 10_000 } = options;
  const { maxUnfinished = 2_000, maxUnfinishedBytes = 64 * MIB, commitIntervalMs = 1_000 } = options;
  const deployed = (topic: Topic): string => `${prefix}${topic.name}`;
  const live = topology.sources.map(deployed);
  const lanes = (topology.lanes ?? []).map(deployed);
  const sources = [...live, ...lanes];
  const state = stateOf(topology);
  const stateTopic = state && deployed(state);
  const written = [...topology.sinks, topology.deadLetters, ...(state ? [state] : [])];
  const limits = new Map(written.map((topic) => [deployed(topic), topic.maxMessageBytes]));
  const stopped = new AbortController();
  const slots = createSlots(concurrency);
  const loopLoad = createLoopLoad();
  const pauses = createEffectPauses({
    onPaused: (effect, error) => observer.effectPaused?.(effect, error),
    onResumed: (effect) => observer.effectResumed?.(effect),
  });
  const parking = createParking({ afterMs: options.parkAfterMs ?? 60 * 60_000 });
  const flood = options.floodGuard === false ? noFloodGuard : createFloodGuard();
  const works = new Map<number, PartitionWork>();
  const facts = createTopicFacts(kafka);
  let statePolicy: string | undefined;
  let partitions = 0;
  let draining = false;
  let crashed = false;
  /** Why it has not joined. */
  let problem: string | undefined;
  let stopping: Promise<void> | undefined;

  const holding = createHolding({
    works: () => works.values(),
    submit: (key, item) => runner.submit(key, item),
    onStoreFailure: (work, store, error) => ownership.onStoreFailure(work, store, error),
    onDefect: (error) => observer.defect?.(error),
  });

  const isPassedOver = createPassOver({ topology, codec });
  const runner = createKeyedRunner<WorkItem>({
    limit: 2 * concurrency,
    run: createKeyExecution({
      topology,
      codec,
      producer,
      holding,
      isPassedOver,
      slots,
      pauses,
      failures: createFailures({ retry: options.retry, parking, flood }),
      onPassed: () => flood.passed(),
      parking,
      prefix,
      headersOf: options.headersOf,
      group,
      service: options.service,
      requestTimeoutMs: options.requestTimeoutMs,
      readTimeoutMs: options.readTimeoutMs,
      observer: { ...observer, finished: onFinished },
      partitions: () => partitions,
      isDraining: () => draining,
      isOwned: (work) => consumer.confirmed && works.get(work.partition) === work && work.status !== 'fenced',
      stopped: stopped.signal,
      onStoreFailure: (work, store, error) => ownership.onStoreFailure(work, store, error),
    }),
    onDefect: (error) => observer.defect?.(error),
  });

  const tables = createTableReader({
    tables: topology.tables ?? [],
    prefix,
    codec,
    consumer: () => consumer,
    onEntry: wake,
    onDefect: (error) => observer.defect?.(error),
    stopped: stopped.signal,
  });
  const topics = [...sources, ...tables.topics, ...(stateTopic ? [stateTopic] : [])];

  const consumer = createGroupConsumer({
    kafka,
    groupId: group,
    topics,
    assigner: coPartitioningAssigner(
      () => works.keys(),
      (error) => void (problem = error.message),
    ),
    sessionTimeoutMs,
    rebalanceTimeoutMs: 60_000,
    maxBytesPerPartition: 256 * 1_024,
    onAssigned,
    onMessages,
    onEnd: (...at) => intake.onEnd(...at),
    onRebalancing: () => void offsets.commit(),
    onCrash: (error, restarts) => {
      crashed ||= !restarts && !draining;
      problem = `the consumer crashed: ${(toAccessError(error, { reads: topics, writes: [], group }) ?? error).message}`;
      observer.crashed?.(error, restarts);
    },
  });

  const offsets = createOffsetCommitter({
    pending: () =>
      committableOffsets(works.values(), partitions).map(({ work, ...commit }) => ({
        ...commit,
        committed() {
          noteCommitted(work, commit);
          observer.committed?.(commit.topic, commit.partition, commit.offset);
        },
      })),
    intervalMs: commitIntervalMs,
    send: (commits) => consumer.commit(commits),
    onError: (error) => observer.defect?.(error),
  });

  const intake = createIntake({
    sources: live,
    lanes,
    works,
    partitions: () => partitions,
    consumer,
    submit: (key, ...items) => runner.submit(key, ...items),
    isInHand: (key) => runner.has(key),
    isPassedOver,
    concurrency,
    isBusy: () => runner.ready > 0 || slots.inUse >= concurrency,
    replayPerSecond: options.replayPerSecond,
    gathers: topology.coalesce ?? false,
    maxUnfinished,
    maxUnfinishedBytes,
    onConsumed: (topic, count) => observer.consumed?.(topic, count),
    onPassedOver: (raw) => onFinished(raw, 'done', 0),
  });

  // What is held is whole notifications, with personal data: they are not put on a disk.
  const checkpoints =
    options.stateDirectory !== undefined && stateTopic !== undefined && !topology.held
      ? createCheckpoints({
          directory: options.stateDirectory,
          topic: stateTopic,
          partitions: () => partitions,
          stateTopic: async () => ({
            id: await fetchTopicId(kafka, stateTopic),
            deleteRetentionMs: toNumber(await facts.setting(stateTopic, 'delete.retention.ms')),
          }),
          intervalMs: options.checkpointMs ?? 10 * 60_000,
          observer,
        })
      : undefined;

  const ownership = createOwnership({
    kafka,
    consumer,
    group,
    member: options.member,
    sources,
    tables: tables.topics,
    stateTopic,
    statePolicy: () => statePolicy,
    keysOfSources: topology.state !== undefined,
    partitions: () => partitions,
    maxBytes: (topic) => limits.get(topic),
    // That nothing is held is the rule, not a loss.
    acceptEmptyState: topology.held !== undefined || (options.acceptEmptyState ?? false),
    keepHeaders: topology.held !== undefined,
    turns: createCommitTurns({
      ...TRANSACTIONS,
      pace: { ...BUSY.pace, isBusy: () => loopLoad() > BUSY.load },
    }),
    checkpoints,
    retryMs: options.reopenMs ?? 5_000,
    offsets: () => facts.offsets(topics, group),
    stopped: stopped.signal,
    works: () => works.values(),
    isCurrent: (work) => works.get(work.partition) === work,
    release,
    onOpened: (work) => topology.held && holding.resume(work),
    retake(partition) {
      drop(partition);
      take(partition, facts.offsets(topics, group));
    },
    observer,
  });

  function onAssigned(change: AssignmentChange): void {
    const { acquired, retained, lost } = change;
    problem = undefined;
    // A fenced partition that the group gave to us again is a new chance to own it.
    const again = retained.filter((partition) => works.get(partition)?.status === 'fenced');
    for (const partition of [...lost, ...again]) drop(partition);
    tables.onAssigned(change);
    for (const work of works.values()) ownership.resume(work);
    const fresh = [...acquired, ...again];
    const known = fresh.length > 0 ? facts.offsets(topics, group) : undefined;
    for (const partition of fresh) take(partition, known);
    observer.assigned?.({ acquired, lost, owned: works.size });
  }

  function wake(key: string): void {
    runner.wake(key);
    runner.wake(heldRunnerKey(key));
  }

  function take(partition: number, known: Promise<OffsetsByTopic> | undefined): void {
    const work = createPartitionWork(partition, sources);
    works.set(partition, work);
    const idle = options.hold || draining ? sources : options.replayPerSecond === 0 ? lanes : [];
    for (const topic of idle) consumer.pause(topic, partition, 'held');
    ownership.open(work, known).catch((error: unknown) => observer.defect?.(error));
    intake.onTaken();
  }

  function drop(partition: number): void {
    const work = works.get(partition);
    if (!work) return;
    works.delete(partition);
    for (const topic of sources) consumer.resume(topic, partition, 'fenced');
    release(work);
  }

  function release(work: PartitionWork): void {
    work.abort.abort(
      new PipelineError('fenced', 'partition-lost', `Partition ${work.partition} was given to another member.`),
    );
    runner.remove((item) => item.work === work);
    // Handlers that still run may tell what became of their effects until the next owner fences the store.
    if (work.running === 0) void work.store?.close();
    intake.release(work);
  }

  function onMessages(topic: string, partition: number, messages: readonly RawMessage[]): void {
    const work = works.get(partition);
    if (!work) return;
    if (topic === stateTopic) ownership.onStateMessages(work, messages);
    else if (tables.topics.includes(topic)) tables.onMessages(messages);
    else intake.onMessages(work, topic, messages);
  }

  const onFinishedByCaller = observer.finished?.bind(observer);
  function onFinished(...args: Parameters<NonNullable<ProcessorObserver['finished']>>): void {
    onFinishedByCaller?.(...args);
    intake.onFinished(args[0]);
  }

  function describeSilence(): string[] {
    const { joined, silentMs } = consumer;
    if (!joined || silentMs <= SILENT_SESSIONS * sessionTimeoutMs) return [];
    return [`the broker has not answered a fetch or heartbeat for ${Math.round(silentMs / 1_000)} s`];
  }

  async function checkTopics(): Promise<void> {
    partitions = commonPartitionCount(await facts.countPartitions(topics));
    if (!stateTopic) return;
    statePolicy = await facts.setting(stateTopic, 'cleanup.policy');
    if (statePolicy !== undefined) checkCompacted(stateTopic, statePolicy);
  }

  async function stop(graceMs: number): Promise<void> {
    draining = true;
    offsets.stop();
    intake.close();
    for (const work of works.values()) for (const source of sources) consumer.pause(source, work.partition, 'held');
    await within(graceMs, runner.drain(), 'not all handlers ended').catch(() => undefined);
    stopped.abort(new PipelineError('transient', 'stopped', 'The service has stopped.'));
    await offsets.commitLast();
    try {
      await consumer.stop();
    } finally {
      await Promise.all([...works.values()].flatMap(({ store }) => (store ? [store.close()] : [])));
      await checkpoints?.settled();
      await facts.close();
    }
  }

  return {
    async start() {
      if (draining) return;
      try {
        await checkTopics();
        await consumer.start();
      } catch (error) {
        // Stopped meanwhile: its connections were closed under it.
        if (draining) return;
        problem = error instanceof Error ? error.message : String(error);
        throw error;
      }
      offsets.start();
    },
    stop: (graceMs) => (stopping ??= stop(graceMs)),
    wake,
    status() {
      return {
        ...describeWork({ works: [...works.values()], sources: live, lanes }),
        joined: consumer.joined,
        partitions,
        inFlight: slots.inUse,
        keysRunning: runner.running,
        keysWaiting: runner.waiting,
        deadLettersHeldBack: flood.holdingBack,
        pausedEffects: pauses.paused,
        crashed,
        problems: [
          ...(problem === undefined ? [] : [problem]),
          ...[...works.values()].flatMap((work) => (work.problem ? [work.problem.message] : [])),
          ...describeSilence(),
        ],
      };
    },
  };
}

const toNumber = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
