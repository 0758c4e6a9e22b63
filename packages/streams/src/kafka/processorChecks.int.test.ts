import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '@pipeline/schemas';
import { expect, inject, it } from 'vitest';
import type { PipelineError } from '../errors.ts';
import { partitionOf } from '../partitionOf.ts';
import { createProducerQueue } from './producerQueue.ts';
import {
  aBatch,
  type Bench,
  counting,
  createBench,
  deadLetters,
  type MemberOptions,
  sink,
  source,
  state,
  until,
} from './testing/bench.ts';

const brokers = inject('brokers');
const count: MemberOptions = { withState: true, handler: counting('x', () => Promise.resolve()) };

/** Runs a member over all that there is, and stops it. */
async function finishAll(bench: Bench, total: bigint): Promise<void> {
  const member = bench.member(count);
  await member.start();
  await until('all is committed', async () => (await bench.committed()) === total);
  await member.stop(1_000);
}

/** What the group's messages were handled with. */
async function counts(bench: Bench): Promise<(number | undefined)[]> {
  const seen: (number | undefined)[] = [];
  const reader = bench.member({
    group: 'reader',
    withState: true,
    handler: (_messages, context) => {
      seen.push(context.state.value?.count);
      return Promise.resolve([]);
    },
  });
  await reader.start();
  await until('all is read', () => reader.status().unfinished === 0 && seen.length >= 8);
  await reader.stop(1_000);
  return seen;
}

/** For a moment after a change the broker may refuse both, not knowing the topic or the new partition's leader. */
async function grow({ admin, prefix }: Bench, { name }: Topic, partitions: number): Promise<void> {
  const topic = `${prefix}${name}`;
  const count = () =>
    admin.fetchTopicOffsets(topic).then(
      ({ length }) => length,
      () => 0,
    );
  await until(`${name} has ${partitions} partitions`, async () => {
    if ((await count()) === partitions) return true;
    await admin.createPartitions({ topicPartitions: [{ topic, count: partitions }] }).catch(() => undefined);
    return (await count()) === partitions;
  });
}

it('refuses to join while a topic is missing, says which, and works once it is there', async () => {
  await using bench = await createBench({ brokers, topics: [source, sink, deadLetters] });
  const member = bench.member(count);
  await expect(member.start()).rejects.toMatchObject({
    code: 'topic-missing',
    message: expect.stringContaining(`${bench.prefix}state`),
  });
  expect(member.status().problems).toEqual([expect.stringContaining('npm run setup')]);
  await bench.createTopic(state);
  await bench.send(aBatch(4, 1));
  await member.start();
  await until('all is committed', async () => (await bench.committed()) === 4n);
  expect(member.status()).toMatchObject({ joined: true, problems: [] });
});

it('refuses to join while partition counts differ, and names the way out', async () => {
  await using bench = await createBench({ brokers, topics: [source, sink, deadLetters] });
  await bench.createTopic(state, 2);
  const member = bench.member(count);
  await expect(member.start()).rejects.toMatchObject({ code: 'partition-counts-differ' });
  expect(member.status().problems).toEqual([expect.stringMatching(/source: 4.*state: 2.*npm run setup/)]);
  expect(member.status().joined).toBe(false);
});

it('opens no further partition after partitions were added while it ran, and says when to start it anew', async () => {
  await using bench = await createBench({ brokers });
  const member = bench.member(count);
  await member.start();
  await grow(bench, source, 5);
  // Of another version, without state: it makes the group assign anew, and the leader finds the difference.
  const second = bench.member({ handler: () => Promise.resolve([]) });
  const joining = second.start();
  await until('the leader says why', () =>
    member.status().problems.some((problem) => /source: 5.*state: 4|state: 4.*source: 5/.test(problem)),
  );
  await grow(bench, state, 5);
  await joining;
  await until('all are owned again', () => member.status().ownedPartitions + second.status().ownedPartitions === 5);
  expect(member.status()).toMatchObject({ joined: true, crashed: false });
  await second.stop(1_000);
  await until('it has all', () => member.status().ownedPartitions === 5);
  await until('it says so', () =>
    member.status().problems.some((problem) => /had 4 when this.*Restart it/.test(problem)),
  );
  await member.stop(1_000);
  const anew = bench.member(count);
  await anew.start();
  await until('all are open', () => anew.status().ownedPartitions === 5 && anew.status().restoringPartitions === 0);
  expect(anew.status()).toMatchObject({ joined: true, problems: [] });
});

it('handles nothing with a state that was copied otherwise than by key', async () => {
  await using bench = await createBench({ brokers });
  const key = 'order-1';
  const partition = (partitionOf(key, 4) + 1) % 4;
  const producer = bench.kafka.producer();
  await producer.connect();
  const value = JSON.stringify({ count: 1, by: 'copied' });
  await producer.send({ topic: `${bench.prefix}state`, messages: [{ key, value, partition }] });
  await producer.disconnect();
  const handled: string[] = [];
  const member = bench.member({
    withState: true,
    handler: ([message]) => {
      handled.push(message.key);
      return Promise.resolve([]);
    },
  });
  await member.start();
  await until('all are refused', () => {
    const { problems } = member.status();
    return problems.length === 4 && problems.every((problem) => /copied the topic/.test(problem));
  });
  await bench.send(
    [key, ...Array.from({ length: 10 }, (_, at) => `key-${at}`)].map((each) => ({ key: each, value: { n: 1 } })),
  );
  await sleep(1_000);
  expect([handled, member.status().restoringPartitions]).toEqual([[], 4]);
});

it('makes nothing anew of keys that lie elsewhere since partitions were added to all topics, nor after a restart', async () => {
  await using bench = await createBench({ brokers });
  const keys = Array.from({ length: 30 }, (_, at) => `key-${at}`);
  const handled: string[] = [];
  const options: MemberOptions = {
    withState: true,
    floodGuard: false,
    handler: async ([{ key }], context) => {
      expect(context.state.value?.count ?? 0).toBe(handled.filter((each) => each === key).length);
      await context.state.append({ count: (context.state.value?.count ?? 0) + 1, by: 'test' });
      handled.push(key);
      return [];
    },
  };
  const messages = keys.map((key) => ({ key, value: { n: 1 } }));
  const member = bench.member(options);
  await member.start();
  await bench.send(messages);
  await until('all are on record', async () => (await bench.committed()) === 30n);
  for (const topic of [source, state]) await grow(bench, topic, 5);
  const producer = createProducerQueue({ kafka: bench.kafka });
  await producer.connect();
  const value = Buffer.from(JSON.stringify({ n: 2 }));
  await producer.send(keys.map((key) => ({ topic: `${bench.prefix}source`, key, value, headers: {} })));
  await producer.close();
  const stayed = keys.filter((key) => partitionOf(key, 5) === partitionOf(key, 4));
  const moved = keys.filter((key) => !stayed.includes(key) && partitionOf(key, 5) < 4);
  expect([stayed.length > 0, moved.length > 0]).toEqual([true, true]);
  await until('those that are elsewhere are parked', async () => (await bench.count(deadLetters)) === moved.length);
  await until('those that stayed are handled', () => handled.length === 30 + stayed.length);
  const second = bench.member(options);
  await second.start();
  await until('the new partition is not opened', () =>
    [member, second].some(({ status }) => status().problems.some((problem) => /5 partitions, and had 4/.test(problem))),
  );
  await Promise.all([member.stop(1_000), second.stop(1_000)]);
  const next = bench.member(options);
  await next.start();
  await until('none is opened', () => next.status().problems.length === 5);
  expect(handled).toHaveLength(30 + stayed.length);
});

it('refuses a state topic that is not compacted', async () => {
  await using bench = await createBench({ brokers, topics: [source, sink, deadLetters] });
  await bench.createTopic({ ...state, cleanup: 'delete' });
  const member = bench.member(count);
  await expect(member.start()).rejects.toMatchObject({ code: 'state-not-compacted' });
});

it('handles nothing with an empty state topic while the group has commits, however often it is started, unless told to', async () => {
  await using bench = await createBench({ brokers });
  await bench.send(aBatch(8, 1));
  await finishAll(bench, 8n);
  await bench.admin.deleteTopics({ topics: [`${bench.prefix}state`] });
  await until('it is gone', async () => !(await bench.admin.listTopics()).includes(`${bench.prefix}state`));
  await bench.createTopic(state);
  await bench.send(aBatch(8, 1));
  for (const round of [1, 2]) {
    const defects: PipelineError[] = [];
    const refused = bench.member({ ...count, observer: { defect: (error) => defects.push(error as PipelineError) } });
    await refused.start();
    await until(`refused in round ${round}`, () => refused.status().problems.length === 4);
    expect(refused.status()).toMatchObject({ restoringPartitions: 4, unfinished: 0 });
    expect(refused.status().problems[0]).toMatch(/is empty, although the group has committed.*ACCEPT_EMPTY_STATE/);
    expect(defects.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'state-empty'));
    await refused.stop(1_000);
  }
  expect(await bench.count(state)).toBe(0);
  const told = bench.member({ ...count, acceptEmptyState: true });
  await told.start();
  await until('all is committed', async () => (await bench.committed()) === 16n);
});

it('restores all of the state though somebody committed an offset at the end of its topic for the group', async () => {
  await using bench = await createBench({ brokers });
  await bench.send(aBatch(8, 1));
  await finishAll(bench, 8n);
  // As `kafka-consumer-groups --reset-offsets --all-topics --to-latest` does it.
  const ends = await bench.admin.fetchTopicOffsets(`${bench.prefix}state`);
  await bench.admin.setOffsets({
    groupId: `${bench.prefix}reader`,
    topic: `${bench.prefix}state`,
    partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
  });
  expect(await counts(bench)).toEqual(Array.from({ length: 8 }, () => 1));
});

it('says what was deleted before it was read, and goes on with what is left', async () => {
  await using bench = await createBench({ brokers, topics: [source, sink, deadLetters] });
  const seen: string[] = [];
  const defects: string[] = [];
  const start = async () => {
    const member = bench.member({
      handler: ([{ key }]) => {
        seen.push(key);
        return Promise.resolve([]);
      },
      observer: { defect: (error) => defects.push((error as PipelineError).code) },
    });
    await member.start();
    return member;
  };
  await bench.send(aBatch(8, 1));
  const first = await start();
  await until('all is committed', async () => (await bench.committed()) === 8n);
  await first.stop(1_000);
  await bench.send(aBatch(8, 1));
  const ends = await bench.admin.fetchTopicOffsets(`${bench.prefix}source`);
  await bench.admin.deleteTopicRecords({
    topic: `${bench.prefix}source`,
    partitions: ends.map(({ partition, high }) => ({ partition, offset: high })),
  });
  await bench.send([{ key: 'left', value: { n: 0 } }]);
  await start();
  await until('the rest is handled', () => seen.includes('left'));
  expect(seen.filter((key) => key !== 'left')).toHaveLength(8);
  expect(new Set(defects)).toEqual(new Set(['offset-out-of-range']));
});
