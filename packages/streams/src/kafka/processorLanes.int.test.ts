import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { CallAgain, PipelineError } from '../errors.ts';
import { replayHeaders } from '../replay.ts';
import {
  aBatch,
  type Bench,
  createBench,
  deadLetters,
  heldTopic,
  lane,
  type MemberOptions,
  sink,
  source,
  state,
  until,
  type Value,
} from './testing/bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await createBench({ brokers: inject('brokers'), topics: [source, lane, sink, state, deadLetters] });
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const laneTopic = (): string => `${bench.prefix}${lane.name}`;
const aMember = (options: MemberOptions) => bench.member({ withLane: true, ...options });

/** As the operator's command puts them into the lane. */
const replayed = (messages: readonly { readonly key: string; readonly value: Value }[]) =>
  messages.map(({ key, value }) => ({
    key,
    value,
    headers: replayHeaders(
      { headers: { traceparent: 'T' }, offset: BigInt(value.n), timestamp: 1_000 + value.n },
      'R1',
    ),
  }));

describe('replay lane beside its source, on a real broker', () => {
  it('hands over a message of the lane as one of the source, with the time at which it lay there', async () => {
    const seen: unknown[] = [];
    const member = aMember({
      handler: ([{ source: from, timestamp, headers, topic, value }]) => {
        seen.push({
          from: from.name,
          timestamp,
          origin: headers['origin'],
          trace: headers['traceparent'],
          topic,
          value,
        });
        return Promise.resolve([]);
      },
    });
    await bench.send(replayed([{ key: 'a', value: { n: 7 } }]), lane);
    await member.start();
    await until('it is committed', async () => (await bench.committed('group', lane)) === 1n);
    const expected = { from: source.name, timestamp: 1_007, origin: 'replay', trace: 'T', topic: laneTopic() };
    expect(seen).toEqual([{ ...expected, value: { n: 7 } }]);
    expect(await bench.committed('group', source)).toBe(0n);
  });

  it('lets live messages overtake a lane that is full, and gives the lane a quarter of the places at most', async () => {
    const LANE = 1_000;
    const LIVE = 200;
    const inside = { lane: 0, live: 0 };
    const done = { lane: 0, live: 0 };
    let mostOfLane = 0;
    let laneAtTheEndOfLive = -1;
    const member = aMember({
      concurrency: 8,
      handler: async ([{ topic }], context) => {
        const kind = topic === laneTopic() ? 'lane' : 'live';
        inside[kind]++;
        mostOfLane = Math.max(mostOfLane, inside.lane);
        await context.read({ name: 'read' }, () => sleep(10));
        inside[kind]--;
        done[kind]++;
        if (done.live === LIVE && laneAtTheEndOfLive < 0) laneAtTheEndOfLive = done.lane;
        return [];
      },
    });
    await bench.send(replayed(aBatch(LANE, 1)), lane);
    await member.start();
    await until('the replay is under way', () => done.lane >= 10);
    await bench.send(aBatch(LIVE, 1).map((message) => ({ ...message, key: `live-${message.key}` })));
    await until('all of live is done', () => done.live === LIVE);
    expect(mostOfLane).toBeLessThanOrEqual(2);
    expect(laneAtTheEndOfLive).toBeLessThan(LANE / 2);
    await until('the lane goes on afterwards', () => done.lane > laneAtTheEndOfLive + 10);
    expect(member.status().replayLag.get(laneTopic())).toBeGreaterThan(0);
  });

  it('gives the lane nothing while live messages take every place, and its turn when there is one', async () => {
    const released = Promise.withResolvers<void>();
    const done: string[] = [];
    let fetchedOfLane = 0;
    const member = aMember({
      concurrency: 2,
      observer: { consumed: (topic, count) => void (fetchedOfLane += topic === laneTopic() ? count : 0) },
      handler: async ([{ topic }], context) => {
        if (topic !== laneTopic()) await context.read({ name: 'read' }, () => released.promise);
        done.push(topic);
        return [];
      },
    });
    await bench.send(aBatch(3, 1).map((message) => ({ ...message, key: `live-${message.key}` })));
    await member.start();
    await until('live has all places', () => member.status().inFlight === 2);
    await bench.send(replayed(aBatch(3, 1)), lane);
    await until('the lane was fetched', () => fetchedOfLane === 3);
    await sleep(300);
    expect(done).toEqual([]);
    expect(member.status()).toMatchObject({ unfinished: 3, replayLag: new Map([[laneTopic(), 3]]) });
    released.resolve();
    await until('all is done', () => done.length === 6);
  });

  it('holds messages of the lane aside as those of the source, also over a restart', async () => {
    await bench.createTopic(heldTopic);
    const first = aMember({
      holds: true,
      handler: () => Promise.reject(new CallAgain(60_000, 'not yet', { hold: true })),
    });
    await bench.send(replayed([{ key: 'a', value: { n: 7 } }]), lane);
    await first.start();
    await until('its offset is done', async () => (await bench.committed('group', lane)) === 1n);
    await first.stop(1_000);
    const seen: unknown[] = [];
    const second = aMember({
      holds: true,
      handler: ([{ source: from, timestamp, headers, heldSince }]) => {
        seen.push({ from: from.name, timestamp, origin: headers['origin'], held: heldSince !== undefined });
        return Promise.resolve([]);
      },
    });
    await second.start();
    await until('it came again', () => seen.length === 1);
    expect(seen).toEqual([{ from: source.name, timestamp: 1_007, origin: 'replay', held: true }]);
  });

  it('never handles messages of one key from both topics at the same time, each topic in its order', async () => {
    const inside = new Set<string>();
    const overlaps: string[] = [];
    const orders = new Map<string, number[]>();
    const member = aMember({
      concurrency: 16,
      handler: async ([{ key, topic, value }]) => {
        if (inside.has(key)) overlaps.push(key);
        inside.add(key);
        await sleep(2);
        inside.delete(key);
        const name = `${topic}/${key}`;
        orders.set(name, [...(orders.get(name) ?? []), value.n]);
        return [];
      },
    });
    await bench.send(replayed(aBatch(5, 20)), lane);
    await bench.send(aBatch(5, 20));
    await member.start();
    await until('the lane is committed', async () => (await bench.committed('group', lane)) === 100n);
    await until('the source is committed', async () => (await bench.committed('group', source)) === 100n);
    expect(overlaps).toEqual([]);
    expect(orders.size).toBe(10);
    const ascending = Array.from({ length: 20 }, (_, n) => n);
    for (const seen of orders.values()) expect(seen).toEqual(ascending);
    await until('nothing lags', () => member.status().replayLag.get(laneTopic()) === 0);
  });

  it('does not coalesce messages of the lane with live ones of the key', async () => {
    const calls: string[][] = [];
    const member = aMember({
      coalesce: true,
      handler: async (messages) => {
        await sleep(20);
        calls.push(messages.map(({ headers }) => headers['origin'] ?? 'live'));
        return [];
      },
    });
    await bench.send(aBatch(1, 20));
    await bench.send(replayed(aBatch(1, 20)), lane);
    await member.start();
    await until('all is handled', () => calls.flat().length === 40);
    for (const origins of calls) expect(new Set(origins).size).toBe(1);
  });

  it('commits the lane on its own: a stuck live order keeps it not back, and a restart goes on where it was', async () => {
    const first: number[] = [];
    const stuck: MemberOptions['handler'] = ([{ key }]) => {
      if (key === 'stuck') throw new PipelineError('transient', 'down', 'no');
      return Promise.resolve([]);
    };
    const member = aMember({
      handler: async (messages, context) => {
        if (messages[0].topic === laneTopic()) first.push(messages[0].value.n);
        return await stuck(messages, context);
      },
    });
    await bench.send([{ key: 'stuck', value: { n: 0 } }]);
    await bench.send(replayed(aBatch(1, 30)), lane);
    await member.start();
    await until('the lane is committed', async () => (await bench.committed('group', lane)) === 30n);
    expect(await bench.committed('group', source)).toBe(0n);
    await member.stop(1_000);
    await bench.send(replayed([{ key: 'key-0', value: { n: 30 } }]), lane);
    const second: number[] = [];
    const next = aMember({
      handler: ([{ topic, value }]) => {
        if (topic === laneTopic()) second.push(value.n);
        return Promise.resolve([]);
      },
    });
    await next.start();
    await until('the lane is committed', async () => (await bench.committed('group', lane)) === 31n);
    await until('the stuck one is done', async () => (await bench.committed('group', source)) === 1n);
    expect(first).toHaveLength(30);
    expect(second).toEqual([30]);
  });

  it('gives a partition of the lane to the member that has that of the source and its state', async () => {
    const owners = new Map<string, Set<string>>();
    const handlerOf =
      (by: string): MemberOptions['handler'] =>
      async ([{ partition, topic, value }], context) => {
        await context.state.append({ count: value.n, by });
        if (value.n < 100) return [];
        const name = `${partition}`;
        owners.set(name, (owners.get(name) ?? new Set()).add(by));
        seen.push(`${topic}/${partition}`);
        return [];
      };
    const seen: string[] = [];
    const members = ['one', 'two'].map((by) => aMember({ withState: true, member: by, handler: handlerOf(by) }));
    await bench.send(replayed(aBatch(40, 2)), lane);
    await members[0]?.start();
    await until('one has begun', () => (members[0]?.status().ownedPartitions ?? 0) === 4);
    await members[1]?.start();
    await until('they share', () =>
      members.every((member) => member.status().ownedPartitions === 2 && member.status().restoringPartitions === 0),
    );
    const later = aBatch(40, 1).map(({ key }) => ({ key, value: { n: 100 } }));
    await bench.send(later);
    await bench.send(replayed(later), lane);
    await until('all is committed', async () => (await bench.committed('group', lane)) === 120n);
    await until('the source, too', async () => (await bench.committed('group', source)) === 40n);
    expect(new Set(seen).size).toBe(8);
    expect([...owners.values()].map((by) => [...by])).toEqual(Array.from({ length: 4 }, () => [expect.any(String)]));
  });

  it('reads no lane at rate 0, shows what waits, and reads it once there is a rate', async () => {
    const handler: MemberOptions['handler'] = () => Promise.resolve([]);
    const member = aMember({ replayPerSecond: 0, handler });
    await bench.send(replayed(aBatch(20, 1)), lane);
    await bench.send(aBatch(20, 1));
    await member.start();
    await until('live is done', async () => (await bench.committed('group', source)) === 20n);
    expect(member.status().replayLag.get(laneTopic())).toBe(20);
    expect(await bench.committed('group', lane)).toBe(0n);
    await member.stop(1_000);
    const next = aMember({ replayPerSecond: 1_000, handler });
    await next.start();
    await until('the lane is done', async () => (await bench.committed('group', lane)) === 20n);
    expect(next.status().replayLag.get(laneTopic())).toBe(0);
  });

  it('does not start without its lane, and says what to do', async () => {
    await bench.admin.deleteTopics({ topics: [laneTopic()] });
    const member = aMember({ handler: () => Promise.resolve([]) });
    await until('the broker has forgotten it', async () => !(await bench.admin.listTopics()).includes(laneTopic()));
    await expect(member.start()).rejects.toMatchObject({ code: 'topic-missing' });
    expect(member.status().problems.join()).toContain(laneTopic());
    expect(member.status().problems.join()).toContain('npm run setup');
  });
});
