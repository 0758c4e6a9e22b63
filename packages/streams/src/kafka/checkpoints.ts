import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ProcessorObserver } from '../observer.ts';
import {
  type CheckpointHeader,
  CheckpointUnreadable,
  readCheckpoint,
  writeCheckpoint,
} from '../state/checkpointFile.ts';
import { type PartitionLog, whyUnfit } from '../state/checkpointFit.ts';
import { createStateEntries, type StateEntries } from '../state/stateEntries.ts';
import type { PartitionStore } from './partitionStore.ts';

/** What the broker says of the state topic. undefined: it does not, or this client may not ask. */
export interface StateTopic {
  readonly id: string | undefined;
  readonly deleteRetentionMs: number | undefined;
}

export interface CheckpointsOptions {
  readonly directory: string;
  /** Deployed name of the state topic. */
  readonly topic: string;
  /** How many it has. */
  readonly partitions: () => number;
  readonly stateTopic: () => Promise<StateTopic>;
  /** Between two writings of a partition, milliseconds. */
  readonly intervalMs: number;
  readonly observer: ProcessorObserver;
}

/**
 * Copies of the state on a local disk, so that not all of it must be read from Kafka again. They only save time: what
 * is missing, damaged or does not fit is left aside, and whatever goes wrong with the disk stops nothing.
 */
export interface Checkpoints {
  /** @param bounds of the partition's log */
  load(partition: number, bounds: { readonly low: bigint; readonly high: bigint }): Promise<KeptState>;
  /** Nothing is being written any more. */
  settled(): Promise<void>;
}

/** The state of one partition for one assignment. */
export interface KeptState {
  readonly entries: StateEntries;
  /** Everything committed below is in the entries; undefined: nothing was loaded. */
  readonly nextOffset: bigint | undefined;
  /** Writes the store's entries again and again, until its end. */
  follow(store: PartitionStore): void;
  /** @param save the store ends as it should: what it has is written once more */
  end(save: boolean): Promise<void>;
}

interface Loaded {
  readonly entries: StateEntries;
  readonly nextOffset: bigint | undefined;
  readonly wholeAt: number;
}

const fresh = (): Loaded => ({ entries: createStateEntries(), nextOffset: undefined, wholeAt: Date.now() });

/** What a process that was killed left behind. */
const STALE_MS = 60 * 60_000;

export function createCheckpoints({
  directory,
  topic,
  partitions,
  stateTopic,
  intervalMs,
  observer,
}: CheckpointsOptions): Checkpoints {
  const folder = path.join(directory, topic);
  const fileOf = (partition: number): string => path.join(folder, `${partition}.checkpoint`);
  let asking: Promise<StateTopic> | undefined;
  // One at a time: the disk is shared, and each holds a copy of a piece in memory.
  let writing = Promise.resolve();
  void removeStale(folder);

  /** One question for all partitions of an assignment, and not older than that. */
  function ask(): Promise<StateTopic> {
    asking ??= stateTopic().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function read(partition: number, log: PartitionLog): Promise<Loaded | undefined> {
    const entries = createStateEntries();
    let unfit: string | undefined;
    const isFit = (header: CheckpointHeader): boolean => {
      unfit = whyUnfit(header, log, Date.now());
      return unfit === undefined;
    };
    try {
      const header = await readCheckpoint(fileOf(partition), isFit, (piece) => entries.load(piece));
      if (header && unfit === undefined) return { entries, ...header };
    } catch (error) {
      if (!(error instanceof CheckpointUnreadable)) observer.checkpointFailed?.(partition, error);
      else unfit = error.message;
    }
    if (unfit !== undefined) observer.checkpointDiscarded?.(partition, unfit);
    return undefined;
  }

  return {
    async load(partition, bounds) {
      const { id, deleteRetentionMs } = await ask().catch((error: unknown): StateTopic => {
        observer.checkpointFailed?.(partition, error);
        return { id: undefined, deleteRetentionMs: undefined };
      });
      if (id === undefined || deleteRetentionMs === undefined) {
        observer.checkpointDiscarded?.(partition, 'the broker does not tell the topic’s id and delete.retention.ms');
        return followed(createStateEntries(), undefined, () => Promise.resolve());
      }
      const log = { topic, topicId: id, partition, partitions: partitions(), deleteRetentionMs, ...bounds };
      const loaded = await read(partition, log);
      const { entries, nextOffset, wholeAt } = loaded ?? fresh();
      let written = nextOffset;
      return followed(entries, nextOffset, (store) => {
        writing = writing.then(async () => {
          const { position } = store;
          if (!position || position.nextOffset === written) return;
          const startedAt = performance.now();
          try {
            // The position and what there is at the same moment: between them nothing can be applied.
            const header = { topic, topicId: id, partition, partitions: log.partitions, wholeAt, ...position };
            const bytes = await writeCheckpoint(fileOf(partition), header, entries.dump());
            written = position.nextOffset;
            observer.checkpointSaved?.(partition, { bytes, entries: entries.size }, performance.now() - startedAt);
          } catch (error) {
            observer.checkpointFailed?.(partition, error);
          }
        });
        return writing;
      });
    },
    settled: () => writing,
  };

  function followed(
    entries: StateEntries,
    nextOffset: bigint | undefined,
    save: (store: PartitionStore) => Promise<void>,
  ): KeptState {
    let store: PartitionStore | undefined;
    let timer: NodeJS.Timeout | undefined;
    let ended = false;
    const schedule = (): void => {
      if (ended) return;
      // Not all partitions at once.
      timer = setTimeout(
        () => void (store ? save(store) : Promise.resolve()).then(schedule),
        intervalMs * (0.75 + Math.random() / 2),
      );
      timer.unref();
    };
    return {
      entries,
      nextOffset,
      follow(followedStore) {
        store = followedStore;
        schedule();
      },
      async end(wanted) {
        ended = true;
        clearTimeout(timer);
        if (wanted && store) await save(store);
      },
    };
  }
}

async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.tmp')) continue;
    const file = path.join(folder, name);
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_MS) await rm(file, { force: true }).catch(() => undefined);
  }
}
