import { randomUUID } from 'node:crypto';
import type { Topic } from '@pipeline/schemas';
import type { RawMessage } from '@pipeline/streams';
import { createKafka } from '@pipeline/streams/kafka';
import type { Admin, Kafka } from 'kafkajs';
import { createProgress } from '../progress.ts';
import type { OpsTarget } from '../target.ts';
import { partitionCountsIn } from './commits.ts';
import { partitionsOf } from './positions.ts';
import { createSliceReader } from './sliceReader.ts';
import { type Bounds, toSlices } from './slices.ts';

/** What to read of a topic. */
export interface Part extends Bounds {
  readonly topic: Topic;
}

/** A message with the topic that it lies in. */
export interface LogMessage extends RawMessage {
  readonly source: Topic;
}

/** The deployment's topics and groups, to look at. Writes nothing. */
export interface Log {
  readonly kafka: Kafka;
  nameOf(topic: Topic): string;
  /** 0: there is no such topic. */
  partitionCount(topic: Topic): number;
  partitionsOf(topic: Topic, keys: Iterable<string>): readonly number[];
  /** What is not wanted does not stay in memory. */
  read(parts: readonly Part[], wanted?: (message: LogMessage) => boolean): Promise<LogMessage[]>;
  /** Everything, with empty values in the place of values: there may be many, and large ones. */
  readHeaders(parts: readonly Part[]): Promise<LogMessage[]>;
  /** Committed offsets of a service's group by partition; undefined: it may not be asked for. */
  committed(group: string, topic: Topic): Promise<ReadonlyMap<number, bigint> | undefined>;
  /** How many partitions a topic had when a service's group committed, as far as its commits say it and may be asked for. */
  committedPartitionCounts(group: string, topic: Topic): Promise<readonly number[]>;
  /** What could not be read although it should be there, in words. */
  readonly gaps: readonly string[];
}

/**
 * Lends the log.
 * @throws Error that says what to check when Kafka does not answer, or has no topic of the deployment.
 */
export async function withLog<Result>(
  options: { readonly target: OpsTarget; readonly topics: readonly Topic[]; readonly say: (line: string) => void },
  use: (log: Log) => Promise<Result>,
): Promise<Result> {
  const { target, topics, say } = options;
  const { brokers, ssl, sasl, prefix, groupPrefix } = target;
  const kafka = createKafka({ clientId: 'pipeline-ops', brokers, ssl, sasl, retry: { retries: 5 } });
  const admin = kafka.admin();
  const groupId = `${groupPrefix}ops-${randomUUID()}`;
  await connect(admin, brokers);
  try {
    const counts = await countPartitions(
      admin,
      topics.map(({ name }) => `${prefix}${name}`),
    );
    if (counts.size === 0) throw noTopics(prefix, brokers);
    const byName = new Map(topics.map((topic) => [`${prefix}${topic.name}`, topic]));
    const reader = createSliceReader({ kafka, groupId, topics: counts });
    const gaps: string[] = [];
    const nameOf = ({ name }: Topic): string => `${prefix}${name}`;
    const partitionCount = (topic: Topic): number => counts.get(nameOf(topic)) ?? 0;

    const withSource = (message: RawMessage): LogMessage => {
      const source = byName.get(message.topic);
      if (!source) throw new Error(`${message.topic} was read, but not asked for.`);
      return { ...message, source };
    };

    async function readParts(
      parts: readonly Part[],
      wanted: (message: LogMessage) => boolean,
      values: boolean,
    ): Promise<LogMessage[]> {
      const present = parts.filter(({ topic }) => partitionCount(topic) > 0);
      const slices = await toSlices(
        kafka,
        present.map(({ topic, ...bounds }) => ({ ...bounds, name: nameOf(topic) })),
      );
      const { messages, unread } = await reader.read(slices, {
        wanted: (message) => wanted(withSource(message)),
        values,
        onProgress: createProgress(say),
      });
      for (const { topic, partition, to } of unread)
        gaps.push(
          `${topic}/${partition} was not read up to offset ${to}: an open transaction, or Kafka is slow. Try again.`,
        );
      return messages.map(withSource).sort(byPosition);
    }

    async function fetchCommits(group: string, topic: Topic) {
      const [found] = await admin.fetchOffsets({ groupId: `${groupPrefix}${group}`, topics: [nameOf(topic)] });
      return found?.partitions ?? [];
    }

    const log: Log = {
      kafka,
      gaps,
      nameOf,
      partitionCount,
      partitionsOf: (topic, keys) => partitionsOf(keys, partitionCount(topic)),
      read: (parts, wanted = () => true) => readParts(parts, wanted, true),
      readHeaders: (parts) => readParts(parts, () => true, false),
      async committed(group, topic) {
        try {
          const commits = await fetchCommits(group, topic);
          return new Map(
            commits.flatMap(({ partition, offset }) =>
              BigInt(offset) < 0n ? [] : [[partition, BigInt(offset)] as const],
            ),
          );
        } catch {
          return undefined;
        }
      },
      async committedPartitionCounts(group, topic) {
        if (partitionCount(topic) === 0) return [];
        return partitionCountsIn(await fetchCommits(group, topic).catch(() => []));
      },
    };
    try {
      return await use(log);
    } finally {
      await reader.close();
      // Without commits it is nothing that stays; where it was never joined, or may not be deleted, neither.
      await admin.deleteGroups([groupId]).catch(() => undefined);
    }
  } finally {
    await admin.disconnect();
  }
}

async function connect(admin: Admin, brokers: readonly string[]): Promise<void> {
  try {
    await admin.connect();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Kafka at ${brokers.join(', ')} does not answer, or does not let us in: ${why}. Are KAFKA_BROKERS and the settings for TLS and SASL those of the services?`,
      { cause },
    );
  }
}

/** What is wrong when Kafka has none of the topics. */
export const noTopics = (prefix: string, brokers: readonly string[]): Error =>
  new Error(
    `Kafka at ${brokers.join(', ')} has no topic of the pipeline ${prefix === '' ? 'without a prefix' : `with the prefix "${prefix}"`}. Is TOPIC_PREFIX that of the services, and may this user see the topics?`,
  );

async function countPartitions(admin: Admin, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const present = new Set(await admin.listTopics());
  const topics = names.filter((name) => present.has(name));
  if (topics.length === 0) return new Map();
  const metadata = await admin.fetchTopicMetadata({ topics });
  return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
}

const byPosition = (a: LogMessage, b: LogMessage): number =>
  (a.topic < b.topic ? -1 : Number(a.topic > b.topic)) || a.partition - b.partition || Number(a.offset - b.offset);
