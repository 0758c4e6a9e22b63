import { randomUUID } from 'node:crypto';
import { deadLetterTopics } from '@pipeline/schemas';
import { createKafka, type KafkaConnection, withLeaders } from '@pipeline/streams/kafka';
import type { Admin, IHeaders, Kafka } from 'kafkajs';

/** A message as it lies in Kafka. */
export interface TopicMessage {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export type TakeMessage = (message: TopicMessage) => void | Promise<void>;

/** A look at the sandbox's topics and groups. Topics are named without the sandbox's prefix. */
export interface KafkaView {
  /** Messages in all dead-letter topics. */
  deadLetters(): Promise<number>;
  /** Everything that a topic holds now, in order within a partition. */
  messages(topic: string): Promise<TopicMessage[]>;
  /** The same one after the other, for more than fits into memory. Ends when the topic does, or `take` rejects. */
  eachMessage(topic: string, take: TakeMessage): Promise<void>;
  /** Messages and markers ever written to a topic: the sum of its end offsets. */
  written(topic: string): Promise<number>;
  /** Writes bytes past the services, as a producer that is broken or hostile would. */
  produce(topic: string, messages: readonly { partition: number; key: string; value: Buffer }[]): Promise<void>;
  /** Messages that the group has not finished; all that lie in a partition of which it has committed no offset. */
  lag(group: string, topics: readonly string[]): Promise<number>;
  /** Messages in partitions of which the group has committed no offset yet. */
  unread(group: string, topics: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

/**
 * Reads partitions (`topic/partition` → end offset) to their ends: offsets alone would count the markers of transactions
 * too.
 */
async function readToEnds(
  kafka: Kafka,
  groupId: string,
  ends: ReadonlyMap<string, bigint>,
  take: TakeMessage,
): Promise<void> {
  if (ends.size === 0) return;
  const topics = new Set([...ends.keys()].map((address) => address.slice(0, address.lastIndexOf('/'))));
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 6_000, heartbeatInterval: 1_000 });
  const open = new Map(ends);
  const { promise: reachedEnds, resolve, reject } = Promise.withResolvers<void>();
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
      eachBatch: async ({ batch: { partition, messages } }) => {
        for (const { offset, key, value, headers } of messages) {
          const message = { partition, offset: BigInt(offset), key: key?.toString() ?? null, value };
          // Rejecting here would only make the consumer start anew.
          await Promise.resolve({ ...message, headers: toTexts(headers) })
            .then(take)
            .catch(reject);
        }
      },
    });
    await reachedEnds;
  } finally {
    await consumer.disconnect();
  }
}

const toTexts = (headers: IHeaders = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

export async function createKafkaView({ brokers, ssl, sasl }: KafkaConnection, prefix: string): Promise<KafkaView> {
  const kafka = createKafka({ clientId: 'sandbox', brokers, ssl, sasl, retry: { retries: 5 } });
  const admin: Admin = kafka.admin();
  await admin.connect();

  async function endOffsets(topic: string): Promise<Map<number, { low: bigint; high: bigint }>> {
    const name = `${prefix}${topic}`;
    const offsets = await admin
      .fetchTopicOffsets(name)
      .catch(() => withLeaders(kafka, (another) => another.fetchTopicOffsets(name)));
    return new Map(offsets.map(({ partition, low, high }) => [partition, { low: BigInt(low), high: BigInt(high) }]));
  }

  async function read(topics: readonly string[], take: TakeMessage): Promise<void> {
    const ends = new Map<string, bigint>();
    for (const topic of topics) {
      for (const [partition, { low, high }] of await endOffsets(topic))
        if (high > low) ends.set(`${prefix}${topic}/${partition}`, high);
    }
    const groupId = `${prefix}view-${randomUUID()}`;
    try {
      await readToEnds(kafka, groupId, ends, take);
    } finally {
      // Where it was not needed, or what it was needed for failed, there is none.
      await admin.deleteGroups([groupId]).catch(() => undefined);
    }
  }

  async function readAll(topics: readonly string[]): Promise<TopicMessage[]> {
    const found: TopicMessage[] = [];
    await read(topics, (message) => void found.push(message));
    return found;
  }

  /** Sums up what `open` makes of each partition: its bounds, and the offset that the group has committed, -1: none. */
  async function sumOpen(
    group: string,
    topics: readonly string[],
    open: (bounds: { low: bigint; high: bigint }, committed: bigint) => bigint,
  ): Promise<number> {
    let sum = 0n;
    for (const topic of topics) {
      const ends = await endOffsets(topic);
      const [committed] = await admin.fetchOffsets({ groupId: group, topics: [`${prefix}${topic}`] });
      for (const { partition, offset } of committed?.partitions ?? []) {
        const bounds = ends.get(partition);
        if (bounds && bounds.high > bounds.low) sum += open(bounds, BigInt(offset));
      }
    }
    return Number(sum);
  }

  return {
    deadLetters: async () => (await readAll(Object.values(deadLetterTopics).map(({ name }) => name))).length,
    messages: (topic) => readAll([topic]),
    eachMessage: (topic, take) => read([topic], take),
    written: async (topic) => [...(await endOffsets(topic)).values()].reduce((sum, { high }) => sum + Number(high), 0),
    async produce(topic, messages) {
      const producer = kafka.producer({ allowAutoTopicCreation: false });
      await producer.connect();
      try {
        await producer.send({ topic: `${prefix}${topic}`, acks: -1, messages: [...messages] });
      } finally {
        await producer.disconnect();
      }
    },
    lag: (group, topics) =>
      sumOpen(group, topics, ({ low, high }, committed) => high - (committed < low ? low : committed)),
    unread: (group, topics) => sumOpen(group, topics, ({ low, high }, committed) => (committed < 0n ? high - low : 0n)),
    close: () => admin.disconnect(),
  };
}
