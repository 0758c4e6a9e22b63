import type { Assigner, Cluster, GroupMember, PartitionAssigner } from 'kafkajs';
import { AssignerProtocol } from './kafkajs/index.ts';
import { commonPartitionCount } from './topicChecks.ts';

const { MemberMetadata, MemberAssignment } = AssignerProtocol;
const NAME = 'pipeline-co-partitioning';
const VERSION = 1;

/** kafkajs hands its whole cluster to an assigner; its own ones use this part, which the types leave out. */
interface PartitionMetadata {
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
}

/**
 * Gives partition n of every subscribed topic to one member, so that a source, its replay lane and its state meet in
 * one process. Sticky: a partition stays where it is as far as the balance allows.
 *
 * A new one for each consumer, since each member tells the group what it owns.
 *
 * @param owned partitions of this member as of its last assignment; none before the first. (kafkajs does not tell the
 *   assigner: take them from the consumer's GROUP_JOIN event.)
 * @param onProblem told at once why this leader assigns nothing
 * @throws PipelineError from `assign`: `partition-counts-differ`, `topic-missing`. The consumer crashes with it and
 *   starts anew, until the topics are put right.
 */
export function coPartitioningAssigner(
  owned: () => Iterable<number>,
  onProblem: (error: Error) => void = () => undefined,
): PartitionAssigner {
  return ({ cluster }): Assigner => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => ({
      name: NAME,
      metadata: MemberMetadata.encode({ version: VERSION, topics, userData: encodeOwned(owned()) }),
    }),
    async assign({ members, topics }) {
      const partitions = countOrReport(topics, cluster as Cluster & PartitionMetadata, onProblem);
      const subscriptions = members.map(toSubscription);
      const plan = planAssignment({ members: subscriptions, partitions });
      return subscriptions.map(({ memberId, topics: subscribed }) => ({
        memberId,
        memberAssignment: MemberAssignment.encode({
          version: VERSION,
          // A member of another version may not know all topics; it is not given what it did not ask for.
          assignment: Object.fromEntries(
            topics.filter((topic) => subscribed.has(topic)).map((topic) => [topic, plan.get(memberId) ?? []]),
          ),
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

export interface PlanInput {
  readonly members: readonly { readonly memberId: string; readonly owned: readonly number[] }[];
  readonly partitions: number;
}

/**
 * Who gets which partitions: each exactly once, counts at most one apart, as few as possible taken from a member that
 * owns them. Depends on nothing but its input, whatever the order of the members. Claims that cannot be (out of range,
 * twice) are ignored; a partition that several claim, as after a lost session, goes to the one that claims the least.
 */
export function planAssignment({ members, partitions }: PlanInput): Map<string, number[]> {
  const plan = new Map<string, number[]>();
  if (members.length === 0) return plan;
  const claims = settleClaims(members, partitions);
  const least = Math.floor(partitions / members.length);
  let larger = partitions % members.length;

  // Those who own the most may keep one more: that is what makes the moves minimal.
  const byClaims = [...claims].sort(([a, owned], [b, others]) => others.length - owned.length || compare(a, b));
  const free = new Set(Array.from({ length: partitions }, (_, partition) => partition));
  const quotas = new Map<string, number>();
  for (const [memberId, owned] of byClaims) {
    const quota = larger > 0 ? least + 1 : least;
    larger -= 1;
    quotas.set(memberId, quota);
    const kept = owned.slice(0, quota);
    for (const partition of kept) free.delete(partition);
    plan.set(memberId, kept);
  }

  const rest = [...free];
  for (const memberId of [...plan.keys()].sort(compare)) {
    const kept = plan.get(memberId) ?? [];
    const wanted = (quotas.get(memberId) ?? 0) - kept.length;
    plan.set(
      memberId,
      [...kept, ...rest.splice(0, wanted)].sort((a, b) => a - b),
    );
  }
  return plan;
}

/** Partitions by member, each in one place at most, in ascending order. */
function settleClaims(members: PlanInput['members'], partitions: number): Map<string, number[]> {
  const valid = members.map(({ memberId, owned }) => ({
    memberId,
    owned: new Set(
      owned.filter((partition) => Number.isInteger(partition) && partition >= 0 && partition < partitions),
    ),
  }));
  const byModesty = [...valid].sort((a, b) => a.owned.size - b.owned.size || compare(a.memberId, b.memberId));
  const taken = new Set<number>();
  const settled = new Map<string, number[]>();
  for (const { memberId, owned } of byModesty) {
    const granted = [...owned].filter((partition) => !taken.has(partition)).sort((a, b) => a - b);
    for (const partition of granted) taken.add(partition);
    settled.set(memberId, granted);
  }
  return settled;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const RESTART_MS = 5_000;

function countOrReport(
  topics: readonly string[],
  cluster: PartitionMetadata,
  onProblem: (error: Error) => void,
): number {
  try {
    return commonPartitionCount(
      new Map(topics.map((topic) => [topic, cluster.findTopicPartitionMetadata(topic).length])),
    );
  } catch (error) {
    onProblem(error as Error);
    // What kafkajs reads to restart a consumer rather than end it for good, and when.
    throw Object.assign(error as Error, { retriable: true, retryTime: RESTART_MS });
  }
}

function toSubscription({ memberId, memberMetadata }: GroupMember): {
  memberId: string;
  owned: readonly number[];
  topics: ReadonlySet<string>;
} {
  const metadata = MemberMetadata.decode(memberMetadata);
  return { memberId, owned: decodeOwned(metadata?.userData), topics: new Set(metadata?.topics) };
}

function encodeOwned(owned: Iterable<number>): Buffer {
  return Buffer.from(JSON.stringify({ owned: [...owned] }));
}

/** Another member wrote it, perhaps of another version: what cannot be read claims nothing. */
function decodeOwned(userData: Buffer | undefined): readonly number[] {
  try {
    const { owned } = JSON.parse(String(userData)) as { owned?: unknown };
    return Array.isArray(owned) ? owned.filter((partition) => typeof partition === 'number') : [];
  } catch {
    return [];
  }
}
