import { decodeCommitMetadata } from '../commitMetadata.ts';
import { PipelineError } from '../errors.ts';
import type { PartitionOffsets } from './topicFacts.ts';

/** How many partitions each topic has (0: it does not exist), by deployed name. */
export type PartitionCounts = ReadonlyMap<string, number>;

/**
 * Checks that the topics exist and have equally many partitions, and says how many.
 * @throws PipelineError `transient`: `topic-missing`, `partition-counts-differ`. Nothing may be consumed until they are
 *   put right; try again.
 */
export function commonPartitionCount(counts: PartitionCounts): number {
  const missing = [...counts].filter(([, count]) => count === 0).map(([topic]) => topic);
  if (missing.length > 0) {
    const message = `No partitions are known of ${missing.join(', ')}: create them with \`npm run setup\`, or check TOPIC_PREFIX and the right to describe them.`;
    throw new PipelineError('transient', 'topic-missing', message);
  }
  const different = new Set(counts.values());
  const [count = 0] = different;
  if (different.size <= 1) return count;
  const shown = [...counts].map(([topic, partitions]) => `${topic}: ${partitions}`).join(', ');
  throw new PipelineError(
    'transient',
    'partition-counts-differ',
    `Topics that are read together must have equal partition counts, but have ${shown}. Nothing is consumed until they agree: stop the producers, let the consumers finish, delete and create the differing topics with \`npm run setup\`, replay into them.`,
  );
}

/**
 * @param policy `cleanup.policy` of the state topic, as the broker has it
 * @throws PipelineError `transient`, `state-not-compacted`: its state would be deleted by age.
 */
export function checkCompacted(topic: string, policy: string): void {
  if (policy.split(',').includes('compact')) return;
  throw new PipelineError(
    'transient',
    'state-not-compacted',
    `State topic ${topic} has cleanup.policy=${policy}, so that entries would be lost with time. Nothing is consumed until it is compacted: set cleanup.policy=compact (\`npm run setup\` shows what is to be changed), then check that no entries are missing.`,
  );
}

export interface Partitioning {
  /** A source. */
  readonly topic: string;
  /** Of all its partitions, as the broker has them. */
  readonly commits: ReadonlyMap<number, Pick<PartitionOffsets, 'committed' | 'metadata'>>;
  /** How many this process counts with. */
  readonly partitions: number;
  /** Nobody has ever opened the partition that is to be opened, although others were; an owner begins with a claim. */
  readonly isNew: boolean;
}

/**
 * With another number of partitions keys lie in other ones, but what is on record of them stays where it was: each order
 * would be a new one to the owner of its new partition. So the commits say how many there were.
 * @throws PipelineError `transient`, `partitions-added`.
 */
export function checkPartitioning({ topic, commits, partitions, isNew }: Partitioning): void {
  const { size } = commits;
  const refuse = (had: string): never => {
    throw new PipelineError(
      'transient',
      'partitions-added',
      `Topic ${topic} has ${size} partitions, ${had}: keys lie in other partitions now than what is on record of them. No further partition is opened. See docs/guides/own-kafka.md, "Another number of partitions".`,
    );
  };
  for (const { committed, metadata } of commits.values()) {
    const { partitions: had } = decodeCommitMetadata(metadata, committed ?? 0n);
    if (had !== undefined && had !== size) refuse(`and had ${had} when the group committed`);
    // A tool that sets the group back takes the number away.
    if (had === undefined && (committed ?? 0n) > 0n && isNew)
      refuse('of which this one was never opened, although the group has commits that do not say how many there were');
  }
  if (size !== partitions) refuse(`and had ${partitions} when this process started; restart it`);
}

export interface StatePartition {
  readonly topic: string;
  readonly partition: number;
  /** `cleanup.policy`; undefined: not known. */
  readonly policy: string | undefined;
  /** First offset that is kept, and one past the last, before anything of ours is written. */
  readonly low: bigint;
  readonly high: bigint;
  /** What the group has committed of this partition, by source topic; topics without a commit are left out. */
  readonly committed: ReadonlyMap<string, bigint>;
}

/**
 * An owner writes a claim before it reads its source. So a group with commits and a state partition that was never
 * written, or one that only ever is compacted and has lost its beginning, do not belong together: everything would be
 * done a second time.
 * @throws PipelineError `transient`: `state-empty`, `state-truncated`.
 */
export function checkStateComplete({ topic, partition, policy, low, high, committed }: StatePartition): void {
  const [commit] = [...committed].filter(([, offset]) => offset > 0n);
  if (!commit) return;
  const [source, offset] = commit;
  const truncated = low > 0n && policy === 'compact';
  if (high > 0n && !truncated) return;
  const what = high === 0n ? 'is empty' : `begins at offset ${low}`;
  throw new PipelineError(
    'transient',
    high === 0n ? 'state-empty' : 'state-truncated',
    `Partition ${partition} of state topic ${topic} ${what}, although the group has committed offset ${offset} of ${source}: what was done is not on record, and would be done again. Nothing of the partition is consumed. Bring the topic back, or, if its loss is accepted, start once with ACCEPT_EMPTY_STATE=true.`,
  );
}
