import { topics } from '@pipeline/schemas';
import type { Consumer } from 'kafkajs';
import { expect, it, vi } from 'vitest';
import { withTopics } from '../../../../sandbox/src/testing/index.ts';
import { coPartitioningAssigner } from './assigner.ts';
import { createKafka } from './client.ts';

const used = [topics.commerceOrders, topics.fulfillmentOrders];

interface Member {
  readonly consumer: Consumer;
  /** Partitions by topic, as of the last assignment. */
  readonly assigned: () => Record<string, number[]>;
  readonly owned: () => number[];
}

async function join(brokers: readonly string[], groupId: string, names: readonly string[]): Promise<Member> {
  let assignment: Record<string, number[]> = {};
  const owned = () => [...new Set(Object.values(assignment).flat())].sort((a, b) => a - b);
  const consumer = createKafka({ brokers, clientId: 'test' }).consumer({
    groupId,
    partitionAssigners: [coPartitioningAssigner(owned)],
    sessionTimeout: 10_000,
    heartbeatInterval: 250,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    assignment = payload.memberAssignment;
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...names] });
  await consumer.run({ eachMessage: async () => Promise.resolve() });
  return { consumer, assigned: () => assignment, owned };
}

it('moves only what must move when real members join and leave, and keeps equal partitions together', async () => {
  await withTopics({ topics: used, partitions: 6 }, async ({ brokers, prefix, nameOf }) => {
    const names = used.map(nameOf);
    const groupId = `${prefix}group`;
    const members: Member[] = [];
    const settled = (...counts: number[]) =>
      vi.waitFor(() => expect(members.map((member) => member.owned().length)).toEqual(counts), {
        timeout: 30_000,
        interval: 50,
      });
    try {
      members.push(await join(brokers, groupId, names));
      await settled(6);
      members.push(await join(brokers, groupId, names));
      await settled(3, 3);
      const [first, second] = members.map((member) => member.owned());
      expect([...(first ?? []), ...(second ?? [])].sort()).toEqual([0, 1, 2, 3, 4, 5]);
      for (const member of members) {
        const [orders, states] = names.map((name) => [...(member.assigned()[name] ?? [])].sort());
        expect(states).toEqual(orders);
      }

      members.push(await join(brokers, groupId, names));
      await settled(2, 2, 2);
      const [a, b, c] = members.map((member) => member.owned());
      expect(first).toEqual(expect.arrayContaining(a ?? []));
      expect(second).toEqual(expect.arrayContaining(b ?? []));

      const [leaving] = members.splice(0, 1);
      await leaving?.consumer.disconnect();
      await settled(3, 3);
      expect(members[0]?.owned()).toEqual(expect.arrayContaining(b ?? []));
      expect(members[1]?.owned()).toEqual(expect.arrayContaining(c ?? []));
    } finally {
      await Promise.all(members.map(({ consumer }) => consumer.disconnect()));
    }
  });
});

it('ends the consumer with the names of the topics when their partition counts differ', async () => {
  await withTopics({ topics: [topics.commerceOrders], partitions: 2 }, async ({ brokers, prefix, nameOf }) => {
    await withTopics({ topics: [topics.fulfillmentOrders], partitions: 3, prefix }, async ({ nameOf: nameOfState }) => {
      const names = [nameOf(topics.commerceOrders), nameOfState(topics.fulfillmentOrders)];
      const consumer = createKafka({ brokers, clientId: 'test' }).consumer({
        groupId: `${prefix}group`,
        partitionAssigners: [coPartitioningAssigner(() => [])],
        allowAutoTopicCreation: false,
        retry: { retries: 0 },
      });
      const crash = Promise.withResolvers<Error>();
      consumer.on(consumer.events.CRASH, ({ payload }) => crash.resolve(payload.error));
      try {
        await consumer.connect();
        await consumer.subscribe({ topics: names });
        const failure = await Promise.race([
          consumer.run({ eachMessage: async () => Promise.resolve() }).then(() => crash.promise),
          crash.promise,
        ]).catch((error: unknown) => error);
        expect(failure).toMatchObject({ message: expect.stringContaining(`${names[0]}: 2, ${names[1]}: 3`) });
      } finally {
        await consumer.disconnect();
      }
    });
  });
});
