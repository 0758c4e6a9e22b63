import type { Message, RawMessage } from '../message.ts';
import { createOffsetTracker, type OffsetTracker } from '../offsetTracker.ts';
import type { PartitionStore } from './partitionStore.ts';

/** What this process holds of one partition while it is assigned. A new assignment is a new object: stale results find no home. */
export interface PartitionWork {
  readonly partition: number;
  /** Aborts when the partition is lost or fenced. */
  readonly abort: AbortController;
  /** By deployed name of the source topic. */
  readonly trackers: ReadonlyMap<string, OffsetTracker>;
  readonly committed: Map<string, bigint>;
  store: PartitionStore | undefined;
  storeStatus: 'none' | 'opening' | 'open' | 'fenced';
}

/** A message on its way through the runtime. */
export interface WorkItem {
  readonly raw: RawMessage;
  readonly work: PartitionWork;
  /** Set once it was decoded, so that a second try does not do it again. */
  decoded: Message<unknown> | undefined;
}

export function createPartitionWork(partition: number, sources: readonly string[], hasState: boolean): PartitionWork {
  return {
    partition,
    abort: new AbortController(),
    trackers: new Map(sources.map((topic) => [topic, createOffsetTracker()])),
    committed: new Map(),
    store: undefined,
    storeStatus: hasState ? 'opening' : 'none',
  };
}

/** Offsets that may be committed and have not been. */
export function committableOffsets(
  works: Iterable<PartitionWork>,
): { topic: string; partition: number; offset: bigint }[] {
  const result = [];
  for (const { partition, trackers, committed } of works) {
    for (const [topic, tracker] of trackers) {
      const offset = tracker.committable;
      if (offset !== undefined && offset !== committed.get(topic)) result.push({ topic, partition, offset });
    }
  }
  return result;
}
