import { randomUUID } from 'node:crypto';
import { deadLetterTopics } from '@pipeline/schemas';
import { type Admin, Kafka, logLevel } from 'kafkajs';

/** A look at the sandbox's topics and groups. */
export interface KafkaView {
  /** Messages in all dead-letter topics. */
  deadLetters(): Promise<number>;
  /** Messages that the group has not finished, in the topics of which it has committed offsets. */
  lag(group: string, topics: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

/**
 * Reads partitions (`topic/partition` → end offset) to their ends and counts the messages: offsets alone would count the
 * markers of transactions too.
 */
async function countMessages(kafka: Kafka, ends: Map<string, bigint>): Promise<number> {
  if (ends.size === 0) return 0;
  const topics = new Set([...ends.keys()].map((address) => address.slice(0, address.lastIndexOf('/'))));
  const groupId = `count-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 6_000, heartbeatInterval: 1_000 });
  const open = new Map(ends);
  const { promise: reachedEnds, resolve } = Promise.withResolvers<void>();
  let count = 0;
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
    const end = open.get(`${topic}/${partition}`);
    if (end !== undefined && BigInt(lastOffset) >= end - 1n) open.delete(`${topic}/${partition}`);
    if (open.size === 0) resolve();
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        count += batch.messages.length;
        return Promise.resolve();
      },
    });
    await reachedEnds;
  } finally {
    await consumer.disconnect();
  }
  return count;
}

export async function createKafkaView(brokers: readonly string[], prefix: string): Promise<KafkaView> {
  const kafka = new Kafka({ clientId: 'sandbox', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin: Admin = kafka.admin();
  await admin.connect();

  async function endOffsets(topic: string): Promise<Map<number, { low: bigint; high: bigint }>> {
    const offsets = await admin.fetchTopicOffsets(`${prefix}${topic}`);
    return new Map(offsets.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]));
  }

  return {
    async deadLetters() {
      const ends = new Map<string, bigint>();
      for (const { name } of Object.values(deadLetterTopics)) {
        for (const [partition, { low, high }] of await endOffsets(name))
          if (high > low) ends.set(`${prefix}${name}/${partition}`, high);
      }
      return countMessages(kafka, ends);
    },
    async lag(group, topics) {
      let lag = 0n;
      for (const topic of topics) {
        const ends = await endOffsets(topic);
        const [committed] = await admin.fetchOffsets({ groupId: group, topics: [`${prefix}${topic}`] });
        for (const { partition, offset } of committed?.partitions ?? []) {
          const end = ends.get(partition);
          if (end && end.high > end.low) lag += end.high - (BigInt(offset) < end.low ? end.low : BigInt(offset));
        }
      }
      return Number(lag);
    },
    close: () => admin.disconnect(),
  };
}
