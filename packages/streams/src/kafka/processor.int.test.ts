import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '@pipeline/schemas';
import type { Admin, Kafka } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { PipelineError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { outgoing } from '../message.ts';
import type { ProcessorObserver } from '../observer.ts';
import { createRetryPolicy } from '../retryPolicy.ts';
import { defineTopology } from '../topology.ts';
import { createKafka } from './client.ts';
import { createProcessor, type Processor } from './processor.ts';
import { createProducerQueue, type ProducerQueue } from './producerQueue.ts';

interface Value {
  readonly n: number;
  readonly poison?: boolean;
}

const PARTITIONS = 4;
const aTopic = <V>(name: string, cleanup: Topic['cleanup'] = 'delete'): Topic<V> => ({
  name,
  schema: 'json',
  cleanup,
  retentionMs: -1,
  maxMessageBytes: 1_000_000,
  config: {},
});
const source = aTopic<Value>('source');
const sink = aTopic<Value>('sink');
const state = aTopic<{ count: number; by: string }>('state', 'compact');
const deadLetters = aTopic<Uint8Array>('dlq');
const codec = {
  encode: (_topic: Topic, value: unknown) => Buffer.from(JSON.stringify(value)),
  decode: <V>(_topic: Topic<V>, bytes: Buffer): V => {
    try {
      return JSON.parse(bytes.toString()) as V;
    } catch (cause) {
      throw new PipelineError('permanent', 'undecodable', 'not JSON', { cause, stage: 'deserialize' });
    }
  },
};

let kafka: Kafka;
let admin: Admin;
let producer: ProducerQueue;
let prefix: string;
let running: Processor[];

beforeEach(async () => {
  kafka = createKafka({ brokers: inject('brokers'), clientId: 'processor-test' });
  prefix = `processor-${randomUUID().slice(0, 8)}.`;
  running = [];
  admin = kafka.admin();
  await admin.connect();
  const topics = [source, sink, state, deadLetters].map(({ name }) => ({
    topic: `${prefix}${name}`,
    numPartitions: PARTITIONS,
    replicationFactor: 1,
  }));
  await admin.createTopics({ waitForLeaders: true, topics });
  producer = createProducerQueue({ kafka });
  await producer.connect();
});

afterEach(async () => {
  await Promise.all(running.map((processor) => processor.stop(5_000)));
  await producer.close();
  await admin.deleteTopics({ topics: [source, sink, state, deadLetters].map(({ name }) => `${prefix}${name}`) });
  await admin.disconnect();
});

interface Options {
  readonly handler: Handler<Value, { count: number; by: string }>;
  readonly group?: string;
  readonly withState?: boolean;
  readonly coalesce?: boolean;
  readonly member?: string;
  readonly observer?: ProcessorObserver;
  readonly concurrency?: number;
}

function aProcessor({
  handler,
  group = 'group',
  withState = false,
  coalesce = false,
  member = 'member',
  observer = {},
  concurrency = 16,
}: Options): Processor {
  const processor = createProcessor({
    topology: defineTopology({
      name: 'test',
      sources: [source],
      sinks: [sink],
      deadLetters,
      handler,
      coalesce,
      ...(withState ? { state } : {}),
    }),
    kafka,
    codec: codec as never,
    producer,
    retry: createRetryPolicy({ baseMs: 20, capMs: 100 }),
    group: `${prefix}${group}`,
    prefix,
    service: 'test@1',
    member,
    concurrency,
    requestTimeoutMs: 5_000,
    readTimeoutMs: 5_000,
    sessionTimeoutMs: 6_000,
    commitIntervalMs: 100,
    observer,
  });
  running.push(processor);
  return processor;
}

const send = (messages: readonly { key: string; value: Value | string }[]): Promise<void> =>
  producer.send(
    messages.map(({ key, value }) => ({
      topic: `${prefix}source`,
      key,
      value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
      headers: {},
    })),
  );

async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 40_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await sleep(50);
  }
}

async function committed(group: string): Promise<bigint> {
  const [topic] = await admin.fetchOffsets({ groupId: `${prefix}${group}`, topics: [`${prefix}source`] });
  return (topic?.partitions ?? []).reduce((sum, { offset }) => sum + (BigInt(offset) > 0n ? BigInt(offset) : 0n), 0n);
}

async function count(topic: Topic): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(`${prefix}${topic.name}`);
  return offsets.reduce((sum, { low, high }) => sum + Number(BigInt(high) - BigInt(low)), 0);
}

const aBatch = (keys: number, each: number) =>
  Array.from({ length: keys * each }, (_, index) => ({
    key: `key-${index % keys}`,
    value: { n: Math.floor(index / keys) },
  }));

describe('processor on a real broker', () => {
  it('handles every message in the order of its key, keys side by side, publishes and commits all', async () => {
    const handled = new Map<string, number[]>();
    const inside = new Set<string>();
    let most = 0;
    const processor = aProcessor({
      handler: async ([message]) => {
        expect(inside.has(message.key)).toBe(false);
        inside.add(message.key);
        most = Math.max(most, inside.size);
        await sleep(5);
        inside.delete(message.key);
        handled.set(message.key, [...(handled.get(message.key) ?? []), message.value.n]);
        return [outgoing(sink, message.key, message.value)];
      },
    });
    await send(aBatch(20, 10));
    await processor.start();
    await until('all are committed', async () => (await committed('group')) === 200n);
    expect([...handled.values()]).toEqual(Array.from({ length: 20 }, () => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(most).toBeGreaterThan(PARTITIONS);
    expect(await count(sink)).toBe(200);
  });

  it('does not let one stuck key hold the others, and commits nothing past it', async () => {
    const done: string[] = [];
    const processor = aProcessor({
      handler: async ([{ key }]) => {
        if (key === 'stuck') throw new PipelineError('transient', 'down', 'no');
        done.push(key);
        return Promise.resolve([]);
      },
    });
    await send([{ key: 'stuck', value: { n: 0 } }, ...aBatch(50, 1)]);
    await processor.start();
    await until('the others are done', () => done.length === 50);
    expect(processor.status().unfinished).toBe(1);
    await processor.stop(1_000);
    const seen: string[] = [];
    const next = aProcessor({
      handler: ([{ key }]) => {
        seen.push(key);
        return Promise.resolve([]);
      },
    });
    await next.start();
    await until('the stuck one comes again', () => seen.includes('stuck'));
    await until('all is committed', async () => (await committed('group')) === 51n);
  });

  it('buries what can never succeed with its reason and goes on, alone of those that came together', async () => {
    const buried: string[] = [];
    const done: number[] = [];
    const processor = aProcessor({
      coalesce: true,
      observer: { deadLettered: (message, error) => buried.push(`${message.value?.toString()} ${error.code}`) },
      handler: async (messages) => {
        await sleep(20);
        if (messages.some(({ value }) => value.poison)) throw new PipelineError('permanent', 'refused', 'never');
        done.push(...messages.map(({ value }) => value.n));
        return [];
      },
    });
    const good = (n: number) => ({ key: 'a', value: { n } });
    await send([
      good(1),
      good(2),
      { key: 'a', value: { n: 3, poison: true } },
      good(4),
      { key: 'a', value: 'not JSON' },
      good(5),
    ]);
    await processor.start();
    await until('all are committed', async () => (await committed('group')) === 6n);
    expect(done).toEqual([1, 2, 4, 5]);
    expect(buried).toEqual(['{"n":3,"poison":true} refused', 'not JSON undecodable']);
    expect(await count(deadLetters)).toBe(2);
  });

  it('loses nothing and keeps state right while members join, drain and leave', async () => {
    const counting =
      (by: string): Handler<Value, { count: number; by: string }> =>
      async ([{ value }], context) => {
        await context.effect({ name: 'write' }, () => sleep(2));
        // Idempotent by position: the n-th message of a key makes its count n + 1, also when it comes again.
        if ((context.state.value?.count ?? 0) <= value.n) await context.state.append({ count: value.n + 1, by });
        return [];
      };
    const member = (name: string): Processor => aProcessor({ withState: true, member: name, handler: counting(name) });
    const first = member('first');
    await first.start();
    await send(aBatch(40, 5));
    const second = member('second');
    await second.start();
    await send(aBatch(40, 10).slice(200));
    await until('half is committed', async () => (await committed('group')) >= 200n);
    await first.stop(5_000);
    await until('all are committed', async () => (await committed('group')) === 400n);
    const counts = new Map<string, number>();
    const reader = aProcessor({
      group: 'reader',
      withState: true,
      handler: ([{ key }], { state: entry }) => {
        counts.set(key, entry.value?.count ?? 0);
        return Promise.resolve([]);
      },
    });
    await second.stop(5_000);
    await reader.start();
    await until('the reader has seen all keys', () => counts.size === 40);
    expect([...counts.values()]).toEqual(Array.from({ length: 40 }, () => 10));
  });

  it('fences a former owner, also one of another group: what it appends then is refused and nothing of it is read', async () => {
    const fenced: number[] = [];
    const gate = Promise.withResolvers<void>();
    const old = aProcessor({
      group: 'old',
      withState: true,
      member: 'old',
      observer: { fenced: (partition) => fenced.push(partition) },
      handler: async (_messages, { state: entry }) => {
        await gate.promise;
        await entry.append({ count: 1, by: 'old' });
        return [];
      },
    });
    await send([{ key: 'a', value: { n: 0 } }]);
    await old.start();
    await until('the old owner is at it', () => old.status().keysRunning === 1);
    const owners: unknown[] = [];
    const young = aProcessor({
      group: 'young',
      withState: true,
      member: 'young',
      handler: async (_messages, { state: entry }) => {
        owners.push(entry.value);
        await entry.append({ count: 2, by: 'young' });
        return [];
      },
    });
    await young.start();
    await until('the young owner has written', async () => (await committed('young')) === 1n);
    gate.resolve();
    await until('the old owner is fenced', () => fenced.length === 1);
    expect(old.status().fencedPartitions).toEqual(fenced);
    expect(owners).toEqual([undefined]);
    expect(await committed('old')).toBe(0n);
  });

  it('gives an effect that waited too long since its intent no permit, and none while it drains', async () => {
    const codes: string[] = [];
    const processor = aProcessor({
      withState: true,
      handler: async ([{ value }], context) => {
        const intentAt = await context.state.append({ count: value.n, by: 'x' });
        if (codes.length === 0) await sleep(30);
        await context.effect({ name: 'post', intentAt, startWithinMs: codes.length === 0 ? 10 : 60_000 }, (permit) => {
          expect(permit.effect).toBe('post');
          return Promise.resolve();
        });
        return [];
      },
      observer: { retrying: (_message, error) => codes.push(error.code) },
    });
    await send([{ key: 'a', value: { n: 1 } }]);
    await processor.start();
    await until('it is committed', async () => (await committed('group')) === 1n);
    expect(codes).toEqual(['start-window-passed']);
  });
});
