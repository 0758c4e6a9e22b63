import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '@pipeline/schemas';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { PipelineError } from '../errors.ts';
import { outgoing } from '../message.ts';
import type { Processor } from './processor.ts';
import {
  aBatch,
  type Bench,
  counting,
  createBench,
  deadLetters,
  jsonCodec,
  type MemberOptions,
  PARTITIONS,
  sink,
  source,
  state,
  until,
} from './testing/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench({ brokers: inject('brokers'), topics: [source, sink, state, deadLetters] });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const aProcessor = (options: MemberOptions): Processor => bench.member(options);
const send: Bench['send'] = (messages) => bench.send(messages);
const committed = (group: string): Promise<bigint> => bench.committed(group);
const count = (topic: Topic): Promise<number> => bench.count(topic);

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

  it.each([false, true])(
    'handles a key with a thousand messages in order, and no other key waits for it; several at once: %s',
    async (coalesce) => {
      const others = aBatch(50, 10);
      const handled: { readonly key: string; readonly n: number }[] = [];
      const processor = aProcessor({
        coalesce,
        handler: async (messages, context) => {
          await context.effect({ name: 'write' }, () => sleep(2));
          for (const { key, value } of messages) handled.push({ key, n: value.n });
          return [];
        },
      });
      const hot = Array.from({ length: 1_000 }, (_, n) => ({ key: 'hot', value: { n } }));
      await send(hot.slice(0, 500));
      await send(others);
      await send(hot.slice(500));
      await processor.start();
      await until('all are committed', async () => (await committed('group')) === BigInt(1_000 + others.length));
      const ofHot = handled.filter(({ key }) => key === 'hot').map(({ n }) => n);
      expect(ofHot).toEqual(hot.map(({ value }) => value.n));
      expect(handled).toHaveLength(1_000 + others.length);
      const lastOther = handled.findLastIndex(({ key }) => key !== 'hot');
      const ofHotBefore = handled.slice(0, lastOther).filter(({ key }) => key === 'hot').length;
      // One at a time it is far from its end when all others are done.
      if (!coalesce) expect(ofHotBefore).toBeLessThan(500);
    },
  );

  it('parks a message whose call alone keeps failing, and none while it fails for all', async () => {
    let tried = 0;
    const processor = aProcessor({
      parkAfterMs: 300,
      handler: async ([{ key }], context) => {
        await context.effect({ name: 'write' }, async () => {
          if (key !== 'stuck') return;
          tried++;
          throw new PipelineError('unknown-outcome', 'http-500', 'no');
        });
        return [];
      },
    });
    await send([{ key: 'stuck', value: { n: 0 } }]);
    await processor.start();
    await sleep(1_000);
    expect([await count(deadLetters), tried > 1]).toEqual([0, true]);
    let sent = 0;
    await until('it is parked', async () => {
      await send(aBatch(1, 1));
      sent++;
      return (await count(deadLetters)) === 1;
    });
    await until('all are committed', async () => (await committed('group')) === BigInt(sent + 1));
  });

  it('does not let one stuck key hold the others, commits nothing past it, and does none of them again after a restart', async () => {
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
    expect(seen).toEqual(['stuck']);
  });

  it('keeps a bad deploy from dumping the topic: what it cannot handle waits for the version that can', async () => {
    let buried = 0;
    const bad = aProcessor({
      observer: { deadLettered: () => void buried++ },
      handler: () => Promise.reject(new PipelineError('permanent', 'mapping', 'a defect')),
    });
    await send(aBatch(100, 1));
    await bad.start();
    await until('dead letters are held back', () => bad.status().deadLettersHeldBack);
    await until('the rest waits', () => bad.status().keysWaiting === 100 - buried);
    await bad.stop(1_000);
    expect(buried).toBeLessThan(60);
    const done = new Set<string>();
    const mended = aProcessor({
      handler: ([{ key }]) => {
        done.add(key);
        return Promise.resolve([]);
      },
    });
    await mended.start();
    await until('all is committed', async () => (await committed('group')) === 100n);
    expect(done.size).toBe(100 - buried);
    expect(await count(deadLetters)).toBe(buried);
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
    const member = (name: string): Processor =>
      aProcessor({
        withState: true,
        member: name,
        handler: counting(name, (context) => context.effect({ name: 'write' }, () => sleep(2))),
      });
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

  it('hands over what it has finished at the very moment of a rebalance', async () => {
    const handled: string[] = [];
    const options = (by: string): MemberOptions => ({
      commitIntervalMs: 600_000,
      handler: ([{ key }]) => {
        handled.push(`${by} ${key}`);
        return Promise.resolve([]);
      },
    });
    const first = aProcessor(options('first'));
    await first.start();
    await send(aBatch(40, 1));
    await until('all are handled', () => handled.length === 40);
    const second = aProcessor(options('second'));
    await second.start();
    await until('it owns its half', () => second.status().ownedPartitions === PARTITIONS / 2);
    await send([...aBatch(40, 2)].slice(40));
    await until('the rest is handled', () => handled.length >= 80);
    expect(handled.length).toBe(80);
    expect(new Set(handled.map((line) => line.split(' ')[0]))).toEqual(new Set(['first', 'second']));
  });

  it('keeps bytes of its own of what waits, not the whole answer of the fetch', async () => {
    let largest = 0;
    const done: string[] = [];
    const processor = aProcessor({
      codec: {
        ...jsonCodec,
        decode: (topic, bytes) => {
          largest = Math.max(largest, bytes.buffer.byteLength);
          return jsonCodec.decode(topic, bytes);
        },
      },
      handler: ([{ key }]) => {
        done.push(key);
        return Promise.resolve([]);
      },
    });
    await send(aBatch(2_000, 1));
    await processor.start();
    await until('all are handled', () => done.length === 2_000);
    expect(largest).toBeLessThan(100);
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
