import { withAdmin } from '@pipeline/cli';
import { topics } from '@pipeline/schemas';
import { expect, inject, test } from 'vitest';
import { testPrefix, withTopics } from './testTopics.ts';

const topicNames = (): Promise<string[]> => withAdmin({ brokers: inject('brokers') }, (admin) => admin.listTopics());
const subjects = async (): Promise<string[]> => {
  const response = await fetch(`${inject('registryUrl')}/subjects`);
  return (await response.json()) as string[];
};

test('lends topics and schemas under a prefix of their own, and takes them away again', async () => {
  const wanted = [topics.commerceOrders, topics.fulfillmentOrders];
  const prefix = await withTopics({ topics: wanted, partitions: 2 }, async (lent) => {
    expect(await topicNames()).toEqual(expect.arrayContaining(wanted.map(lent.nameOf)));
    expect(await subjects()).toContain(`${lent.nameOf(topics.commerceOrders)}-value`);
    return lent.prefix;
  });

  expect((await topicNames()).filter((name) => name.startsWith(prefix))).toEqual([]);
  expect((await subjects()).filter((name) => name.startsWith(prefix))).toEqual([]);
});

test('takes them away when the test fails', async () => {
  const prefix = testPrefix();
  const failing = withTopics({ topics: [topics.fulfillmentLinks], prefix }, () => Promise.reject(new Error('red')));

  await expect(failing).rejects.toThrow('red');
  expect((await topicNames()).filter((name) => name.startsWith(prefix))).toEqual([]);
});
