import { decodeCommitMetadata } from '../commitMetadata.ts';
import { PipelineError } from '../errors.ts';
import { offsetsAt, type OffsetsByTopic, type PartitionOffsets } from './topicFacts.ts';

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
    `Topics that are read together must have equal partition counts, but have ${shown}. Nothing is consumed until they agree. Where nothing was consumed yet: delete those that differ and create them with \`npm run setup\`. Else delete no state topic, and see docs/guides/own-kafka.md, "Another number of partitions".`,
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

export interface StatePartition {
  readonly stateTopic: string;
  readonly sources: readonly string[];
  /** That is to be opened. */
  readonly partition: number;
  /** How many this process counts with. */
  readonly partitions: number;
  /** `cleanup.policy` of the state topic; undefined: not known. */
  readonly policy: string | undefined;
  /** As the broker has them, of all partitions. */
  readonly offsets: OffsetsByTopic;
  /** What is missing of the state is accepted. */
  readonly acceptEmptyState: boolean;
}

/**
 * Do the state, the sources and what the group has committed belong together?
 * @throws PipelineError `permanent`: `partitions-added`, `state-empty`, `state-truncated`; `transient`: `topic-missing`.
 *   Nothing of the partition may be consumed.
 */
export function checkStatePartition(asked: StatePartition): void {
  const { stateTopic, sources, partition, partitions, policy, offsets, acceptEmptyState } = asked;
  const { low, high } = offsetsAt(offsets, stateTopic, partition);
  const others = offsets.get(stateTopic)?.values() ?? [];
  const isNew = !acceptEmptyState && high === 0n && [...others].some((other) => other.high > 0n);
  for (const topic of sources) {
    const commits = offsets.get(topic) ?? new Map<number, PartitionOffsets>();
    checkPartitioning({ topic, commits, partitions, isNew });
  }
  if (acceptEmptyState) return;
  const commits = sources.map((topic) => [topic, offsetsAt(offsets, topic, partition).committed ?? -1n] as const);
  checkStateComplete({ topic: stateTopic, partition, policy, low, high, committed: new Map(commits) });
}

interface Partitioning {
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
 */
function checkPartitioning({ topic, commits, partitions, isNew }: Partitioning): void {
  const { size } = commits;
  const refuse = (why: string): never => {
    throw new PipelineError(
      'permanent',
      'partitions-added',
      `Topic ${topic} has ${size} partitions, ${why} No further partition is opened. See docs/guides/own-kafka.md, "Another number of partitions".`,
    );
  };
  const moved = 'keys lie in other partitions now than what is on record of them.';
  const made = [...commits.values()].filter(({ committed }) => committed !== undefined);
  const counts = made.map(({ committed = 0n, metadata }) => decodeCommitMetadata(metadata, committed).partitions);
  const other = counts.find((had) => had !== undefined && had !== size);
  if (other !== undefined) refuse(`and had ${other} when the group committed: ${moved}`);
  // A tool that sets the group takes the number away.
  if (isNew && made.some(({ committed = 0n }) => committed > 0n) && counts.every((had) => had === undefined))
    refuse(
      `of which this one was never opened, and the group was set by a tool, so that nobody knows how many there were. If some were added: ${moved} If the topics were restored, or copied by key, start with a new GROUP_PREFIX: what is on record is not done again.`,
    );
  if (size !== partitions) refuse(`and had ${partitions} when this process started: ${moved} Restart it.`);
}

interface StateBounds {
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
 */
function checkStateComplete({ topic, partition, policy, low, high, committed }: StateBounds): void {
  const [commit] = [...committed].filter(([, offset]) => offset > 0n);
  if (!commit) return;
  const [source, offset] = commit;
  const truncated = low > 0n && policy === 'compact';
  if (high > 0n && !truncated) return;
  const what = high === 0n ? 'is empty' : `begins at offset ${low}`;
  throw new PipelineError(
    'permanent',
    high === 0n ? 'state-empty' : 'state-truncated',
    `Partition ${partition} of state topic ${topic} ${what}, although the group has committed offset ${offset} of ${source}: what was done is not on record, and would be done again. Nothing of the partition is consumed. Bring the topic back, or, if its loss is accepted, start once with ACCEPT_EMPTY_STATE=true.`,
  );
}
