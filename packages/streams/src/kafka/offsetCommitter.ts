import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessorObserver } from '../observer.ts';
import { type Commit, committableOffsets, type PartitionWork } from './partitionWork.ts';

/** Commits what is finished, in intervals and when asked. */
export interface OffsetCommitter {
  /** From now on, again and again. */
  start(): void;
  /** Now. */
  commit(): Promise<void>;
  /** Ends the intervals. */
  stop(): void;
  /** During a rebalance nothing can be committed for a moment; what is not would be done again by the next owner. */
  commitLast(): Promise<void>;
}

export interface OffsetCommitterOptions {
  /** By partition. */
  readonly works: ReadonlyMap<number, PartitionWork>;
  readonly intervalMs: number;
  /** false: it could not be done now. */
  readonly send: (offsets: readonly Commit[]) => Promise<boolean>;
  readonly observer: Pick<ProcessorObserver, 'committed' | 'defect'>;
}

const LAST_COMMIT_MS = 3_000;

export function createOffsetCommitter({ works, intervalMs, send, observer }: OffsetCommitterOptions): OffsetCommitter {
  let under: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function commitFinished(): Promise<boolean> {
    const offsets = committableOffsets(works.values());
    if (offsets.length === 0) return true;
    const targets = offsets.map((entry) => ({ ...entry, work: works.get(entry.partition) }));
    if (!(await send(offsets))) return false;
    for (const { topic, partition, offset, metadata, work } of targets) {
      work?.committed.set(topic, { offset, metadata });
      observer.committed?.(topic, partition, offset);
    }
    return true;
  }

  /** One after another, so that none sets back what a later one has committed. true: nothing is left to commit. */
  function commit(): Promise<boolean> {
    const result = under.then(commitFinished).catch((error: unknown) => {
      observer.defect?.(error);
      return false;
    });
    under = result;
    return result;
  }

  function schedule(): void {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(() => void commit().then(schedule), intervalMs);
  }

  return {
    start: schedule,
    commit: async () => void (await commit()),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    async commitLast() {
      const deadline = performance.now() + LAST_COMMIT_MS;
      while (works.size > 0 && !(await commit()) && performance.now() < deadline) await sleep(100);
    },
  };
}
