import type { Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import type { Log } from '../kafka/log.ts';
import { countOpen } from './command.ts';
import { parseReplaySource } from './sources.ts';

const kafkaWith = (offsets: readonly object[]) =>
  ({
    admin: () => ({
      connect: () => Promise.resolve(),
      disconnect: () => Promise.resolve(),
      fetchTopicOffsets: () => Promise.resolve(offsets),
    }),
  }) as unknown as Kafka;

/** `committed`: by partition. The lane holds offsets 5 to 8 and 0 to 2. */
const openOf = (committed: readonly bigint[] | undefined) => {
  const offsets = [
    { partition: 0, low: '5', high: '9' },
    { partition: 1, low: '0', high: '3' },
  ];
  const log: Partial<Log> = {
    kafka: kafkaWith(offsets),
    nameOf: ({ name }) => name,
    committed: () => Promise.resolve(committed && new Map(committed.entries())),
  };
  return countOpen(log as Log, parseReplaySource('commerce.orders'));
};

test('what is left of a lane is what lies behind the commits and was not deleted', async () => {
  expect(await openOf([8n])).toBe(4);
  expect(await openOf([9n, 3n])).toBe(0);
  expect(await openOf([2n, 3n])).toBe(4);
  expect(await openOf(undefined)).toBeUndefined();
});
