import type { ICustomPartitioner } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { loadTheirs } from './kafkajs/testing/loadTheirs.ts';
import { createStickyPartitioner } from './stickyPartitioner.ts';

const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({ partitionId, leader: 1 })) as never;

describe('createStickyPartitioner', () => {
  it("agrees with the client's own, which is Java's", () => {
    const sticky = createStickyPartitioner().create();
    const own = loadTheirs<ICustomPartitioner>('kafkajs/src/producer/partitioners/default/index.js')();
    for (let n = 0; n < 100; n++) {
      const args = { topic: 't', partitionMetadata, message: { key: `order-${n}`, value: null } };
      expect(sticky(args)).toBe(own(args));
    }
    expect(sticky({ topic: 't', partitionMetadata, message: { key: 'k', value: null, partition: 7 } })).toBe(7);
  });

  it('never sends a message without key elsewhere at a retry, but spreads several', () => {
    const sticky = createStickyPartitioner();
    const choose = sticky.create();
    const messages = Array.from({ length: 7 }, () => ({ key: null, value: null }));
    const first = messages.map((message) => choose({ topic: 't', partitionMetadata, message }));
    const again = messages.map((message) => choose({ topic: 't', partitionMetadata, message }));
    expect(again).toEqual(first);
    expect(new Set(first).size).toBe(7);
    expect(messages.map(sticky.partitionOf)).toEqual(first);
  });

  it('fails the attempts of a producer that was given up, in a way that is not retried', () => {
    const sticky = createStickyPartitioner();
    const choose = sticky.create();
    sticky.close();
    expect(() => choose({ topic: 't', partitionMetadata, message: { key: 'k', value: null } })).toThrow(
      expect.objectContaining({ retriable: false }),
    );
  });
});
