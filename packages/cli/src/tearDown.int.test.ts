import { topics } from '@pipeline/schemas';
import { Kafka, logLevel } from 'kafkajs';
import { beforeEach, expect, inject, test } from 'vitest';
import { testPrefix } from '../../../sandbox/src/testing/index.ts';
import { setUp, withAdmin } from './setUp.ts';
import { tearDown, type TearDownOptions } from './tearDown.ts';

let target: TearDownOptions;
beforeEach(() => {
  target = { brokers: inject('brokers'), registryUrl: inject('registryUrl'), prefix: testPrefix() };
});

const create = (prefix: string) =>
  setUp({ ...target, prefix, partitions: 1, topics: [topics.commerceOrders], log: () => undefined });

async function commitAs(groupId: string, topic: string): Promise<void> {
  await withAdmin(target, (admin) => admin.setOffsets({ groupId, topic, partitions: [{ partition: 0, offset: '0' }] }));
}

async function namesUnder(prefix: string): Promise<string[]> {
  const [found, groups] = await withAdmin(target, async (admin) => [
    await admin.listTopics(),
    (await admin.listGroups()).groups.map(({ groupId }) => groupId),
  ]);
  const subjects = (await (await fetch(`${target.registryUrl}/subjects`)).json()) as string[];
  return [...(found ?? []), ...(groups ?? []), ...subjects].filter((name) => name.startsWith(prefix));
}

test('deletes groups, topics and subjects under the prefix, and nothing of another', async () => {
  const other = testPrefix();
  await create(target.prefix);
  await create(other);
  const topic = `${target.prefix}${topics.commerceOrders.name}`;
  await commitAs(`${target.prefix}some-service`, topic);
  await commitAs(`${target.prefix}replay-some-service`, topic);
  const before = await namesUnder(other);
  expect(await namesUnder(target.prefix)).toHaveLength(4);

  await tearDown(target);
  await tearDown(target);

  expect(await namesUnder(target.prefix)).toEqual([]);
  expect(await namesUnder(other)).toEqual(before);
  await tearDown({ ...target, prefix: other });
});

test('a group that has members is waited for; when they stay, it is named and the rest is gone', async () => {
  await create(target.prefix);
  const groupId = `${target.prefix}busy`;
  const kafka = new Kafka({ clientId: 'busy', brokers: [...target.brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topics: [`${target.prefix}${topics.commerceOrders.name}`] });
  await consumer.run({ eachMessage: () => Promise.resolve() });
  await joined;
  try {
    await expect(tearDown({ ...target, groupTimeoutMs: 0 })).rejects.toThrow(
      new RegExp(
        `^Consumer groups that begin with ${target.prefix} stay: ${groupId}: [^]* Remove them: .*--delete --group`,
      ),
    );
    expect(await namesUnder(target.prefix)).toEqual([groupId]);
    setTimeout(() => void consumer.disconnect(), 700);
    await tearDown(target);
    expect(await namesUnder(target.prefix)).toEqual([]);
  } finally {
    await consumer.disconnect();
  }
});

test('refuses an empty prefix', async () => {
  await expect(tearDown({ ...target, prefix: '' })).rejects.toThrow('without a prefix');
});

test('says what stays when nobody answers, without the password', async () => {
  const registryAuth = { username: 'user', password: 'hunter2' };
  const nowhere = { ...target, brokers: ['127.0.0.1:1'], registryUrl: 'http://127.0.0.1:1/v7', registryAuth };

  const error = await tearDown(nowhere).catch((reason: Error) => reason);

  expect((error as Error).message).toMatch(/Consumer groups[^]*Topics that begin[^]*Subjects/);
  expect((error as Error).message).toContain(`--delete --topic '${target.prefix.replace('.', '\\.')}.*'`);
  expect((error as Error).message).not.toContain('hunter2');
});
