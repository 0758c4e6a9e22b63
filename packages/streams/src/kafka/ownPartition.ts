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
 * An entry of a state topic that lies elsewhere than its key's messages come would never be found. Added partitions and
 * copies that were not made by key look so.
 * @param entry of a topic whose keys are those of the sources
 * @param partitions how many the topics have
 * @throws PipelineError `permanent`, `state-misplaced`: nothing may be consumed until it is put right.
 */
export function ensureStateInPlace({ topic, partition, offset, key, value }: RawMessage, partitions: number): void {
  if (key === null || value === null) return;
  const own = partitionOf(key, partitions);
  if (own === partition) return;
  throw new PipelineError(
    'permanent',
    'state-misplaced',
    `The entry at ${topic} ${partition}:${offset} has a key of partition ${own} of ${partitions}: what is on record lies elsewhere than its messages come, and would be done again. Nothing is consumed. Somebody added partitions, or copied the topic otherwise than by key (murmur2): docs/guides/own-kafka.md, "Another number of partitions"; then restart.`,
  );
}
