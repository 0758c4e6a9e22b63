import { randomUUID } from 'node:crypto';
import { createTopics, registerSchemas, tearDown } from '@pipeline/cli';
import { type Broker, startBroker } from '@pipeline/sandbox';
import { deadLetterTopics, replayTopics, type Topic, topics } from '@pipeline/schemas';
import { type Codec, createCodec } from '@pipeline/streams/avro';
import { createKafka, createProducerQueue, type ProducerQueue } from '@pipeline/streams/kafka';
import type { Stop } from '../sandboxParts.ts';

export type Log = (line: string) => void;

/** Kafka and the registry for a whole command. */
export async function startKafka(log: Log, stops: Stop[]): Promise<Broker> {
  const broker = await startBroker({ log, env: process.env });
  stops.push(() => broker.stop());
  return broker;
}

/** Topics of one run, which nothing was written to before. */
export interface RunTopics {
  readonly broker: Broker;
  readonly prefix: string;
  readonly codec: Codec;
  send<Value>(topic: Topic<Value>, entries: readonly Keyed<Value>[]): Promise<void>;
}

export interface Keyed<Value> {
  readonly key: string;
  readonly value: Value;
  /** (Default: none) */
  readonly headers?: Readonly<Record<string, string>>;
}

const usedByRouter: readonly Topic[] = [
  topics.commerceOrders,
  replayTopics.commerceOrders,
  topics.fulfillmentOrders,
  topics.fulfillmentLinks,
  topics.fulfillmentStates,
  deadLetterTopics['order-router'],
];

export interface RunTopicsOptions {
  /** Messages of a topic in one request. (Default: as many as fit) */
  readonly maxBatchMessages?: number;
  /** (Default: those of the router) */
  readonly topics?: readonly Topic[];
}

/** Lends topics, schemas and a producer of their own, with 12 partitions as the real ones; gone afterwards. */
export async function withTopics<Result>(
  broker: Broker,
  use: (run: RunTopics) => Promise<Result>,
  { maxBatchMessages, topics: used = usedByRouter }: RunTopicsOptions = {},
): Promise<Result> {
  const prefix = `bench-${randomUUID().slice(0, 8)}.`;
  const target = { ...broker, prefix, topics: used, log: () => undefined };
  let producer: ProducerQueue | undefined;
  try {
    await createTopics(target);
    await registerSchemas(target);
    const codec = createCodec({ ...broker, prefix, topics: used });
    await codec.warm();
    const kafka = createKafka({ ...broker, clientId: 'bench' });
    const sending = createProducerQueue({
      kafka,
      deliveryTimeoutMs: 120_000,
      // The limit is for one partition; keys are spread evenly over twelve.
      maxTopicBytes: (topic) => 6 * (used.find(({ name }) => topic === `${prefix}${name}`)?.maxMessageBytes ?? 0),
      ...(maxBatchMessages === undefined ? {} : { maxBatchMessages }),
    });
    producer = sending;
    const send: RunTopics['send'] = async (topic, entries) => {
      const messages = await Promise.all(
        entries.map(async ({ key, value, headers = {} }) => ({
          topic: `${prefix}${topic.name}`,
          key,
          value: await codec.encode(topic, value),
          headers,
        })),
      );
      await sending.send(messages);
    };
    return await use({ broker, prefix, codec, send });
  } finally {
    await producer?.close();
    await tearDown(target);
  }
}

/** Makes and sends `count` messages, a block at a time, while the next block is made. */
export async function sendAll<Value>(
  { send }: RunTopics,
  topic: Topic<Value>,
  { count, make, block = 2_000 }: { count: number; make: (index: number) => Keyed<Value>; block?: number },
): Promise<void> {
  let under: Promise<void> = Promise.resolve();
  for (let from = 0; from < count; from += block) {
    const entries = Array.from({ length: Math.min(block, count - from) }, (_, index) => make(from + index));
    await under;
    under = send(topic, entries);
    under.catch(() => undefined);
  }
  await under;
}
