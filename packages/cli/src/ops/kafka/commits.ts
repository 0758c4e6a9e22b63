import { decodeCommitMetadata } from '@pipeline/streams';

/** As kafkajs has it: without a commit the offset is -1. */
export interface Commit {
  readonly offset: string;
  readonly metadata: string | null;
}

/** How many partitions a topic had when its commits were made, each number once. What does not say it is left out. */
export const partitionCountsIn = (commits: readonly Commit[]): readonly number[] => [
  ...new Set(
    commits.flatMap(({ offset, metadata }) => {
      const from = BigInt(offset);
      return from >= 0n ? (decodeCommitMetadata(metadata, from).partitions ?? []) : [];
    }),
  ),
];
