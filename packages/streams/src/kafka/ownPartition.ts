import { PipelineError } from '../errors.ts';
import type { RawMessage } from '../message.ts';
import { partitionOf } from '../partitionOf.ts';

/**
 * What is on record of a key lies in its partition. In another one it would be a new key: its order would be made again.
 * @param partitions how many the topics have
 * @throws PipelineError `permanent`: `wrong-partition`; `key-missing`, without one nothing can be on record.
 */
export function ensureOwnPartition({ topic, partition, offset, key }: RawMessage, partitions: number): void {
  const refuse = (code: string, text: string): never => {
    throw new PipelineError('permanent', code, `The message at ${topic} ${partition}:${offset} ${text}`, {
      stage: 'validate',
    });
  };
  if (key === null)
    return refuse(
      'key-missing',
      'has no key, so that nothing is on record of it. Who writes there beside our services?',
    );
  const own = partitionOf(key, partitions);
  if (own === partition) return;
  refuse(
    'wrong-partition',
    `has a key of partition ${own}, where nothing of it is on record here. Who wrote it without our partitioner (murmur2)? Put that right, then redrive: it is sent to its own partition. Where partitions were added do not redrive: docs/guides/own-kafka.md, "Another number of partitions".`,
  );
}

/**
 * Entries of one partition of a state topic that lie elsewhere than their keys' messages come, so that they would never be
 * found. Added partitions and copies that were not made by key look so.
 */
export interface Misplaced {
  /** The next record of the partition. A tombstone takes away what was written of its key before. */
  note(entry: RawMessage): void;
  /** PipelineError `permanent`, `state-misplaced`: nothing may be consumed until it is put right. undefined: there are none. */
  problem(): PipelineError | undefined;
}

/** @param partitions how many the topics have */
export function createMisplaced(partitions: () => number): Misplaced {
  const offsets = new Map<string, bigint>();
  let at: Pick<RawMessage, 'topic' | 'partition'> | undefined;
  return {
    note({ topic, partition, offset, key, value }) {
      if (key === null || partitionOf(key, partitions()) === partition) return;
      at = { topic, partition };
      if (value === null) offsets.delete(key);
      else offsets.set(key, offset);
    },
    problem() {
      const [first] = offsets;
      if (!first || !at) return undefined;
      const [key, offset] = first;
      return new PipelineError(
        'permanent',
        'state-misplaced',
        `${offsets.size} entries of ${at.topic}, partition ${at.partition}, have keys of other partitions, as the one at offset ${offset} of partition ${partitionOf(key, partitions())} of ${partitions()}: what is on record lies elsewhere than its messages come, and would be done again. Nothing is consumed. If somebody added partitions, or copied the topic otherwise than by key (murmur2): docs/guides/own-kafka.md, "Another number of partitions". If another tool wrote a few entries: write a tombstone for each of their keys to this partition. Then restart.`,
      );
    },
  };
}
