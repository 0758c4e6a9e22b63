import fc from 'fast-check';
import type { ICustomPartitioner } from 'kafkajs';
import { expect, it } from 'vitest';
import { groupByPartition } from './groupByPartition.ts';
import { createPartitioner } from './partitioner.ts';
import { loadTheirs } from './testing/loadTheirs.ts';

const theirPartitioner = loadTheirs<ICustomPartitioner>('kafkajs/src/producer/partitioners/default/index.js');
const theirGroups = loadTheirs<typeof groupByPartition>('kafkajs/src/producer/groupMessagesPerPartition.js');

const keys = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud83d', 'a\udc00b', ''),
  fc.uint8Array({ maxLength: 40 }).map(Buffer.from),
);
const messages = fc.array(
  fc.record({ key: keys, value: fc.constant(null), partition: fc.option(fc.option(fc.nat(11)), { nil: undefined }) }),
);

it('puts each message where kafkajs does, in the same order', () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 0, max: 300 }), (given, count) => {
      const partitionMetadata = Array.from({ length: count }, (_, partitionId) => ({
        partitionId,
        leader: 1,
      })) as never;
      const args = { topic: 't', partitionMetadata, messages: given as never };
      expect(groupByPartition({ ...args, partitioner: createPartitioner(theirPartitioner)() })).toEqual(
        theirGroups({ ...args, partitioner: theirPartitioner() }),
      );
    }),
  );
});

it('spreads messages without a key', () => {
  const partitionMetadata = Array.from({ length: 5 }, (_, partitionId) => ({ partitionId, leader: 1 })) as never;
  const given = Array.from({ length: 10 }, () => ({ key: null, value: null }));
  const partitioner = createPartitioner(theirPartitioner)();
  const groups = groupByPartition({ topic: 't', partitionMetadata, messages: given, partitioner });
  expect(Object.values(groups).map(({ length }) => length)).toEqual([2, 2, 2, 2, 2]);
});
