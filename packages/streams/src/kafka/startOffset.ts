import { PipelineError } from '../errors.ts';
import type { PartitionOffsets } from './topicFacts.ts';

/**
 * Where to begin with a partition of a source. A commit that the topic no longer reaches is never passed over in
 * silence: `problem` says what was lost.
 */
export function startOffset({
  topic,
  partition,
  low,
  high,
  committed,
}: PartitionOffsets & { readonly topic: string; readonly partition: number }): {
  readonly offset: bigint;
  readonly problem?: PipelineError;
} {
  if (committed === undefined) return { offset: low };
  if (committed >= low && committed <= high) return { offset: committed };
  const what =
    committed < low
      ? `${low - committed} messages of partition ${partition} of ${topic} were deleted before they were handled (committed ${committed}, first kept ${low}); bring them back with a catch-up from the vendor`
      : `partition ${partition} of ${topic} ends at ${high}, before the committed offset ${committed}: it was deleted or cut, and is read from its beginning`;
  const message = `${what[0]?.toUpperCase()}${what.slice(1)}.`;
  return { offset: low, problem: new PipelineError('permanent', 'offset-out-of-range', message) };
}
