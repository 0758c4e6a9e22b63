import { topics } from '@pipeline/schemas';
import { withAdmin } from '@pipeline/cli';
import { expect, test } from 'vitest';
import { createKafkaView } from './kafkaView.ts';
import { withTopics } from './testing/index.ts';

const { name } = topics.fulfillmentEvents;

test('all messages are open for a group that has committed nothing, and what it has committed is not', async () => {
  await withTopics({ topics: [topics.fulfillmentEvents], partitions: 3 }, async ({ brokers, prefix }) => {
    const kafka = await createKafkaView({ brokers }, prefix);
    try {
      const value = Buffer.from('x');
      const messages = [0, 0, 1].map((partition) => ({ partition, key: 'key', value }));
      await kafka.produce(name, messages);
      const groupId = `${prefix}group`;
      expect(await kafka.lag(groupId, [name])).toBe(3);
      expect(await kafka.unread(groupId, [name])).toBe(3);

      const commit = (partition: number, offset: string) =>
        withAdmin({ brokers }, (admin) =>
          admin.setOffsets({ groupId, topic: `${prefix}${name}`, partitions: [{ partition, offset }] }),
        );
      await commit(0, '1');
      expect(await kafka.lag(groupId, [name])).toBe(2);
      expect(await kafka.unread(groupId, [name])).toBe(1);
      await commit(0, '2');
      await commit(1, '1');
      expect(await kafka.lag(groupId, [name])).toBe(0);
      expect(await kafka.unread(groupId, [name])).toBe(0);
    } finally {
      await kafka.close();
    }
  });
});

test('reading leaves no group behind', async () => {
  await withTopics({ topics: [topics.fulfillmentEvents], partitions: 1 }, async ({ brokers, prefix }) => {
    const kafka = await createKafkaView({ brokers }, prefix);
    try {
      await kafka.produce(name, [{ partition: 0, key: 'key', value: Buffer.from('x') }]);
      expect(await kafka.messages(name)).toHaveLength(1);
    } finally {
      await kafka.close();
    }
    const { groups } = await withAdmin({ brokers }, (admin) => admin.listGroups());
    expect(groups.filter(({ groupId }) => groupId.startsWith(prefix))).toEqual([]);
  });
});
