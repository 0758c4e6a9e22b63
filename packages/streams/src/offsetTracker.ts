/**
 * Which offsets of one partition are finished. Pure bookkeeping: it never sees a broker.
 *
 * Offsets arrive in ascending order. Gaps (compacted messages, control records) count as finished. What arrives again
 * after a rejoin, because it was not committed yet, is recognised.
 */
export interface OffsetTracker {
  /** false: already known, do not handle it again. */
  start(offset: bigint, bytes: number, at: number): boolean;
  finish(offset: bigint): void;
  /** One past the highest offset below which everything has finished; undefined: nothing has arrived. Never "seen". */
  readonly committable: bigint | undefined;
  readonly unfinished: number;
  readonly unfinishedBytes: number;
  /** When the lowest unfinished message arrived, as given to `start`; undefined: none is. */
  readonly oldestUnfinishedAt: number | undefined;
}

export function createOffsetTracker(): OffsetTracker {
  // A Map iterates in the order of insertion, which is ascending: its first key is the lowest unfinished offset.
  const open = new Map<bigint, { bytes: number; at: number }>();
  let next: bigint | undefined;
  let unfinishedBytes = 0;

  return {
    start(offset, bytes, at) {
      if (next !== undefined && offset < next) return false;
      next = offset + 1n;
      open.set(offset, { bytes, at });
      unfinishedBytes += bytes;
      return true;
    },
    finish(offset) {
      const entry = open.get(offset);
      if (!entry) return;
      open.delete(offset);
      unfinishedBytes -= entry.bytes;
    },
    get committable() {
      const lowest = open.keys().next();
      return lowest.done ? next : lowest.value;
    },
    get unfinished() {
      return open.size;
    },
    get unfinishedBytes() {
      return unfinishedBytes;
    },
    get oldestUnfinishedAt() {
      const lowest = open.values().next();
      return lowest.done ? undefined : lowest.value.at;
    },
  };
}
