import type { Admin, Kafka } from 'kafkajs';
import { PipelineError } from '../errors.ts';
import { isCoordinatorNotFound, kafkaErrorType } from './errorType.ts';

/** What a client is going to use, by deployed names. */
export interface Access {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Of which it will be a member. */
  readonly group?: string | undefined;
}

/**
 * Asks the brokers about each topic and the group, so that a right that was forgotten shows at the start and not with
 * the first dead letter. Sees that nothing at all is granted on a name, not that Write is missing where Read is there.
 *
 * @throws PipelineError `transient`: `access-missing`, with everything that has to be granted; `topic-missing`. And what
 *   kafkajs throws when no broker is reached.
 */
export async function checkAccess(kafka: Pick<Kafka, 'admin'>, { reads, writes, group }: Access): Promise<void> {
  const admin = kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 } });
  await admin.connect();
  try {
    const refused: string[] = [];
    const unknown: string[] = [];
    for (const topic of new Set([...reads, ...writes])) {
      const answer = await askAbout(admin, topic);
      if (answer === 'unknown') unknown.push(topic);
      if (answer === 'refused') {
        if (reads.includes(topic)) refused.push(`Read on topic ${topic}`);
        if (writes.includes(topic)) refused.push(`Write on topic ${topic}`);
      }
    }
    if (group !== undefined && (await isRefused(() => admin.describeGroups([group])))) refused.push(onGroup(group));
    if (refused.length > 0) throw accessMissing(refused);
    if (unknown.length > 0) throw topicsMissing(unknown);
  } finally {
    await admin.disconnect();
  }
}

async function askAbout(admin: Admin, topic: string): Promise<'known' | 'unknown' | 'refused'> {
  try {
    const refused = await isRefused(() => admin.fetchTopicMetadata({ topics: [topic] }));
    return refused ? 'refused' : 'known';
  } catch (error) {
    if (kafkaErrorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return 'unknown';
    throw error;
  }
}

async function isRefused(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return false;
  } catch (error) {
    if (kafkaErrorType(error)?.endsWith('_AUTHORIZATION_FAILED') || isCoordinatorNotFound(error)) return true;
    throw error;
  }
}

/** Of the two reasons that look alike, the one that lasts comes first. */
const UNCOORDINATED = '(or no broker coordinates it at present)';
const onGroup = (group: string): string => `Read on group ${group} ${UNCOORDINATED}`;

/** A refusal that came later than `checkAccess`, with what may be missing; undefined: the error is about something else. */
export function toAccessError(
  error: unknown,
  { reads, writes, group, transactions }: Access & { readonly transactions?: string },
): PipelineError | undefined {
  const coordinated =
    transactions === undefined
      ? onGroup(group ?? '')
      : `Write on transactional ids that begin with ${transactions} ${UNCOORDINATED}`;
  switch (kafkaErrorType(error)) {
    case 'TOPIC_AUTHORIZATION_FAILED':
      return accessMissing(
        [...reads.map((topic) => `Read on topic ${topic}`), ...writes.map((topic) => `Write on topic ${topic}`)],
        error,
      );
    case 'GROUP_AUTHORIZATION_FAILED':
    case 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED':
      return accessMissing([coordinated], error);
    case 'CLUSTER_AUTHORIZATION_FAILED':
      return accessMissing(
        ['Write on the topics that it produces to (brokers before 3.0: IdempotentWrite on the cluster)'],
        error,
      );
    default:
      return isCoordinatorNotFound(error) ? accessMissing([coordinated], error) : undefined;
  }
}

function accessMissing(rights: readonly string[], cause?: unknown): PipelineError {
  const message = `The brokers do not grant this client what it needs: ${rights.join('; ')}. \`npm run setup -- --print-acls\` prints the rights of every service; what is granted takes effect without a restart.`;
  return new PipelineError('transient', 'access-missing', message, { cause });
}

function topicsMissing(topics: readonly string[]): PipelineError {
  const message = `These topics do not exist: ${topics.join(', ')}. Services create none: run \`npm run setup\`, or check TOPIC_PREFIX.`;
  return new PipelineError('transient', 'topic-missing', message);
}
