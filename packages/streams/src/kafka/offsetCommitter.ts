import { setTimeout as sleep } from 'node:timers/promises';
import type { Commit } from './partitionWork.ts';

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

/** What may be committed and has not been. */
export interface PendingCommit extends Commit {
  /** Told once it is. */
  readonly committed: () => void;
}

export interface OffsetCommitterOptions {
  readonly pending: () => readonly PendingCommit[];
  readonly intervalMs: number;
  /** false: it could not be done now. */
  readonly send: (offsets: readonly Commit[]) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
}

const LAST_COMMIT_MS = 3_000;

export function createOffsetCommitter({ pending, intervalMs, send, onError }: OffsetCommitterOptions): OffsetCommitter {
  let under: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function commitFinished(): Promise<boolean> {
    const commits = pending();
    if (commits.length === 0) return true;
    const offsets = commits.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset, metadata }));
    if (!(await send(offsets))) return false;
    for (const { committed } of commits) committed();
    return true;
  }

  /** One after another, so that none sets back what a later one has committed. true: nothing is left to commit. */
  function commit(): Promise<boolean> {
    const result = under.then(commitFinished).catch((error: unknown) => {
      onError(error);
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
      while (!(await commit()) && performance.now() < deadline) await sleep(100);
    },
  };
}
