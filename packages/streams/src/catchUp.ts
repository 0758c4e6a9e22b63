/** How far the reading of one source of a partition is, as last seen. */
export interface Reading {
  /** Offset that comes next. */
  readonly next: bigint;
  /** One past its last offset. */
  readonly end: bigint;
  /** When something of it came last, or its reading began; milliseconds since the epoch. */
  readonly arrivedAt: number;
  /** Fetches that were answered since, of whatever partitions. */
  readonly fetches: number;
  /** Before that, more than a few were left: what comes now still is of the backlog. */
  readonly behind: boolean;
}

/** So few are no backlog, and may be control records. Counted in offsets: clocks may differ. */
const FEW = 16n;

/** Is this more than what may be left while all is read as it is appended? */
export const isBacklog = (left: bigint): boolean => left > FEW;
/**
 * After so many answers that brought nothing of it, and so long, nothing comes any more though the end is not reached:
 * the rest are no records (control records, compacted ones). Answers are counted since a busy machine is no silence.
 */
const SILENT_FETCHES = 4;
const SILENT_MS = 1_000;
/** Nothing is answered at all: the broker is away. */
const LONGEST_MS = 10_000;

/**
 * Is more of a backlog of this source about to come? The last few of one are, too, which may be those of an order whose
 * others are here. What reaches the end as it is appended is no backlog, and nothing waits for a source that has ended,
 * or of which nothing comes.
 */
export function isComing({ next, end, arrivedAt, fetches, behind }: Reading, now: number): boolean {
  if (end <= next || !(behind || isBacklog(end - next))) return false;
  const silentMs = now - arrivedAt;
  return silentMs < SILENT_MS || (fetches < SILENT_FETCHES && silentMs < LONGEST_MS);
}
