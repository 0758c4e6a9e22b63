/** For the integration tests of the processor: topics of their own on a real broker, a JSON codec, and members. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplayLane, Topic } from '@pipeline/schemas';
import type { Admin, ISocketFactory, Kafka } from 'kafkajs';
import { createTopics } from '../../../../../sandbox/src/testing/index.ts';
import { PipelineError } from '../../errors.ts';
import type { Handler } from '../../handler.ts';
import { createRetryPolicy } from '../../retryPolicy.ts';
import { defineTopology, type Table } from '../../topology.ts';
import { createKafka } from '../client.ts';
import type { ValueCodec } from '../keyExecution.ts';
import { createProcessor, type Processor } from '../processor.ts';
import type { ProcessorOptions } from '../processorOptions.ts';
import { createProducerQueue, type ProducerQueue } from '../producerQueue.ts';

export interface Value {
  readonly n: number;
  readonly poison?: boolean;
}
export interface State {
  readonly count: number;
  readonly by: string;
  readonly filler?: string;
}

export const PARTITIONS = 4;
const aTopic = <V>(name: string, changes: Partial<Topic<V>> = {}): Topic<V> => ({
  name,
  schema: 'json',
  cleanup: 'delete',
  retentionMs: -1,
  maxMessageBytes: 1_000_000,
  config: {},
  ...changes,
});
export const source = aTopic<Value>('source');
export const sink = aTopic<Value>('sink');
export const lane: ReplayLane<Value> = { ...aTopic<Value>('source.replay'), source };
/** As small as the ledger's limit, so that many entries do not fit into one transaction. */
export const state = aTopic<State>('state', { cleanup: 'compact', maxMessageBytes: 64 * 1_024 });
export const table = aTopic<Value>('table', { cleanup: 'compact' });
export const heldTopic = aTopic<Uint8Array>('held', { schema: undefined, cleanup: 'compact,delete' });
export const deadLetters = aTopic<Uint8Array>('dlq', { schema: undefined });
const declared: readonly Topic[] = [source, lane, sink, state, table, heldTopic, deadLetters];

export const jsonCodec: ValueCodec = {
  encode: (_topic, value) => Buffer.from(JSON.stringify(value)),
  decode: <V>(_topic: Topic<V>, bytes: Buffer): V => {
    try {
      return JSON.parse(bytes.toString()) as V;
    } catch (cause) {
      throw new PipelineError('permanent', 'undecodable', 'not JSON', { cause, stage: 'deserialize' });
    }
  },
};

export interface MemberOptions extends Partial<Omit<ProcessorOptions<Value, State>, 'topology'>> {
  readonly handler: Handler<Value, State>;
  readonly withState?: boolean;
  readonly holds?: boolean;
  readonly coalesce?: boolean;
  readonly withLane?: boolean;
  readonly table?: Pick<Table<Value>, 'onEntry' | 'onLost'>;
}

export interface BenchMessage {
  readonly key: string;
  readonly value: Value | string | null;
  /** (Default: none) */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Bench extends AsyncDisposable {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: ProducerQueue;
  readonly prefix: string;
  createTopic(topic: Topic, partitions?: number): Promise<void>;
  /** A member of the group `group`; stopped at the end. */
  member(options: MemberOptions): Processor;
  send(messages: readonly BenchMessage[], to?: Topic): Promise<void>;
  /** Sum of the group's committed offsets of a topic. (Default: of the source) */
  committed(group?: string, topic?: Topic): Promise<bigint>;
  /** Offsets written to a topic, control records included. */
  count(topic: Topic): Promise<number>;
}

export interface BenchOptions {
  readonly brokers: readonly string[];
  /** (Default: a new one) */
  readonly prefix?: string;
  /** Created at once. (Default: all) */
  readonly topics?: readonly Topic[];
  readonly socketFactory?: ISocketFactory;
}

export async function createBench({ brokers, prefix, topics = declared, socketFactory }: BenchOptions): Promise<Bench> {
  const name = prefix ?? `bench-${randomUUID().slice(0, 8)}.`;
  const kafka = createKafka({ brokers, clientId: 'bench' });
  const admin = kafka.admin();
  await admin.connect();
  const producer = createProducerQueue({ kafka });
  const members: Processor[] = [];
  const deployed = (topic: Topic): string => `${name}${topic.name}`;
  const toConfig = (topic: Topic, partitions = PARTITIONS) => ({
    topic: deployed(topic),
    numPartitions: partitions,
    replicationFactor: 1,
    configEntries: [
      { name: 'cleanup.policy', value: topic.cleanup },
      { name: 'max.message.bytes', value: String(topic.maxMessageBytes) },
    ],
  });
  if (topics.length > 0)
    await createTopics(
      kafka,
      topics.map((topic) => toConfig(topic)),
    );
  await producer.connect();

  return {
    kafka,
    admin,
    producer,
    prefix: name,
    async createTopic(topic, partitions) {
      await createTopics(kafka, [toConfig(topic, partitions)]);
    },
    member({
      handler,
      withState = false,
      holds = false,
      coalesce = false,
      withLane = false,
      table: follow,
      group = 'group',
      ...rest
    }) {
      const processor = createProcessor({
        topology: defineTopology({
          name: 'test',
          sources: [source],
          ...(withLane ? { lanes: [lane] } : {}),
          sinks: [sink],
          deadLetters,
          handler,
          coalesce,
          ...(withState ? { state } : {}),
          ...(holds ? { held: heldTopic } : {}),
          ...(follow ? { tables: [{ topic: table, ...follow } as Table] } : {}),
        }),
        kafka: createKafka({ brokers, clientId: 'bench', ...(socketFactory ? { socketFactory } : {}) }),
        codec: jsonCodec,
        producer,
        retry: createRetryPolicy({ baseMs: 20, capMs: 100 }),
        group: `${name}${group}`,
        prefix: name,
        service: 'test@1',
        member: 'member',
        concurrency: 16,
        requestTimeoutMs: 5_000,
        readTimeoutMs: 5_000,
        sessionTimeoutMs: 6_000,
        commitIntervalMs: 100,
        reopenMs: 500,
        ...rest,
      });
      members.push(processor);
      return processor;
    },
    send: (messages, to = source) =>
      producer.send(
        messages.map(({ key, value, headers = {} }) => ({
          topic: deployed(to),
          key,
          value: value === null ? null : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
          headers,
        })),
      ),
    async committed(group = 'group', of = source) {
      const [topic] = await admin.fetchOffsets({ groupId: `${name}${group}`, topics: [deployed(of)] });
      return (topic?.partitions ?? []).reduce(
        (sum, { offset }) => sum + (BigInt(offset) > 0n ? BigInt(offset) : 0n),
        0n,
      );
    },
    async count(topic) {
      const offsets = await admin.fetchTopicOffsets(deployed(topic));
      return offsets.reduce((sum, { low, high }) => sum + Number(BigInt(high) - BigInt(low)), 0);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(members.map((member) => member.stop(1_000)));
      await producer.close();
      const mine = (await admin.listTopics()).filter((topic) => topic.startsWith(name));
      if (prefix === undefined && mine.length > 0) await admin.deleteTopics({ topics: mine });
      await admin.disconnect();
    },
  };
}

export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await sleep(50);
  }
}

/** `each` messages for each of the keys, n counting up from 0. */
export const aBatch = (keys: number, each: number): { key: string; value: Value }[] =>
  Array.from({ length: keys * each }, (_, index) => ({
    key: `key-${index % keys}`,
    value: { n: Math.floor(index / keys) },
  }));

/** Idempotent by position: the n-th message of a key makes its count n + 1, also when it comes again. */
export const counting =
  (by: string, work: (context: Parameters<Handler<Value, State>>[1]) => Promise<unknown>): Handler<Value, State> =>
  async ([{ value }], context) => {
    await work(context);
    if ((context.state.value?.count ?? 0) <= value.n) await context.state.append({ count: value.n + 1, by });
    return [];
  };
