import { createRequire } from 'node:module';
import type { Kafka } from 'kafkajs';

/** The parts of kafkajs 2.2.4 that are not public; a version that moves them fails in the integration test. */
interface Encoder {
  readonly buf: Buffer;
  writeInt8(value: number): Encoder;
  writeBoolean(value: boolean): Encoder;
  writeBuffer(value: Buffer): Encoder;
  writeUVarIntString(value: string): Encoder;
  writeUVarIntArray(values: readonly Encoder[]): Encoder;
}

interface Decoder {
  readInt8(): number;
  readInt16(): number;
  readInt32(): number;
  readBytes(length: number): Buffer;
  readUVarIntString(): string | null;
  readUVarIntArray<Item>(read: (decoder: Decoder) => Item): Item[] | null;
  readTaggedFields(): unknown;
}

interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  /** Learns the brokers. */
  metadata(of: { topics: readonly string[] }): Promise<unknown>;
  readonly brokerPool: {
    withBroker<Result>(use: (found: { broker: Broker }) => Promise<Result>): Promise<Result | null>;
  };
}

interface Broker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>> | null;
  readonly connectionPool: { send(request: object): Promise<ReadonlyMap<string, string>> };
}

type CreateCluster = (options: { allowAutoTopicCreation: boolean }) => Cluster;

const protocol = createRequire(import.meta.url);
const NewEncoder = protocol('kafkajs/src/protocol/encoder') as new () => Encoder;
const NewDecoder = protocol('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Decoder;

const METADATA = 3;
/** The first that needs no ids to ask, and answers with them: Kafka 3.1. kafkajs itself knows up to 6, without ids. */
const VERSION = 12;
const NO_TAGS = 0;
const UUID_BYTES = 16;
const ZERO_ID = Buffer.alloc(UUID_BYTES);

/**
 * The id that Kafka gave the topic when it was created: another topic of the same name has another one. As hex;
 * undefined: the broker is too old to tell.
 *
 * @throws what kafkajs throws when no broker is reached or the topic is not known
 */
export async function fetchTopicId(kafka: Kafka, topic: string): Promise<string | undefined> {
  const cluster = createCluster(kafka);
  try {
    await cluster.connect();
    await cluster.metadata({ topics: [topic] });
    const ids = await cluster.brokerPool.withBroker(({ broker }) => {
      if ((broker.versions?.[METADATA]?.maxVersion ?? 0) < VERSION) return Promise.resolve(new Map<string, string>());
      return broker.connectionPool.send(metadataRequest(topic));
    });
    return ids?.get(topic);
  } finally {
    await cluster.disconnect();
  }
}

function createCluster(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  if (!symbol) throw new Error('This version of kafkajs makes its connections in another way.');
  const create = (kafka as unknown as Record<symbol, CreateCluster>)[symbol];
  if (!create) throw new Error('This version of kafkajs makes its connections in another way.');
  return create({ allowAutoTopicCreation: false });
}

/** Metadata Request, version 12: https://kafka.apache.org/protocol */
const metadataRequest = (topic: string) => ({
  request: {
    apiKey: METADATA,
    apiVersion: VERSION,
    apiName: 'Metadata',
    encode: () => {
      const asked = new NewEncoder().writeBuffer(ZERO_ID).writeUVarIntString(topic).writeInt8(NO_TAGS);
      return Promise.resolve(
        new NewEncoder()
          // The header's.
          .writeInt8(NO_TAGS)
          .writeUVarIntArray([asked])
          .writeBoolean(false)
          .writeBoolean(false)
          .writeInt8(NO_TAGS),
      );
    },
  },
  response: {
    decode: (bytes: Buffer) => Promise.resolve({ clientSideThrottleTime: 0, ids: readTopicIds(new NewDecoder(bytes)) }),
    parse: ({ ids }: { ids: ReadonlyMap<string, string> }) => Promise.resolve(ids),
  },
});

function readTopicIds(decoder: Decoder): ReadonlyMap<string, string> {
  decoder.readTaggedFields();
  decoder.readInt32();
  decoder.readUVarIntArray((broker) => {
    broker.readInt32();
    broker.readUVarIntString();
    broker.readInt32();
    broker.readUVarIntString();
    return broker.readTaggedFields();
  });
  decoder.readUVarIntString();
  decoder.readInt32();
  const topics = decoder.readUVarIntArray(readTopic) ?? [];
  return new Map(topics.flatMap(({ code, name, id }) => (code === 0 && name !== null ? [[name, id]] : [])));
}

function readTopic(topic: Decoder) {
  const code = topic.readInt16();
  const name = topic.readUVarIntString();
  const id = topic.readBytes(UUID_BYTES).toString('hex');
  topic.readInt8();
  topic.readUVarIntArray(skipPartition);
  topic.readInt32();
  topic.readTaggedFields();
  return { code, name, id };
}

function skipPartition(partition: Decoder): void {
  partition.readInt16();
  for (let field = 0; field < 3; field++) partition.readInt32();
  for (let list = 0; list < 3; list++) partition.readUVarIntArray((replicas) => replicas.readInt32());
  partition.readTaggedFields();
}
