import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byTopic, bytesOf, type QueuedMessage, splitBatch, takeBatch } from './producerBatch.ts';

const queued = (topic: string, bytes: number, settled = false): QueuedMessage => ({
  topic,
  bytes,
  settled,
  message: { key: null, value: null },
});
const limits = {
  maxBatchBytes: 100,
  maxBatchMessages: 3,
  maxTopicBytes: (topic: string) => (topic === 'small' ? 40 : 1_000),
};

describe('takeBatch', () => {
  it('takes from the head what fits and leaves the rest', () => {
    const queue = [queued('a', 50), queued('b', 50), queued('a', 1)];
    expect(takeBatch(queue, limits).map(({ bytes }) => bytes)).toEqual([50, 50]);
    expect(queue).toHaveLength(1);
  });

  it('takes a message that is larger than a batch alone', () => {
    const queue = [queued('a', 500), queued('a', 1)];
    expect(takeBatch(queue, limits)).toHaveLength(1);
    expect(takeBatch(queue, limits)).toHaveLength(1);
    expect(queue).toEqual([]);
  });

  it('keeps a topic under its own limit', () => {
    const queue = [queued('small', 30), queued('a', 30), queued('small', 30)];
    expect(takeBatch(queue, limits).map(({ topic }) => topic)).toEqual(['small', 'a']);
  });

  it('drops what is settled, even when nothing else is there', () => {
    const queue = [queued('a', 1, true), queued('a', 2), queued('a', 3, true)];
    expect(takeBatch(queue, limits).map(({ bytes }) => bytes)).toEqual([2]);
    expect(queue).toEqual([]);
    const dead = [queued('a', 1, true)];
    expect(takeBatch(dead, limits)).toEqual([]);
    expect(dead).toEqual([]);
  });

  it('hands over every unsettled message once, in order, and always moves on', () => {
    const message = fc.record({ topic: fc.constantFrom('a', 'small'), bytes: fc.nat(200), settled: fc.boolean() });
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const queue = messages.map(({ topic, bytes, settled }) => queued(topic, bytes, settled));
        const expected = queue.filter(({ settled }) => !settled);
        const taken: QueuedMessage[] = [];
        for (let batch = takeBatch(queue, limits); batch.length > 0; batch = takeBatch(queue, limits)) {
          const bytes = batch.reduce((sum, item) => sum + item.bytes, 0);
          expect(batch.length === 1 || bytes <= limits.maxBatchBytes).toBe(true);
          taken.push(...batch);
        }
        expect(taken).toEqual(expected);
        expect(queue).toEqual([]);
      }),
    );
  });
});

describe('splitBatch', () => {
  it('parts by topic first, then in halves, down to single messages, and keeps the order of each topic', () => {
    const message = fc.record({ topic: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(message, { minLength: 2 }), (messages) => {
        const batch = messages.map(({ topic, bytes }) => queued(topic, bytes));
        const parts = splitBatch(batch);
        expect(parts.every((part) => part.length > 0 && part.length < batch.length)).toBe(true);
        for (const topic of ['a', 'b', 'c']) {
          expect(parts.flat().filter((item) => item.topic === topic)).toEqual(
            batch.filter((item) => item.topic === topic),
          );
        }
      }),
    );
  });
});

describe('byTopic', () => {
  it('groups in order', () => {
    const batch = [queued('a', 1), queued('b', 2), queued('a', 3)];
    expect(byTopic(batch)).toEqual([
      { topic: 'a', messages: [batch[0]?.message, batch[2]?.message] },
      { topic: 'b', messages: [batch[1]?.message] },
    ]);
  });
});

describe('bytesOf', () => {
  it('counts bytes, not characters, of key, value and headers', () => {
    const plain = bytesOf({ key: null, value: null });
    expect(bytesOf({ key: '€', value: Buffer.alloc(10), headers: { ä: 'ö' } })).toBeGreaterThanOrEqual(
      plain + 3 + 10 + 2 + 2,
    );
  });
});
