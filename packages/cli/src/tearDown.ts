import { setTimeout as sleep } from 'node:timers/promises';
import { allTopics, type Topic } from '@pipeline/schemas';
import type { RegistryAccess } from '@pipeline/streams/avro';
import type { KafkaConnection } from '@pipeline/streams/kafka';
import type { Admin } from 'kafkajs';
import { createRegistry, subjectsOf } from './registry.ts';
import { withAdmin } from './setUp.ts';

export interface TearDownOptions extends KafkaConnection, RegistryAccess {
  /** Not empty: what begins with it goes. */
  readonly prefix: string;
  /** (Default: all.) */
  readonly topics?: readonly Topic[] | undefined;
  /** Milliseconds for the members of a group to leave it or to time out. (Default: 20,000) */
  readonly groupTimeoutMs?: number | undefined;
}

/**
 * Deletes for good what `setUp` and the services made under a prefix: consumer groups whose names begin with it, topics,
 * subjects of the registry. Nothing happens where nothing is. May be repeated.
 *
 * @throws Error that says what stays, why, and how to remove it by hand; the rest is gone then.
 */
export async function tearDown(options: TearDownOptions): Promise<void> {
  if (options.prefix === '') throw new Error('Nothing is deleted without a prefix: it would be the whole Kafka.');
  const { groups, topics, subjects } = removalByHand(options);
  const parts = [
    { what: 'Consumer groups', work: deleteGroups(options), remedy: groups },
    { what: 'Topics', work: deleteTopics(options), remedy: topics },
    { what: 'Subjects of the registry', work: deleteSubjects(options), remedy: subjects },
  ];
  const outcomes = await Promise.allSettled(parts.map(({ work }) => work));
  const problems = parts.flatMap(({ what, remedy }, index) => {
    const outcome = outcomes[index];
    if (outcome?.status !== 'rejected') return [];
    return [`${what} that begin with ${options.prefix} stay: ${messageOf(outcome.reason)}\n  Remove them: ${remedy}`];
  });
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

type Removal = Readonly<Record<'groups' | 'topics' | 'subjects', string>>;

/** What to do by hand where `tearDown` cannot, for each kind. */
export function removalByHand({ brokers, registryUrl, prefix }: TearDownOptions): Removal {
  const at = `--bootstrap-server ${brokers.join(',')}`;
  return {
    groups: `kafka-consumer-groups.sh ${at} --list, then --delete --group NAME for each`,
    topics: `kafka-topics.sh ${at} --delete --topic '${prefix.replaceAll('.', '\\.')}.*'`,
    subjects: `for each of GET ${registryUrl}/subjects: DELETE ${registryUrl}/subjects/NAME, then again with ?permanent=true`,
  };
}

/** Deletes these topics under the prefix, and no others that happen to begin with it. */
export async function deleteTopics(
  options: KafkaConnection & Pick<TearDownOptions, 'prefix' | 'topics'>,
): Promise<void> {
  const names = new Set((options.topics ?? allTopics).map(({ name }) => `${options.prefix}${name}`));
  await withAdmin(options, async (admin) => {
    const present = (await admin.listTopics()).filter((name) => names.has(name));
    if (present.length > 0) await admin.deleteTopics({ topics: present, timeout: 30_000 });
  });
}

/** Deletes the schemas of these topics for good. */
export async function deleteSubjects(
  options: RegistryAccess & Pick<TearDownOptions, 'prefix' | 'topics'>,
): Promise<void> {
  const registry = createRegistry(options);
  for (const { subject } of subjectsOf(options.prefix, options.topics ?? allTopics)) await registry.remove(subject);
}

const GROUP_PAUSE_MS = 500;

async function deleteGroups({ prefix, groupTimeoutMs = 20_000, ...connection }: TearDownOptions): Promise<void> {
  await withAdmin(connection, async (admin) => {
    const deadline = performance.now() + groupTimeoutMs;
    for (;;) {
      const groups = await groupsUnder(admin, prefix);
      if (groups.length === 0) return;
      try {
        await admin.deleteGroups(groups);
      } catch (error) {
        // A member that was killed counts until its session times out.
        if (performance.now() > deadline) throw new Error(refusals(error), { cause: error });
        await sleep(GROUP_PAUSE_MS);
      }
    }
  });
}

async function groupsUnder(admin: Admin, prefix: string): Promise<string[]> {
  const { groups } = await admin.listGroups();
  return groups.map(({ groupId }) => groupId).filter((group) => group.startsWith(prefix));
}

/** kafkajs' error about groups says nothing itself. */
function refusals(error: unknown): string {
  const { groups = [] } = error as { groups?: { groupId: string; error?: { message?: string } }[] };
  const reasons = groups.map(({ groupId, error: reason }) => `${groupId}: ${reason?.message ?? 'refused'}`);
  return reasons.length > 0 ? `${reasons.join('; ')}.` : messageOf(error);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
