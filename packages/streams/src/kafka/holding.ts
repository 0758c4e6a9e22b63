import { PipelineError, toPipelineError } from '../errors.ts';
import { fromHeldRecord, heldKey, toHeldRecord } from '../heldMessage.ts';
import type { PartitionStore } from './partitionStore.ts';
import type { StoreMessage } from './storeBatch.ts';
import type { StoreEntry } from '../state/stateEntries.ts';
import type { PartitionWork, WorkItem } from './partitionWork.ts';

/** Messages that wait aside, in the topic of held messages, so that their offsets need not wait. */
export interface Holding {
  /**
   * Writes the message to the topic and takes it in hand from there. false: as much is held as memory may be used for, it
   * waits where it is.
   */
  hold(item: WorkItem): Promise<boolean>;
  /** Commits what came of a held message together with its end. */
  release(item: WorkItem, outgoing: readonly StoreMessage[]): Promise<void>;
  /** Was it released already? So it is when the commit's outcome was not known, and the store restored. */
  isOver(item: WorkItem): boolean;
  /** To be called when the partition's store was restored: takes in hand what it holds. */
  resume(work: PartitionWork): void;
}

export interface HoldingOptions {
  readonly works: () => Iterable<PartitionWork>;
  /** Hands an item to the keyed runner. */
  readonly submit: (runnerKey: string, item: WorkItem) => void;
  readonly onStoreFailure: (work: PartitionWork, store: PartitionStore, error: PipelineError) => void;
  readonly onDefect: (error: unknown) => void;
  /** Of the process. (Default: 64 MiB) */
  readonly maxBytes?: number;
}

/**
 * Held messages of a key run one after another, beside its other messages: those need not wait for one that is held. No
 * key of a message contains a NUL.
 */
export const heldRunnerKey = (key: string): string => `held\0${key}`;

const DEFAULT_MAX_BYTES = 64 * 1_024 * 1_024;

export function createHolding(options: HoldingOptions): Holding {
  const { maxBytes = DEFAULT_MAX_BYTES } = options;

  async function append(work: PartitionWork, entry: StoreEntry, also: readonly StoreMessage[]): Promise<void> {
    const { store } = work;
    if (!store || work.status !== 'open') throw notOpen(work.partition);
    try {
      await store.append(entry, also);
    } catch (error) {
      options.onStoreFailure(work, store, toPipelineError(error));
      throw error;
    }
  }

  function takeInHand(item: WorkItem & { readonly held: { readonly key: string } }): void {
    const { work, held, raw } = item;
    if (work.held.has(held.key)) return;
    work.held.set(held.key, raw.value?.length ?? 0);
    options.submit(heldRunnerKey(raw.key ?? held.key), item);
  }

  return {
    async hold({ raw, work }) {
      const held = { key: heldKey(raw), since: Date.now() };
      if (!work.store?.get(held.key)) {
        if (sumHeldBytes(options.works()) >= maxBytes) return false;
        await append(work, toHeldRecord({ raw, since: held.since }), []);
      }
      takeInHand({ raw, work, held, decoded: undefined });
      return true;
    },
    async release({ held, work }, outgoing) {
      if (!held) throw new PipelineError('permanent', 'defect', 'A message that is not held was to be released.');
      await append(work, { key: held.key, value: null }, outgoing);
      work.held.delete(held.key);
    },
    isOver: ({ held, work }) => {
      const over = held !== undefined && work.store?.get(held.key) === undefined;
      if (over) work.held.delete(held.key);
      return over;
    },
    resume(work) {
      for (const { key, value, headers = {} } of work.store?.list() ?? []) {
        try {
          const { raw, since } = fromHeldRecord({ key, value, headers });
          takeInHand({ raw, work, held: { key, since }, decoded: undefined });
        } catch (error) {
          options.onDefect(error);
        }
      }
    },
  };
}

function sumHeldBytes(works: Iterable<PartitionWork>): number {
  let sum = 0;
  for (const { held } of works) for (const bytes of held.values()) sum += bytes;
  return sum;
}

const notOpen = (partition: number): PipelineError =>
  new PipelineError('transient', 'not-restored', `The held messages of partition ${partition} are being restored.`, {
    notSent: true,
  });
