import type { Kafka } from 'kafkajs';
import { isPipelineError, PipelineError } from '../errors.ts';
import type { RawMessage } from '../message.ts';
import { decodeCommitMetadata } from '../commitMetadata.ts';
import type { ProcessorObserver } from '../observer.ts';
import { toAccessError } from './access.ts';
import type { GroupConsumer } from './groupConsumer.ts';
import { createMisplaced } from './ownPartition.ts';
import { CLAIM_KEY, claimingGroup, createPartitionStore, type PartitionStore } from './partitionStore.ts';
import type { PartitionWork } from './partitionWork.ts';
import { onAbort } from '../onAbort.ts';
import { pause } from '../pause.ts';
import { createSlots } from '../slots.ts';
import { startOffset } from './startOffset.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { CommitTurns } from './commitTurns.ts';
import { checkStatePartition } from './topicChecks.ts';
import { offsetsAt, type OffsetsByTopic, type PartitionOffsets } from './topicFacts.ts';

export interface OwnershipOptions {
  readonly kafka: Kafka;
  readonly consumer: Pick<GroupConsumer, 'pause' | 'resume' | 'seek' | 'heartbeatAt' | 'fetches'>;
  readonly group: string;
  readonly member: string;
  /** Deployed names; with the lanes. */
  readonly sources: readonly string[];
  readonly tables: readonly string[];
  readonly stateTopic: string | undefined;
  readonly statePolicy: () => string | undefined;
  /** The state has an entry for each key of the sources. */
  readonly keysOfSources: boolean;
  /** How many the topics had when this process started. */
  readonly partitions: () => number;
  readonly maxBytes: (topic: string) => number | undefined;
  readonly acceptEmptyState: boolean;
  /** The entries of the state have headers that matter. */
  readonly keepHeaders: boolean;
  /** undefined: the state is always read from its topic. */
  readonly checkpoints: Checkpoints | undefined;
  readonly turns: CommitTurns;
  /** Longest pause before the next try, milliseconds. */
  readonly retryMs: number;
  readonly offsets: () => Promise<OffsetsByTopic>;
  readonly stopped: AbortSignal;
  /** Of the present assignment. */
  readonly works: () => Iterable<PartitionWork>;
  /** Is it one of those? */
  readonly isCurrent: (work: PartitionWork) => boolean;
  /** Lets go what is in hand of it. */
  readonly release: (work: PartitionWork) => void;
  /** It is open, its state restored. */
  readonly onOpened: (work: PartitionWork) => void;
  /** Takes the partition as if it were newly assigned. */
  readonly retake: (partition: number) => void;
  readonly observer: ProcessorObserver;
}

/** How a partition that the group assigned to this process comes to be read, and ceases to be when another writes its state. */
export interface Ownership {
  /**
   * Position, checks, and with state: fence, claim, read until the claim. Then the sources flow. Tries until it
   * succeeds or the partition is lost; `work.problem` says meanwhile why it does not.
   *
   * @param first where everything lies, asked after the assignment
   */
  open(work: PartitionWork, first?: Promise<OffsetsByTopic>): Promise<void>;
  /** After a rebalance in which the partition stayed: kafkajs has forgotten where it was. */
  resume(work: PartitionWork): void;
  /** Messages of the state topic. */
  onStateMessages(work: PartitionWork, messages: readonly RawMessage[]): void;
  /** An append of this store failed: the partition is given up (`fenced`) or its state restored anew. */
  onStoreFailure(work: PartitionWork, store: PartitionStore, error: PipelineError): void;
}

/**
 * So many partitions are read back at once: what a fetch brings of all of them is in memory beside the state, and the
 * first of them are open sooner. With few records each is read at once: a turn would take longer than they do.
 */
const READ_BACK = 3;
const MANY = 10_000n;
const PROBE_MS = 3_000;
const PROGRESS_MS = 5_000;
const MOST_REREADS = 3;

export function createOwnership(options: OwnershipOptions): Ownership {
  const { consumer, group, sources, tables, stateTopic, stopped, observer } = options;
  const readingBack = createSlots(READ_BACK);
  /** Once an entry of the state was found where it does not belong, no partition is open any more. */
  let misplaced: PipelineError | undefined;
  const never = new AbortController().signal;
  const isWanted = (work: PartitionWork): boolean =>
    options.isCurrent(work) && !work.abort.signal.aborted && !stopped.aborted;

  async function open(work: PartitionWork, first = options.offsets()): Promise<void> {
    const { partition } = work;
    work.status = 'opening';
    for (const topic of sources) consumer.pause(topic, partition, 'opening');
    if (!work.positioned) for (const topic of tables) consumer.pause(topic, partition, 'opening');
    if (stateTopic) consumer.pause(stateTopic, partition, 'restored');
    let asked = first;
    for (let attempt = 1; ; attempt++) {
      try {
        const offsets = await asked;
        if (!isWanted(work)) return;
        position(work, offsets);
        if (stateTopic) await claim(work, stateTopic, offsets);
        else opened(work);
        return;
      } catch (error) {
        if (!isWanted(work)) return;
        report(work, misplaced ?? error);
        if (misplaced) return;
        const signal = AbortSignal.any([work.abort.signal, stopped]);
        await pause(Math.min(500 * attempt, options.retryMs), signal);
        if (!isWanted(work)) return;
        asked = options.offsets();
      }
    }
  }

  function report(work: PartitionWork, error: unknown): void {
    const problem = isPipelineError(error) ? error : notOpened(work.partition, error);
    // What all of them have is told once.
    if (![...options.works()].some((each) => each.problem?.message === problem.message)) observer.defect?.(problem);
    work.problem = problem;
  }

  function position(work: PartitionWork, offsets: OffsetsByTopic): void {
    const { partition } = work;
    if (stateTopic) {
      if (misplaced) throw misplaced;
      const { acceptEmptyState } = options;
      const policy = options.statePolicy();
      const partitions = options.partitions();
      checkStatePartition({ stateTopic, sources, partition, partitions, policy, offsets, acceptEmptyState });
    }
    if (work.positioned) return;
    for (const topic of sources) {
      const known = offsetsAt(offsets, topic, partition);
      const start = startOffset({ topic, partition, ...known });
      work.bounds.set(topic, { start: start.offset, end: known.high, behind: false });
      if (start.problem) observer.defect?.(start.problem);
      else resumeAbove(work, topic, known);
      consumer.seek(topic, partition, start.offset);
    }
    for (const topic of tables) {
      consumer.seek(topic, partition, offsetsAt(offsets, topic, partition).low);
      consumer.resume(topic, partition, 'opening');
    }
    work.positioned = true;
  }

  async function claim(work: PartitionWork, topic: string, offsets: OffsetsByTopic): Promise<void> {
    const { partition } = work;
    const { member, kafka, maxBytes, keepHeaders, checkpoints, turns } = options;
    const { low, high } = offsetsAt(offsets, topic, partition);
    const startedAt = work.restore?.startedAt ?? performance.now();
    const kept = await checkpoints?.load(partition, { low, high });
    if (!isWanted(work)) return;
    const store = createPartitionStore({
      ...{ kafka, topic, partition, member, group, maxBytes, keepHeaders, turns },
      ...(kept ? { entries: kept.entries, onClose: (clean) => kept.end(clean) } : {}),
    });
    kept?.follow(store);
    work.store = store;
    work.stateFrom = kept?.nextOffset ?? low;
    const source = kept?.nextOffset === undefined ? 'topic' : 'checkpoint';
    const ended = Promise.withResolvers<void>();
    const strays = createMisplaced(options.partitions);
    work.restore = { startedAt, end: high, source, begun: false, rereads: 0, misplaced: strays, ended };
    void tellProgress(work, store);
    // Explicitly from there: what the group may have committed of it, e.g. by an operator's reset, means nothing.
    consumer.seek(topic, partition, work.stateFrom);
    if (high - work.stateFrom > MANY) void readBackInTurn(work, topic, ended);
    else consumer.resume(topic, partition, 'restored');
    try {
      await store.open();
    } catch (error) {
      if (isWanted(work)) consumer.pause(topic, partition, 'restored');
      ended.resolve();
      await store.close();
      throw toAccessError(error, { reads: [], writes: [topic], transactions: `${topic}-` }) ?? error;
    }
    if (!isWanted(work)) await store.close();
    else if (misplaced) {
      await store.close();
      throw misplaced;
    } else if (store.ready) opened(work);
  }

  /** Lets its state be fetched when it is its turn, which lasts until the state is complete, or not wanted any more. */
  async function readBackInTurn(work: PartitionWork, topic: string, ended: PromiseWithResolvers<void>): Promise<void> {
    const unwanted = AbortSignal.any([work.abort.signal, stopped]);
    const unfollow = onAbort(unwanted, () => ended.resolve());
    await readingBack.use(never, async () => {
      if (work.restore?.ended === ended && isWanted(work)) consumer.resume(topic, work.partition, 'restored');
      await ended.promise;
    });
    unfollow();
  }

  /** The state is not what it must be: nothing of it is taken, and no partition is open any more. */
  function refuse(work: PartitionWork, problem: PipelineError): void {
    const isFirst = misplaced === undefined;
    misplaced ??= problem;
    report(work, misplaced);
    // What belongs to the open ones may lie here. Taken anew they are refused.
    if (isFirst) for (const each of [...options.works()]) if (each.status === 'open') options.retake(each.partition);
    work.restore?.ended.resolve();
    void work.store?.close();
    work.store = undefined;
  }

  function opened(work: PartitionWork): void {
    const { partition, store } = work;
    work.status = 'open';
    work.problem = undefined;
    if (stateTopic) consumer.pause(stateTopic, partition, 'restored');
    for (const topic of sources) {
      work.arrivals.set(topic, { arrivedAt: Date.now(), fetches: consumer.fetches });
      consumer.resume(topic, partition, 'opening');
    }
    options.onOpened(work);
    const { restore } = work;
    if (store && restore) {
      observer.restored?.(partition, store.size, performance.now() - restore.startedAt, restore.source);
      restore.ended.resolve();
      work.restore = undefined;
    }
  }

  async function tellProgress(work: PartitionWork, store: PartitionStore): Promise<void> {
    const signal = AbortSignal.any([work.abort.signal, stopped]);
    for (;;) {
      await pause(PROGRESS_MS, signal);
      const { restore } = work;
      if (work.store !== store || work.status !== 'opening' || !restore || !isWanted(work)) return;
      observer.restoring?.(work.partition, {
        source: restore.source,
        entries: store.size,
        offset: store.restoredTo ?? work.stateFrom,
        end: restore.end,
        elapsedMs: performance.now() - restore.startedAt,
      });
    }
  }

  function fence(work: PartitionWork, topic: string): void {
    const { partition, stateFrom } = work;
    work.status = 'fenced';
    for (const source of sources) consumer.pause(source, partition, 'fenced');
    options.release(work);
    observer.fenced?.(partition);
    consumer.seek(topic, partition, stateFrom);
    consumer.resume(topic, partition, 'restored');
    void recover(work, topic, performance.now());
  }

  /**
   * The group gave us a partition that another process has fenced. If that was a member of our own group, it was late
   * with a claim on what it had already lost; then the partition is ours, and nobody else's. It must be proven first:
   * no claim of another group on record, and a heartbeat after the fence, for the one that is late may be we.
   */
  async function recover(work: PartitionWork, topic: string, fencedAt: number): Promise<void> {
    do {
      await pause(PROBE_MS, stopped);
      if (stopped.aborted || !options.isCurrent(work) || work.ownedElsewhere) return;
    } while (consumer.heartbeatAt < fencedAt);
    consumer.pause(topic, work.partition, 'restored');
    options.retake(work.partition);
  }

  return {
    open,
    resume(work) {
      if (stateTopic && work.store && work.status !== 'open') consumer.seek(stateTopic, work.partition, work.stateFrom);
    },
    onStateMessages(work, messages) {
      const { store, partition } = work;
      if (!store || !stateTopic) return;
      for (const message of messages) {
        if (work.status === 'opening' && isBehindAll(work, message)) {
          consumer.seek(stateTopic, partition, work.stateFrom);
          return;
        }
        if (work.status === 'opening') {
          if (options.keysOfSources && message.key !== CLAIM_KEY) work.restore?.misplaced.note(message);
          if (!store.restore(message)) continue;
          work.stateFrom = message.offset + 1n;
          consumer.pause(stateTopic, partition, 'restored');
          const problem = misplaced ?? work.restore?.misplaced.problem();
          if (problem) refuse(work, problem);
          else if (store.ready) opened(work);
          return;
        }
        if (work.status === 'fenced' && (claimingGroup(message) ?? group) !== group) {
          work.ownedElsewhere = true;
          consumer.pause(stateTopic, partition, 'restored');
          return;
        }
      }
    },
    onStoreFailure(work, store, error) {
      // A failure of an earlier store is no news: the present one has taken its place.
      if (!stateTopic || work.store !== store || work.status !== 'open' || !isWanted(work)) return;
      if (error.errorClass === 'fenced') return fence(work, stateTopic);
      if (error.code !== 'commit-unknown') return;
      void store.close();
      work.store = undefined;
      void open(work);
    },
  };
}

/**
 * The first message of a restore lies behind everything that was there before: it was not read from where it should
 * have been, and the claim would pass for the whole of the state. A state of which all was aborted looks the same, so
 * that in the end it is believed.
 */
function isBehindAll({ restore, stateFrom }: PartitionWork, { offset }: RawMessage): boolean {
  if (!restore || restore.begun) return false;
  const isBehind = restore.end > stateFrom && offset >= restore.end && restore.rereads < MOST_REREADS;
  if (isBehind) restore.rereads++;
  else restore.begun = true;
  return isBehind;
}

/** What the former owner has finished above its commit is not done again. */
function resumeAbove(work: PartitionWork, topic: string, { committed, metadata }: PartitionOffsets): void {
  if (committed === undefined) return;
  const { map } = decodeCommitMetadata(metadata, committed);
  if (map) work.trackers.get(topic)?.resume(map);
}

function notOpened(partition: number, cause: unknown): PipelineError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Partition ${partition} could not be opened, will try again: ${reason}`;
  return new PipelineError('transient', 'partition-not-opened', message, { cause });
}
