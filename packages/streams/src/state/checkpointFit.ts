import type { CheckpointHeader } from './checkpointFile.ts';

/** A partition of a state topic as it is now. */
export interface PartitionLog {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  /** How many the topic has. */
  readonly partitions: number;
  /** First offset that is kept, and one past the last. */
  readonly low: bigint;
  readonly high: bigint;
  /** `delete.retention.ms`: so long the log shows that a key was deleted. */
  readonly deleteRetentionMs: number;
}

/** Clocks of machines may differ by so much. */
const CLOCK_SKEW_MS = 5 * 60_000;
/** So long checkpoints may follow from each other: what retention deletes leaves no tombstone. */
const WHOLE_MS = 7 * 24 * 60 * 60_000;

/**
 * Why the log cannot be read on from this checkpoint; undefined: it can.
 *
 * Its age counts because a deletion that the log has already forgotten would bring the entry back: half of the time
 * is left for reading, and for clocks that differ.
 */
export function whyUnfit(header: CheckpointHeader, log: PartitionLog, now: number): string | undefined {
  const { topic, topicId, partition, partitions, nextOffset, asOf, wholeAt } = header;
  if (topic !== log.topic || partition !== log.partition) return `it is of partition ${partition} of ${topic}`;
  if (topicId !== log.topicId) return 'the topic was created anew since';
  if (partitions !== log.partitions) return `the topic had another number of partitions (${partitions ?? 'not known'})`;
  if (nextOffset < log.low) return `the log begins at offset ${log.low}, after its offset ${nextOffset}`;
  if (nextOffset > log.high) return `the log ends at offset ${log.high}, before its offset ${nextOffset}`;
  const ageMs = now - asOf;
  if (!(ageMs >= -CLOCK_SKEW_MS)) return 'it is from the future';
  const limitMs = log.deleteRetentionMs / 2;
  if (ageMs > limitMs)
    return `it is ${toHours(ageMs)} h old, and half of delete.retention.ms are ${toHours(limitMs)} h`;
  if (!(now - wholeAt <= WHOLE_MS)) return 'the state was not read from the beginning of the log for 7 d';
  return undefined;
}

const toHours = (ms: number): string => (ms / 3_600_000).toFixed(1);
