import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseBatch, type QueuedAppend } from './storeBatch.ts';

const near = (key: string, queuedAt = 0): QueuedAppend => ({
  entry: { key, value: Buffer.from('v') },
  also: [],
  queuedAt,
});
const far = (key: string, queuedAt = 0): QueuedAppend => ({
  ...near(key, queuedAt),
  also: [{ topic: 'links', key: `link of ${key}`, value: Buffer.from('l') }],
});
const unbounded = () => Number.POSITIVE_INFINITY;
const choose = (pending: readonly QueuedAppend[], now: number, maxBytes = unbounded as (topic: string) => number) =>
  chooseBatch(pending, { topic: 'state', maxBytes, now }).map(({ entry }) => entry.key);

describe('the next transaction', () => {
  it('takes entries without messages before those with some', () => {
    expect(choose([far('a'), near('b'), far('c'), near('d')], 10)).toEqual(['b', 'd']);
  });

  it('takes all, in their order, once one with messages has waited', () => {
    expect(choose([far('a', 5), near('b', 30), far('c', 34), near('d', 34)], 35)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('lets nothing wait for what is not there', () => {
    expect(choose([far('a'), far('b')], 1)).toEqual(['a', 'b']);
  });

  it('keeps what comes after an entry with messages of the same key behind it', () => {
    expect(choose([far('a'), near('a'), near('b')], 10)).toEqual(['b']);
    expect(choose([far('a'), near('a')], 10)).toEqual(['a', 'a']);
  });

  it('takes no more than fits', () => {
    const limit = (topic: string) => (topic === 'state' ? 300 : Number.POSITIVE_INFINITY);
    expect(choose([near('a'), near('b'), near('c'), near('d')], 0, limit).length).toBeLessThan(4);
  });
});

it('everything goes, what is of one key in its order, and nothing with messages twice after it was due', () => {
  const append = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), far: fc.boolean(), pause: fc.nat(20) });
  fc.assert(
    fc.property(fc.array(append, { maxLength: 40 }), fc.integer({ min: 1, max: 40 }), (given, lasts) => {
      let now = 0;
      let pending: (QueuedAppend & { readonly number: number })[] = [];
      const gone: (QueuedAppend & { readonly number: number })[] = [];
      const commit = () => {
        const batch = chooseBatch(pending, { topic: 'state', maxBytes: unbounded, now });
        const due = pending.filter(({ also, queuedAt }) => also.length > 0 && now - queuedAt >= 30);
        expect(batch).toEqual(expect.arrayContaining(due));
        gone.push(...batch);
        pending = pending.filter((each) => !batch.includes(each));
        now += lasts;
      };
      for (const [number, { key, far: isFar, pause }] of given.entries()) {
        pending.push({ ...(isFar ? far(key, now) : near(key, now)), number });
        now += pause;
        if (pause > 10) commit();
      }
      while (pending.length > 0) commit();
      expect(gone).toHaveLength(given.length);
      for (const ofKey of Map.groupBy(gone, ({ entry }) => entry.key).values()) {
        const numbers = ofKey.map(({ number }) => number);
        expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
      }
    }),
  );
});
