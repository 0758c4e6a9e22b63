import { createHash } from 'node:crypto';
import { replayOriginOf } from '@pipeline/streams';
import type { Log, LogMessage } from '../kafka/log.ts';
import { type Bounds, toSlices } from '../kafka/slices.ts';
import type { ReplaySource } from './sources.ts';

/** Which messages of a source. */
export interface ReplaySelection {
  readonly source: ReplaySource;
  /** What Kafka took in `[since, until)`, milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** (Default: all keys) */
  readonly key?: string | undefined;
  /** Another text makes another replay of the same messages. */
  readonly run: string;
}

/** What is to be copied of one partition: offsets `[from, to)` of the source. */
export interface PlannedPartition {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
  /** From here on it is not in the lane yet. */
  readonly next: bigint;
  /** Messages from `next` on; without a key as far as offsets tell: at most. */
  readonly count: number;
}

export interface ReplayPlan {
  readonly replayId: string;
  /** Those that hold anything, ascending. */
  readonly partitions: readonly PlannedPartition[];
  /** Messages that are still to be copied, at most. */
  readonly count: number;
  /** Messages of this replay that an earlier run has copied. */
  readonly copied: number;
}

/** The same for the same selection, so that a run which was broken off is found again. */
export const replayIdOf = ({ source, since, until, key, run }: ReplaySelection): string =>
  createHash('sha256')
    .update(JSON.stringify([source.lane.source.name, since, until, key ?? null, run]))
    .digest('hex')
    .slice(0, 16);

/**
 * Looks where the messages lie and what of them an earlier run has copied. Writes nothing, keeps no message in memory.
 * @throws Error when the topics are not as they must be, or could not be read to their end.
 */
export async function planReplay(log: Log, selection: ReplaySelection): Promise<ReplayPlan> {
  const { source, since, until, key } = selection;
  const { lane } = source;
  checkTopics(log, source);
  const replayId = replayIdOf(selection);
  const name = log.nameOf(lane.source);
  const wanted: Bounds = key === undefined ? {} : { partitions: log.partitionsOf(lane.source, [key]) };
  const starts = await toSlices(log.kafka, [{ name, since, ...wanted }]);
  const ends = await toSlices(log.kafka, [{ name, since: until, ...wanted }]);
  const done = await readCopied(log, { lane, since, replayId, wanted });
  const partitions: PlannedPartition[] = [];
  let copied = 0;
  for (const { partition, from } of starts) {
    const to = ends.find((end) => end.partition === partition)?.from ?? from;
    if (to <= from) continue;
    const { last, count: earlier } = done.get(partition) ?? { last: from - 1n, count: 0 };
    const next = last + 1n > from ? last + 1n : from;
    copied += earlier;
    const range = { from: next, to };
    const count = key === undefined ? Number(to - next) : await countOf(log, { source, partition, range, key });
    partitions.push({ partition, from, to, next, count });
  }
  checkGaps(log);
  return { replayId, partitions, count: partitions.reduce((sum, { count }) => sum + count, 0), copied };
}

/** @throws Error that says what to do: a lane has as many partitions as its source. */
export function checkTopics(log: Log, { lane }: ReplaySource): void {
  const [inSource, inLane] = [log.partitionCount(lane.source), log.partitionCount(lane)];
  if (inSource === 0)
    throw new Error(`There is no topic ${log.nameOf(lane.source)}. Is TOPIC_PREFIX that of the services?`);
  if (inLane === 0) throw new Error(`There is no topic ${log.nameOf(lane)}: create it with npm run setup.`);
  if (inSource === inLane) return;
  throw new Error(
    `${log.nameOf(lane.source)} has ${inSource} partitions, its lane ${inLane}: keys would not meet their state. Delete the lane and create it with npm run setup.`,
  );
}

/** What could not be read might be missing, or be copied twice: better nothing. */
export function checkGaps({ gaps }: Log): void {
  const [gap] = gaps;
  if (gap !== undefined) throw new Error(gap);
}

interface Copied {
  /** Offset in the source of what was copied last. */
  last: bigint;
  count: number;
}

async function readCopied(
  log: Log,
  { lane, since, replayId, wanted }: { lane: ReplaySource['lane']; since: number; replayId: string; wanted: Bounds },
): Promise<ReadonlyMap<number, Copied>> {
  const copied = new Map<number, Copied>();
  // A copy is younger than its original.
  await log.read([{ topic: lane, since, ...wanted }], ({ partition, headers }) => {
    const origin = replayOriginOf(headers);
    if (origin?.replayId !== replayId) return false;
    const known = copied.get(partition) ?? { last: -1n, count: 0 };
    copied.set(partition, { last: origin.offset > known.last ? origin.offset : known.last, count: known.count + 1 });
    return false;
  });
  return copied;
}

interface Chosen {
  readonly source: ReplaySource;
  readonly partition: number;
  readonly range: { readonly from: bigint; readonly to: bigint };
  readonly key: string | undefined;
}

async function countOf(log: Log, { source, partition, range, key }: Chosen): Promise<number> {
  let count = 0;
  await log.read([{ topic: source.lane.source, partitions: [partition], range }], (message) => {
    if (message.key === key) count++;
    return false;
  });
  return count;
}

/** The messages, in order. */
export const readChosen = (log: Log, { source, partition, range, key }: Chosen): Promise<LogMessage[]> =>
  log.read(
    [{ topic: source.lane.source, partitions: [partition], range }],
    (message) => key === undefined || message.key === key,
  );
