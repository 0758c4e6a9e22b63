import type { Admin, Kafka } from 'kafkajs';
import { PipelineError } from '../errors.ts';
import { kafkaErrorType } from './errorType.ts';
import { ConfigResourceTypes } from './kafkajs/index.ts';
import type { PartitionCounts } from './topicChecks.ts';

export interface PartitionOffsets {
  readonly low: bigint;
  readonly high: bigint;
  /** What the group has committed; undefined: nothing. */
  readonly committed: bigint | undefined;
  /** Of that commit. */
  readonly metadata: string | null;
}

/** By topic, then by partition. */
export type OffsetsByTopic = ReadonlyMap<string, ReadonlyMap<number, PartitionOffsets>>;

/** @throws PipelineError `transient`, `topic-missing`: nothing may be consumed of it until it is there; try again. */
export function offsetsAt(offsets: OffsetsByTopic, topic: string, partition: number): PartitionOffsets {
  const found = offsets.get(topic)?.get(partition);
  if (found) return found;
  const message = `Partition ${partition} of topic ${topic} does not exist; create it with \`npm run setup\`.`;
  throw new PipelineError('transient', 'topic-missing', message);
}

/** What the broker knows of a processor's topics. Needs only the rights to describe them and to read the group. */
export interface TopicFacts {
  /** Connects, and closes the connection once it is not needed: asked only while a member starts. */
  countPartitions(topics: readonly string[]): Promise<PartitionCounts>;
  /** A setting of the topic. undefined: this client may not ask. */
  setting(topic: string, name: string): Promise<string | undefined>;
  offsets(topics: readonly string[], group: string): Promise<OffsetsByTopic>;
  close(): Promise<void>;
}

export function createTopicFacts(kafka: Kafka): TopicFacts {
  let connecting: Promise<Admin> | undefined;

  async function connect(): Promise<Admin> {
    const admin = kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 } });
    await admin.connect();
    return admin;
  }

  async function withAdmin<Result>(ask: (admin: Admin) => Promise<Result>): Promise<Result> {
    connecting ??= connect();
    const used = connecting;
    try {
      return await ask(await used);
    } catch (error) {
      // A new connection for the next question: this one may be the reason.
      if (connecting === used) connecting = undefined;
      void disconnect(used);
      throw error;
    }
  }

  return {
    countPartitions: (topics) =>
      withAdmin(async (admin) => {
        const counts = new Map<string, number>();
        for (const topic of topics) counts.set(topic, await countOf(admin, topic));
        return counts;
      }),
    setting: (topic, name) =>
      withAdmin(async (admin) => {
        try {
          const { resources } = await admin.describeConfigs({
            includeSynonyms: false,
            resources: [{ type: ConfigResourceTypes.TOPIC, name: topic, configNames: [name] }],
          });
          return resources[0]?.configEntries.find(({ configName }) => configName === name)?.configValue;
        } catch (error) {
          if (kafkaErrorType(error)?.endsWith('_AUTHORIZATION_FAILED')) return undefined;
          throw error;
        }
      }),
    offsets: (topics, group) =>
      withAdmin(async (admin) => {
        const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
        const result = new Map<string, Map<number, PartitionOffsets>>();
        for (const topic of topics) {
          const commits = new Map(
            committed
              .find((entry) => entry.topic === topic)
              ?.partitions.map(({ partition, offset, metadata }) => [partition, { offset: BigInt(offset), metadata }]),
          );
          const bounds = await admin.fetchTopicOffsets(topic);
          const ofTopic = bounds.map(({ partition, low, high }): [number, PartitionOffsets] => {
            const { offset, metadata } = commits.get(partition) ?? { offset: -1n, metadata: null };
            const committed = offset < 0n ? undefined : offset;
            return [partition, { low: BigInt(low), high: BigInt(high), committed, metadata }];
          });
          result.set(topic, new Map(ofTopic));
        }
        return result;
      }),
    async close() {
      const used = connecting;
      connecting = undefined;
      if (used) await disconnect(used);
    },
  };
}

async function countOf(admin: Admin, topic: string): Promise<number> {
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    return topics[0]?.partitions.length ?? 0;
  } catch (error) {
    if (kafkaErrorType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return 0;
    throw error;
  }
}

async function disconnect(connecting: Promise<Admin>): Promise<void> {
  try {
    await (await connecting).disconnect();
  } catch {
    // It never connected, or is gone already.
  }
}
