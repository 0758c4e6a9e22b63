import type { Message, RawMessage } from '../message.ts';
import { isBacklog, isComing } from '../catchUp.ts';
import { encodeCommitMetadata } from '../commitMetadata.ts';
import { createOffsetTracker, type OffsetTracker } from '../offsetTracker.ts';
import type { PipelineError } from '../errors.ts';
import type { RestoreSource } from '../observer.ts';
import type { Misplaced } from './ownPartition.ts';
import type { PartitionStore } from './partitionStore.ts';

/** What this process holds of one partition while it is assigned. A new assignment is a new object: stale results find no home. */
export interface PartitionWork {
  readonly partition: number;
  /** Aborts when the partition is lost or fenced. */
  readonly abort: AbortController;
  /** By deployed name of the source topic or lane. */
  readonly trackers: ReadonlyMap<string, OffsetTracker>;
  /** By deployed name of the source topic or lane. */
  readonly bounds: Map<string, Bounds>;
  /** By deployed name of the source topic or lane: when something last came, or could not since it was not fetched. */
  readonly arrivals: Map<string, Arrival>;
  /** By deployed name of the source topic or lane: the last commit. */
  readonly committed: Map<string, { readonly offset: bigint; readonly metadata: string }>;
  store: PartitionStore | undefined;
  /** Handlers that run. Once the partition is lost the last of them closes the store. */
  running: number;
  status: WorkStatus;
  /** Where reading starts is settled; what comes before that belongs to an earlier assignment. */
  positioned: boolean;
  /** Why it is not open although it was tried. */
  problem: PipelineError | undefined;
  /** Offset of the state topic to go on from: its first one, or the one after our claim. */
  stateFrom: bigint;
  /** How its state came, or comes, to be restored. */
  restore: Restore | undefined;
  /** Fenced, and by a process outside of our group. */
  ownedElsewhere: boolean;
  /** Keys of the held messages that are in hand, with their bytes. */
  readonly held: Map<string, number>;
}

export interface Restore {
  readonly startedAt: number;
  /** Where the state ended before the claim. */
  readonly end: bigint;
  readonly source: RestoreSource;
  /** Something of it was taken. */
  begun: boolean;
  /** How often it was begun again, for what came first lay behind its end. */
  rereads: number;
  readonly misplaced: Misplaced;
  /** It is complete, or not wanted any more. */
  readonly ended: PromiseWithResolvers<void>;
}

export interface Bounds {
  /** Where reading began. */
  readonly start: bigint;
  /** As last seen. */
  readonly end: bigint;
  /** By the end that was known before, more than a few were left. */
  readonly behind: boolean;
}

export interface Arrival {
  readonly arrivedAt: number;
  /** Fetches that had been answered then. */
  readonly fetches: number;
}

/** Handlers run only while it is `open`. `fenced`: another process writes its state. */
export type WorkStatus = 'opening' | 'open' | 'fenced';

/** A message on its way through the runtime. */
export interface WorkItem {
  readonly raw: RawMessage;
  readonly work: PartitionWork;
  /** Set once it was decoded, so that a second try does not do it again. */
  decoded: Message<unknown> | undefined;
  /** It waits in the topic of held messages, under this key; its offset is done. */
  readonly held?: { readonly key: string; readonly since: number };
}

export function createPartitionWork(partition: number, sources: readonly string[]): PartitionWork {
  return {
    partition,
    abort: new AbortController(),
    trackers: new Map(sources.map((topic) => [topic, createOffsetTracker()])),
    bounds: new Map(),
    arrivals: new Map(),
    committed: new Map(),
    store: undefined,
    running: 0,
    status: 'opening',
    positioned: false,
    problem: undefined,
    stateFrom: 0n,
    restore: undefined,
    ownedElsewhere: false,
    held: new Map(),
  };
}

/** `metadata`: as `encodeCommitMetadata` makes it. */
export interface Commit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly metadata: string;
}

/**
 * What may be committed and has not been. Of a fenced partition nothing: another owner may be further.
 * @param partitions how many the topics have
 */
export function committableOffsets(
  works: Iterable<PartitionWork>,
  partitions: number,
): (Commit & { readonly work: PartitionWork })[] {
  const result: ReturnType<typeof committableOffsets> = [];
  for (const work of works) {
    const { partition, trackers, committed, status } = work;
    if (status === 'fenced') continue;
    for (const [topic, tracker] of trackers) {
      const map = tracker.finished;
      if (!map) continue;
      const { from: offset } = map;
      const metadata = encodeCommitMetadata(map, partitions);
      const last = committed.get(topic);
      if (last?.offset !== offset || last.metadata !== metadata)
        result.push({ work, topic, partition, offset, metadata });
    }
  }
  return result;
}

export function noteCommitted({ committed }: PartitionWork, { topic, offset, metadata }: Commit): void {
  committed.set(topic, { offset, metadata });
}

/** To be called when the end of a source was seen, before what came with it is taken in. */
export function noteEnd({ bounds, trackers }: PartitionWork, topic: string, end: bigint): void {
  const known = bounds.get(topic);
  if (!known) return;
  const next = trackers.get(topic)?.next ?? known.start;
  bounds.set(topic, { ...known, end, behind: isBacklog(known.end - next) });
}

/** Those of these topics of which a backlog is being read, and more is about to come. `fetches`: answered so far. */
export function comingTopics(
  { trackers, bounds, arrivals }: PartitionWork,
  terms: {
    readonly topics: readonly string[];
    readonly now: number;
    readonly fetches: number;
  },
): string[] {
  return terms.topics.filter((topic) => {
    const known = bounds.get(topic);
    const arrival = arrivals.get(topic);
    if (!known || !arrival) return false;
    const next = trackers.get(topic)?.next ?? known.start;
    const silence = { arrivedAt: arrival.arrivedAt, fetches: terms.fetches - arrival.fetches };
    return isComing({ next, end: known.end, behind: known.behind, ...silence }, terms.now);
  });
}

export interface Unfinished {
  readonly count: number;
  readonly bytes: number;
  /** Milliseconds since the epoch; undefined: nothing is unfinished. */
  readonly oldestAt: number | undefined;
}

/** What is in hand of these topics, of all partitions. What a fenced partition had was let go. */
export function sumUnfinished(works: Iterable<PartitionWork>, topics: readonly string[]): Unfinished {
  let count = 0;
  let bytes = 0;
  let oldestAt: number | undefined;
  for (const { trackers, status } of works) {
    if (status === 'fenced') continue;
    for (const topic of topics) {
      const tracker = trackers.get(topic);
      if (!tracker) continue;
      count += tracker.unfinished;
      bytes += tracker.unfinishedBytes;
      const at = tracker.oldestUnfinishedAt;
      if (at !== undefined && (oldestAt === undefined || at < oldestAt)) oldestAt = at;
    }
  }
  return { count, bytes, oldestAt };
}

/** Offsets of the state topic that are still to be read, of all partitions. */
export function sumRestoring(works: Iterable<PartitionWork>): number {
  let remaining = 0n;
  for (const { status, restore, store, stateFrom } of works) {
    if (status !== 'opening' || !restore) continue;
    const next = store?.restoredTo ?? stateFrom;
    if (restore.end > next) remaining += restore.end - next;
  }
  return Number(remaining);
}

/** Messages of a topic that are not finished, fetched or not, of all partitions. */
export function sumLag(works: Iterable<PartitionWork>, topic: string): number {
  let lag = 0n;
  for (const { trackers, bounds } of works) {
    const known = bounds.get(topic);
    if (!known) continue;
    const from = trackers.get(topic)?.finished?.from ?? known.start;
    if (known.end > from) lag += known.end - from;
  }
  return Number(lag);
}
