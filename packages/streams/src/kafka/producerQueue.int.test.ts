import { setTimeout as sleep } from 'node:timers/promises';
import { topics, type Topic } from '@pipeline/schemas';
import { expect, it } from 'vitest';
import { createTcpProxy, PRODUCE, proxySocketFactory, withTopics } from '../../../../sandbox/src/testing/index.ts';
import { createKafka } from './client.ts';
import { createProducerQueue, type ProducerMessage, type ProducerQueueOptions } from './producerQueue.ts';

const notifications = topics.commercetoolsNotifications;
const links = topics.fulfillmentLinks;
const KIB = 1_024;

interface Read {
  readonly key: string | undefined;
  readonly value: string;
  readonly partition: number;
}

/** All records of a topic, each partition in order of its offsets. */
async function readAll(brokers: readonly string[], topic: string): Promise<Read[]> {
  const kafka = createKafka({ brokers, clientId: 'test-reader' });
  const admin = kafka.admin();
  const consumer = kafka.consumer({ groupId: `${topic}.reader`, maxWaitTimeInMs: 100, allowAutoTopicCreation: false });
  try {
    await admin.connect();
    const ends = new Map(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, BigInt(high)]),
    );
    const read: Read[] = [];
    const done = Promise.withResolvers<void>();
    const settle = () => {
      if ([...ends.values()].every((left) => left === 0n)) done.resolve();
    };
    settle();
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        for (const { key, value, offset } of batch.messages) {
          read.push({ key: key?.toString(), value: value?.toString() ?? '', partition: batch.partition });
          if (BigInt(offset) + 1n >= (ends.get(batch.partition) ?? 0n)) ends.set(batch.partition, 0n);
        }
        settle();
        return Promise.resolve();
      },
    });
    await done.promise;
    return read;
  } finally {
    await Promise.all([consumer.disconnect(), admin.disconnect()]);
  }
}

async function withQueue<Result>(
  options: { topics: readonly Topic[]; queue?: Partial<ProducerQueueOptions> },
  use: (lent: {
    queue: ReturnType<typeof createProducerQueue>;
    proxy: Awaited<ReturnType<typeof createTcpProxy>>;
    brokers: string[];
    nameOf: (topic: Topic) => string;
  }) => Promise<Result>,
): Promise<Result> {
  return withTopics({ topics: options.topics, partitions: 3 }, async ({ brokers, nameOf }) => {
    const proxy = await createTcpProxy({ target: brokers[0] ?? '' });
    const kafka = createKafka({ brokers, clientId: 'test', socketFactory: proxySocketFactory(proxy.address) });
    const queue = createProducerQueue({ kafka, ...options.queue });
    try {
      await queue.connect();
      return await use({ queue, proxy, brokers, nameOf });
    } finally {
      await queue.close();
      await proxy.close();
    }
  });
}

const message = (topic: string, n: number, changes: Partial<ProducerMessage> = {}): ProducerMessage => ({
  topic,
  key: `key-${n % 20}`,
  value: Buffer.from(String(n)),
  headers: { n: String(n) },
  ...changes,
});

/*
 * Why the queue exists: the same with `producer.send()` of kafkajs' idempotent producer called by 50 senders at once,
 * instead of `queue.send()`, ends with acknowledged records that are not in the topic (measured: 25 cuts, 25 missing, 24
 * there twice; with this proxy, one answer in four cut: 125 acknowledged, 29 missing, 25 twice). It is not run here:
 * it shows a fault of kafkajs, not of ours.
 */
it('loses no acknowledged record and keeps the order of each key while the connection is cut 25 times', async () => {
  await withQueue({ topics: [notifications] }, async ({ queue, proxy, brokers, nameOf }) => {
    const topic = nameOf(notifications);
    const acknowledged: number[] = [];
    let next = 0;
    proxy.cutEveryNthResponse(PRODUCE, 4);
    const sendUntilCut = async () => {
      while (proxy.cuts < 25) {
        const n = next++;
        await queue.send([message(topic, n)]);
        acknowledged.push(n);
        // Else all senders go in step, and calls would not overlap even if the queue let them.
        await sleep(Math.random() * 10);
      }
    };
    await Promise.all(Array.from({ length: 50 }, sendUntilCut));
    proxy.cutEveryNthResponse(PRODUCE, 0);
    await queue.send([message(topic, next++)]);

    const read = await readAll(brokers, topic);
    const present = new Set(read.map(({ value }) => Number(value)));
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(acknowledged.filter((n) => !present.has(n))).toEqual([]);
    const firsts = new Map<string, number[]>();
    for (const n of present) firsts.set(`key-${n % 20}`, [...(firsts.get(`key-${n % 20}`) ?? []), n]);
    for (const order of firsts.values()) expect(order).toEqual([...order].sort((a, b) => a - b));
  });
});

it('loses nothing while messages without key, of several partitions and topics, share batches that are cut', async () => {
  await withQueue({ topics: [notifications, links] }, async ({ queue, proxy, brokers, nameOf }) => {
    proxy.cutEveryNthResponse(PRODUCE, 3);
    const sends = Array.from({ length: 300 }, (_, n) =>
      queue.send([message(nameOf(notifications), n, { key: null }), message(nameOf(links), n)]),
    );
    await Promise.all(sends);
    proxy.cutEveryNthResponse(PRODUCE, 0);
    for (const topic of [notifications, links]) {
      const present = new Set((await readAll(brokers, nameOf(topic))).map(({ value }) => Number(value)));
      expect(present.size).toBe(300);
    }
  });
});

it('waits through an outage of the broker and then sends everything', async () => {
  await withQueue({ topics: [notifications] }, async ({ queue, proxy, brokers, nameOf }) => {
    const topic = nameOf(notifications);
    await queue.send([message(topic, 0)]);
    proxy.setReachable(false);
    const sends = [1, 2, 3].map((n) => queue.send([message(topic, n)]));
    const early = await Promise.race([...sends, new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'))]);
    expect(early).toBe('still waiting');
    proxy.setReachable(true);
    await Promise.all(sends);
    expect(new Set((await readAll(brokers, topic)).map(({ value }) => value))).toEqual(new Set(['0', '1', '2', '3']));
  });
});

it('refuses a message that is too large for its topic, and only that one', async () => {
  await withQueue({ topics: [links] }, async ({ queue, brokers, nameOf }) => {
    const topic = nameOf(links);
    const results = await Promise.allSettled([
      queue.send([message(topic, 0)]),
      queue.send([message(topic, 1, { value: Buffer.alloc(100 * KIB, 'x') })]),
      queue.send([message(topic, 2)]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { errorClass: 'permanent', code: 'message-too-large' } });
    expect(new Set((await readAll(brokers, topic)).map(({ value }) => value))).toEqual(new Set(['0', '2']));
  });
});

it('writes a message of almost 2 MiB, and many small ones to a topic that takes 64 KiB at once', async () => {
  const known = { maxTopicBytes: () => undefined };
  await withQueue({ topics: [notifications, links], queue: known }, async ({ queue, brokers, nameOf }) => {
    await queue.send([message(nameOf(notifications), 0, { value: Buffer.alloc(2 * KIB * KIB - 4 * KIB, 'x') })]);
    const many = Array.from({ length: 400 }, (_, n) => message(nameOf(links), n, { value: Buffer.alloc(KIB, 'x') }));
    await queue.send(many);
    expect((await readAll(brokers, nameOf(notifications))).map(({ value }) => value.length)).toEqual([
      2 * KIB * KIB - 4 * KIB,
    ]);
    expect((await readAll(brokers, nameOf(links))).length).toBeGreaterThanOrEqual(400);
  });
});

it('fails only the messages for a topic that does not exist, and creates none', async () => {
  await withQueue({ topics: [links] }, async ({ queue, nameOf }) => {
    const results = await Promise.allSettled([
      queue.send([message(nameOf(links), 0)]),
      queue.send([message(`${nameOf(links)}.absent`, 1)]),
      queue.send([message(nameOf(links), 2)]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { errorClass: 'transient', code: 'unknown-topic' } });
  });
});

it('refuses a message without key for a compacted topic, and only that one', async () => {
  await withQueue({ topics: [links] }, async ({ queue, nameOf }) => {
    const results = await Promise.allSettled([
      queue.send([message(nameOf(links), 0)]),
      queue.send([message(nameOf(links), 1, { key: null, partition: 0 })]),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(results[1]).toMatchObject({ reason: { errorClass: 'permanent', code: 'message-refused' } });
  });
});
