import type { OffsetMap } from './offsetMap.ts';

/**
 * Which offsets of one partition are finished. Pure bookkeeping: it never sees a broker.
 *
 * Offsets arrive in ascending order. Gaps (compacted messages, control records) count as finished. What arrives again
 * after a rejoin, because it was not committed yet, is recognised.
 */
export interface OffsetTracker {
  /** Before anything arrives: what an earlier owner has finished above the offset at which reading begins. */
  resume(map: OffsetMap): void;
  /** false: already known or finished, do not handle it again. */
  start(offset: bigint, bytes: number, at: number): boolean;
  finish(offset: bigint): void;
  /**
   * What may be committed: one past the highest offset below which everything has finished, never "seen", and what has
   * finished above it. undefined: nothing has arrived.
   */
  readonly finished: OffsetMap | undefined;
  /** One past the highest offset that has arrived; undefined: nothing has. */
  readonly next: bigint | undefined;
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
  let earlier: { readonly until: bigint; readonly unfinished: ReadonlySet<bigint> } | undefined;

  return {
    resume({ until, unfinished }) {
      earlier = { until, unfinished: new Set(unfinished) };
    },
    start(offset, bytes, at) {
      if (next !== undefined && offset < next) return false;
      next = offset + 1n;
      if (earlier && offset < earlier.until && !earlier.unfinished.has(offset)) return false;
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
    get finished() {
      if (next === undefined) return undefined;
      const seen = next;
      const arrived = [...open.keys()];
      const from = arrived[0] ?? seen;
      if (!earlier || seen >= earlier.until) return { from, until: seen, unfinished: arrived };
      // What has not arrived here yet is as the earlier owner left it.
      const later = [...earlier.unfinished].filter((offset) => offset >= seen);
      return { from, until: earlier.until, unfinished: [...arrived, ...later] };
    },
    get next() {
      return next;
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
