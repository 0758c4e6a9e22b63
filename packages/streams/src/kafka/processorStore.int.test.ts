import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it } from 'vitest';
import { createTcpProxy, proxySocketFactory } from '../../../../sandbox/src/testing/index.ts';
import { PipelineError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { createProducerQueue } from './producerQueue.ts';
import { aBatch, counting, createBench, jsonCodec, sink, type State, until, type Value } from './testing/bench.ts';

const brokers = inject('brokers');
/** Kafka's numbers of the requests. */
const END_TXN = 26;

/** A bench whose members reach the broker through a proxy. */
async function createCutBench() {
  const proxy = await createTcpProxy({ target: brokers[0] ?? '' });
  const bench = await createBench({ brokers, socketFactory: proxySocketFactory(proxy.address) });
  return {
    proxy,
    bench,
    async [Symbol.asyncDispose]() {
      await bench[Symbol.asyncDispose]();
      await proxy.close();
    },
  };
}

it('restores its state anew after each commit whose answer is lost, and neither loses nor repeats an entry', async () => {
  await using cut = await createCutBench();
  const { bench, proxy } = cut;
  const restored: (State | undefined)[] = [];
  const codes: string[] = [];
  const buried: string[] = [];
  let restores = 0;
  const member = bench.member({
    withState: true,
    observer: {
      restored: () => void restores++,
      deadLettered: (_message, error) => void buried.push(error.code),
      retrying: (_message, error) => void codes.push(error.code),
    },
    handler: async ([{ value }], context) => {
      if (context.state.restored) restored.push(context.state.value);
      // Not idempotent: a lost or repeated entry shows in the count.
      if ((context.state.value?.count ?? 0) === value.n) await context.state.append({ count: value.n + 1, by: 'x' });
      else if ((context.state.value?.count ?? 0) < value.n)
        throw new PipelineError('permanent', 'gap', 'an entry is missing');
      return [];
    },
  });
  await member.start();
  await until('all are open', () => restores === 4);
  proxy.cutEveryNthResponse(END_TXN, 5);
  await bench.send(aBatch(30, 8));
  await until('some were cut', () => proxy.cuts >= 5);
  proxy.cutEveryNthResponse(END_TXN, 0);
  await until('all is committed', async () => (await bench.committed()) === 240n);
  expect(buried).toEqual([]);
  expect(restores).toBeGreaterThan(4);
  expect(new Set(codes)).toEqual(new Set(['commit-unknown']));
  // What was written by the lost commits was read back, as restored.
  expect(restored.length).toBeGreaterThan(0);
  const counts: number[] = [];
  const reader = bench.member({
    group: 'reader',
    withState: true,
    handler: (_messages, { state }) => {
      counts.push(state.value?.count ?? 0);
      return Promise.resolve([]);
    },
  });
  await member.stop(1_000);
  await reader.start();
  await until('the reader is through', () => counts.length === 240);
  expect(new Set(counts)).toEqual(new Set([8]));
});

it('opens no partition by a claim whose commit was not answered: the handler sees all of the state, and since when it is ours', async () => {
  await using cut = await createCutBench();
  const { bench, proxy } = cut;
  await bench.send(aBatch(20, 1));
  const first = bench.member({ withState: true, handler: counting('first', () => Promise.resolve()) });
  await first.start();
  await until('all is committed', async () => (await bench.committed()) === 20n);
  await first.stop(1_000);
  await bench.send(aBatch(20, 1));
  const seen: (number | undefined)[] = [];
  const since: number[] = [];
  const second = bench.member({
    withState: true,
    handler: (_messages, { state }) => {
      seen.push(state.value?.count);
      since.push(state.ownedSince.monotonic);
      return Promise.resolve([]);
    },
  });
  const startedAt = performance.now();
  proxy.cutEveryNthResponse(END_TXN, 1);
  await second.start();
  await until('claims were cut', () => proxy.cuts >= 6);
  proxy.cutEveryNthResponse(END_TXN, 0);
  await until('all is committed', async () => (await bench.committed()) === 40n);
  expect(seen).toEqual(Array.from({ length: 20 }, () => 1));
  expect(Math.min(...since)).toBeGreaterThan(startedAt);
});

it('gives entries, and what goes with them without headers, those that follow from the message', async () => {
  await using bench = await createBench({ brokers });
  const member = bench.member({
    withState: true,
    headersOf: ({ name }, from) => ({ topic: name, trace: from['trace'] ?? '' }),
    handler: async ([{ key, value }], { state: entry }) => {
      await entry.append({ count: 1, by: 'x' }, [
        { topic: sink, key, value },
        { topic: sink, key: 'own', value, headers: { own: 'yes' } },
      ]);
      return [];
    },
  });
  await member.start();
  const value = Buffer.from(JSON.stringify({ n: 0 }));
  await bench.producer.send([{ topic: `${bench.prefix}source`, key: 'a', value, headers: { trace: 't-1' } }]);
  const found = new Map<string, Record<string, string>>();
  const consumer = bench.kafka.consumer({ groupId: `${bench.prefix}reader` });
  await consumer.connect();
  await consumer.subscribe({ topics: [`${bench.prefix}state`, `${bench.prefix}sink`], fromBeginning: true });
  await consumer.run({
    eachMessage: ({ topic, message: { key, headers = {} } }) => {
      const texts = Object.entries(headers).map(([name, text]) => [name, String(text)] as const);
      found.set(`${topic.slice(bench.prefix.length)} ${key?.toString()}`, Object.fromEntries(texts));
      return Promise.resolve();
    },
  });
  await until('all are read', () => ['state a', 'sink a', 'sink own'].every((record) => found.has(record)));
  await consumer.disconnect();
  expect(found.get('state a')).toEqual({ topic: 'state', trace: 't-1' });
  expect(found.get('sink a')).toEqual({ topic: 'sink', trace: 't-1' });
  expect(found.get('sink own')).toEqual({ own: 'yes' });
});

it('settles after one lost commit however long the handlers are that began before it', async () => {
  await using cut = await createCutBench();
  const { bench, proxy } = cut;
  let restores = 0;
  const member = bench.member({
    withState: true,
    concurrency: 64,
    observer: { restored: () => void restores++ },
    handler: counting('x', (context) => context.effect({ name: 'call' }, () => sleep(200 + Math.random() * 600))),
  });
  await member.start();
  await until('all are open', () => restores === 4);
  await bench.send(aBatch(60, 4));
  await until('it works', async () => (await bench.committed()) > 20n);
  const before = proxy.cuts;
  proxy.cutEveryNthResponse(END_TXN, 1);
  await until('one was cut', () => proxy.cuts > before);
  proxy.cutEveryNthResponse(END_TXN, 0);
  const lost = proxy.cuts - before;
  await until('all is committed', async () => (await bench.committed()) === 240n);
  expect(restores - 4).toBeLessThanOrEqual(lost);
});

it('writes many entries at once to a topic that takes 64 KiB at once', async () => {
  await using bench = await createBench({ brokers });
  const codes: string[] = [];
  let restores = 0;
  const filler = 'x'.repeat(10_000);
  const member = bench.member({
    withState: true,
    concurrency: 64,
    observer: { restored: () => void restores++, retrying: (_message, error) => void codes.push(error.code) },
    handler: async ([{ value }], context) => {
      await context.state.append({ count: value.n + 1, by: 'x', filler });
      return [];
    },
  });
  await bench.send(aBatch(300, 1));
  await member.start();
  await until('all is committed', async () => (await bench.committed()) === 300n);
  expect(codes).toEqual([]);
  expect(restores).toBe(4);
});

it('buries the one message whose entry is larger than its topic takes', async () => {
  await using bench = await createBench({ brokers });
  const buried: string[] = [];
  let restores = 0;
  const member = bench.member({
    withState: true,
    observer: {
      restored: () => void restores++,
      deadLettered: ({ key }, error) => void buried.push(`${key} ${error.code}`),
    },
    handler: async ([{ key, value }], context) => {
      await context.state.append({ count: value.n, by: 'x', filler: 'x'.repeat(key === 'key-3' ? 100_000 : 10) });
      return [];
    },
  });
  await bench.send(aBatch(8, 1));
  await member.start();
  await until('all is committed', async () => (await bench.committed()) === 8n);
  expect(buried).toEqual(['key-3 message-too-large']);
  // Nothing of it went to the broker, whose refusal would have cost everybody a new store.
  expect(restores).toBe(4);
});

it('never shows a handler an empty state because it is being restored while the message is decoded', async () => {
  await using cut = await createCutBench();
  const { bench, proxy } = cut;
  const slow = Promise.withResolvers<void>();
  let waiting = false;
  const codec = {
    ...jsonCodec,
    async decode<V>(topic: { name: string }, bytes: Buffer): Promise<V> {
      const value = await jsonCodec.decode<V & Value>(topic as never, bytes);
      if (topic.name === 'source' && value.n === 1 && !waiting) {
        waiting = true;
        await slow.promise;
      }
      return value;
    },
  };
  const seen: (number | undefined)[] = [];
  const statuses: string[] = [];
  const handler: Handler<Value, State> = async ([{ value }], context) => {
    if (value.n === 1) seen.push(context.state.value?.count);
    await context.state.append({ count: value.n + 1, by: 'x' });
    return [];
  };
  const member = bench.member({
    withState: true,
    codec: codec as never,
    handler,
    observer: { deadLettered: (_message, error) => void statuses.push(error.code) },
  });
  await member.start();
  await bench.send([{ key: 'a', value: { n: 0 } }]);
  await until('the first is done', async () => (await bench.committed()) === 1n);
  await bench.send([{ key: 'a', value: { n: 1 } }]);
  await until('the second is being decoded', () => waiting);
  // Another key of the same partition loses its commit: the whole partition is restored anew, which is held up.
  const other = await sameAs(bench, 'a');
  proxy.cutEveryNthResponse(END_TXN, 1);
  await bench.send([{ key: other, value: { n: 0 } }]);
  await until('it is being restored', () => member.status().restoringPartitions === 1);
  slow.resolve();
  await sleep(300);
  expect(member.status().restoringPartitions).toBe(1);
  proxy.cutEveryNthResponse(END_TXN, 0);
  await until('all is committed', async () => (await bench.committed()) === 3n);
  expect(seen).toEqual([1]);
  expect(statuses).toEqual([]);
});

/** Another key that lies in the same partition. */
async function sameAs(bench: Awaited<ReturnType<typeof createBench>>, key: string): Promise<string> {
  const partitionOf = async (candidate: string): Promise<number> => {
    const before = await bench.admin.fetchTopicOffsets(`${bench.prefix}sink`);
    const queue = createProducerQueue({ kafka: bench.kafka });
    await queue.send([{ topic: `${bench.prefix}sink`, key: candidate, value: Buffer.from('{}'), headers: {} }]);
    await queue.close();
    const after = await bench.admin.fetchTopicOffsets(`${bench.prefix}sink`);
    const changed = after.find(
      ({ partition, high }) => before.find((old) => old.partition === partition)?.high !== high,
    );
    return changed?.partition ?? -1;
  };
  const wanted = await partitionOf(key);
  for (let n = 0; ; n++) if ((await partitionOf(`other-${n}`)) === wanted) return `other-${n}`;
}
