import type { Message, RawMessage } from '../message.ts';
import { encodeOffsetMap } from '../offsetMap.ts';
import { createOffsetTracker, type OffsetTracker } from '../offsetTracker.ts';
import type { PipelineError } from '../errors.ts';
import type { PartitionStore } from './partitionStore.ts';

/** What this process holds of one partition while it is assigned. A new assignment is a new object: stale results find no home. */
export interface PartitionWork {
  readonly partition: number;
  /** Aborts when the partition is lost or fenced. */
  readonly abort: AbortController;
  /** By deployed name of the source topic. */
  readonly trackers: ReadonlyMap<string, OffsetTracker>;
  /** By deployed name of the source topic: the last commit. */
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
  /** Fenced, and by a process outside of our group. */
  ownedElsewhere: boolean;
  /** Keys of the held messages that are in hand, with their bytes. */
  readonly held: Map<string, number>;
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
    committed: new Map(),
    store: undefined,
    running: 0,
    status: 'opening',
    positioned: false,
    problem: undefined,
    stateFrom: 0n,
    ownedElsewhere: false,
    held: new Map(),
  };
}

/** `metadata`: what has finished above the offset. */
export interface Commit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly metadata: string;
}

/** What may be committed and has not been. Of a fenced partition nothing: another owner may be further. */
export function committableOffsets(works: Iterable<PartitionWork>): Commit[] {
  const result: Commit[] = [];
  for (const { partition, trackers, committed, status } of works) {
    if (status === 'fenced') continue;
    for (const [topic, tracker] of trackers) {
      const map = tracker.finished;
      if (!map) continue;
      const { from: offset } = map;
      const metadata = encodeOffsetMap(map);
      const last = committed.get(topic);
      if (last?.offset !== offset || last.metadata !== metadata) result.push({ topic, partition, offset, metadata });
    }
  }
  return result;
}

export interface Unfinished {
  readonly count: number;
  readonly bytes: number;
  /** Milliseconds since the epoch; undefined: nothing is unfinished. */
  readonly oldestAt: number | undefined;
}

/** What is in hand of all partitions. What a fenced partition had was let go. */
export function sumUnfinished(works: Iterable<PartitionWork>): Unfinished {
  let count = 0;
  let bytes = 0;
  let oldestAt: number | undefined;
  for (const { trackers, status } of works) {
    if (status === 'fenced') continue;
    for (const tracker of trackers.values()) {
      count += tracker.unfinished;
      bytes += tracker.unfinishedBytes;
      const at = tracker.oldestUnfinishedAt;
      if (at !== undefined && (oldestAt === undefined || at < oldestAt)) oldestAt = at;
    }
  }
  return { count, bytes, oldestAt };
}
