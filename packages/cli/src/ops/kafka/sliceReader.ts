import type { RawMessage } from '@pipeline/streams';
import type { Consumer, ConsumerConfig, IHeaders, Kafka } from 'kafkajs';
import type { Progress } from '../progress.ts';

/** Offsets `[from, to)` of a partition. `topic` is the deployed name. */
export interface Slice {
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

export interface SliceReader {
  /**
   * Reads what is committed in the slices and returns what is wanted, in order within a partition. `unread`: what did
   * not come within the time, e.g. behind a transaction that is open. One at a time.
   */
  read(
    slices: readonly Slice[],
    filter: ReadFilter,
  ): Promise<{ readonly messages: RawMessage[]; readonly unread: readonly Slice[] }>;
  close(): Promise<void>;
}

export interface ReadFilter {
  readonly wanted: (message: RawMessage) => boolean;
  /** false: empty ones are returned in their place. Null stays null. */
  readonly values: boolean;
  readonly onProgress: (progress: Progress) => void;
}

export interface SliceReaderOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  /** All that will be read, with partition counts. */
  readonly topics: ReadonlyMap<string, number>;
  /** Without a record for so long, what is left is given up. (Default: 10,000) */
  readonly idleMs?: number;
}

/** `next`: from here on it is still to be read. */
type OpenSlice = Slice & { next: bigint };

interface Reading extends ReadFilter {
  readonly open: Map<string, OpenSlice>;
  readonly messages: RawMessage[];
  total: number;
  read: number;
  movedAt: number;
  readonly done: () => void;
}

/** What a rebalance or a broker of which the machine has no time does to a consumer passes. */
const MOST_CRASHES = 3;

const at = (topic: string, partition: number): string => `${topic}/${partition}`;

/**
 * kafkajs reads only as a member of a group, and joining one takes seconds. So this joins once, alone in a group of its
 * own, holds every partition paused, and lets run only what is read just then. It commits nothing.
 */
export function createSliceReader(options: SliceReaderOptions): SliceReader {
  const { kafka, groupId, topics, idleMs = 10_000 } = options;
  let joining: Promise<Consumer> | undefined;
  let reading: Reading | undefined;
  let crash: Error | undefined;
  let crashes = 0;
  /** While it is not, kafkajs takes no orders: it is joining, once more after a crash. */
  let joined = false;

  async function join(): Promise<Consumer> {
    const consumer = kafka.consumer(consumerConfig(groupId));
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) =>
      reached(topic, partition, BigInt(lastOffset)),
    );
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      joined = false;
      crashes += 1;
      if (!restart || crashes > MOST_CRASHES) fail(error);
    });
    // Positions are lost when it has to join again, e.g. because it saw a topic before all its partitions.
    consumer.on(consumer.events.GROUP_JOIN, () => {
      joined = true;
      if (reading) reading.movedAt = performance.now();
      goOn(consumer);
    });
    await consumer.connect();
    // From the beginning: there it goes on when retention has deleted what was to be read.
    await consumer.subscribe({ topics: [...topics.keys()], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { topic, partition, messages } }) => {
        for (const { offset, key, value, headers, timestamp } of messages) {
          take({
            topic,
            partition,
            offset: BigInt(offset),
            timestamp: Number(timestamp),
            key: key?.toString() ?? null,
            value,
            headers: toTexts(headers),
          });
        }
        return Promise.resolve();
      },
    });
    return consumer;
  }

  function fail(error: Error): void {
    crash ??= error;
    reading?.done();
  }

  /** Lets run what is still to be read, from where it is, and nothing else. */
  function goOn(consumer: Consumer): void {
    if (!joined) return;
    consumer.pause(allPartitions(topics));
    const open = [...(reading?.open.values() ?? [])];
    for (const { topic, partition, next } of open) consumer.seek({ topic, partition, offset: String(next) });
    if (open.length > 0) consumer.resume(open.map(({ topic, partition }) => ({ topic, partitions: [partition] })));
  }

  function take(message: RawMessage): void {
    const slice = reading?.open.get(at(message.topic, message.partition));
    if (!reading || !slice || message.offset < slice.next || message.offset >= slice.to) return;
    reading.read++;
    if (!reading.wanted(message)) return;
    // A copy: the value is a window on the whole fetch response.
    const value = message.value && (reading.values ? Buffer.from(message.value) : Buffer.alloc(0));
    reading.messages.push({ ...message, value });
  }

  function reached(topic: string, partition: number, lastOffset: bigint): void {
    const slice = reading?.open.get(at(topic, partition));
    if (!reading || !slice || lastOffset < slice.next) return;
    slice.next = lastOffset + 1n;
    reading.movedAt = performance.now();
    reading.onProgress(reading);
    if (lastOffset < slice.to - 1n) return;
    reading.open.delete(at(topic, partition));
    void joining?.then((consumer) => joined && consumer.pause([{ topic, partitions: [partition] }]));
    if (reading.open.size === 0) reading.done();
  }

  return {
    async read(slices, filter) {
      const asked = slices.filter(({ from, to }) => to > from);
      if (asked.length === 0) return { messages: [], unread: [] };
      const consumer = await (joining ??= join());
      const { promise, resolve: done } = Promise.withResolvers<void>();
      const current: Reading = {
        open: new Map(asked.map((slice) => [at(slice.topic, slice.partition), { ...slice, next: slice.from }])),
        ...filter,
        messages: [],
        total: asked.reduce((sum, { from, to }) => sum + Number(to - from), 0),
        read: 0,
        movedAt: performance.now(),
        done,
      };
      reading = current;
      goOn(consumer);
      const idle = setInterval(() => {
        if (joined && performance.now() - current.movedAt > idleMs) done();
      }, 100);
      if (crash) done();
      await promise;
      clearInterval(idle);
      reading = undefined;
      if (crash) throw crash;
      if (joined) consumer.pause(allPartitions(topics));
      return { messages: current.messages, unread: [...current.open.values()] };
    },
    async close() {
      const consumer = await joining?.catch(() => undefined);
      await consumer?.disconnect();
    },
  };
}

const consumerConfig = (groupId: string): ConsumerConfig => ({
  groupId,
  allowAutoTopicCreation: false,
  maxWaitTimeInMs: 100,
  sessionTimeout: 30_000,
  heartbeatInterval: 3_000,
  retry: { retries: 5 },
});

const allPartitions = (topics: ReadonlyMap<string, number>) =>
  [...topics].map(([topic, count]) => ({
    topic,
    partitions: Array.from({ length: count }, (_, partition) => partition),
  }));

const toTexts = (headers: IHeaders = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
