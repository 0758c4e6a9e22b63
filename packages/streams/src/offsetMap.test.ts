import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeOffsetMap, encodeOffsetMap, MAX_METADATA_BYTES } from './offsetMap.ts';

/** From a first offset on: which of the next ones are finished. The first is not. */
const maps = fc
  .record({ from: fc.bigInt(0n, 2n ** 62n), finished: fc.array(fc.boolean(), { maxLength: 5_000 }) })
  .map(({ from, finished }) => ({
    from,
    until: from + BigInt(finished.length + 1),
    unfinished: [from, ...finished.flatMap((done, index) => (done ? [] : [from + BigInt(index + 1)]))],
  }));

describe('offset map', () => {
  it('comes back from a commit’s metadata as it was', () => {
    fc.assert(
      fc.property(maps, (map) => {
        const text = encodeOffsetMap(map, 100_000);
        if (text === '') expect(map.unfinished).toHaveLength(Number(map.until - map.from));
        else expect(decodeOffsetMap(text, map.from)).toEqual(map);
      }),
    );
  });

  it('never fits less than the limit, and what is cut off counts as unfinished', () => {
    fc.assert(
      fc.property(maps, fc.integer({ min: 8, max: MAX_METADATA_BYTES }), (map, limit) => {
        const text = encodeOffsetMap(map, limit);
        expect(text.length).toBeLessThanOrEqual(limit);
        const known = decodeOffsetMap(text, map.from);
        if (!known) return;
        expect(known.until).toBeLessThanOrEqual(map.until);
        const open = new Set(known.unfinished);
        // Nothing that is unfinished is taken for finished.
        for (const offset of map.unfinished) if (offset < known.until) expect(open.has(offset)).toBe(true);
      }),
    );
  });

  it('is empty when nothing above has finished', () => {
    expect(encodeOffsetMap({ from: 5n, until: 5n, unfinished: [] })).toBe('');
    expect(encodeOffsetMap({ from: 5n, until: 7n, unfinished: [5n, 6n] })).toBe('');
  });

  it('takes a few bytes for one stuck message, however much has finished above it', () => {
    const text = encodeOffsetMap({ from: 1_000n, until: 9_000_000n, unfinished: [1_000n] });
    expect(text.length).toBeLessThan(12);
  });

  it.each([[null], [''], ['kafka-ui'], ['m1:'], ['m2:AAAA']])('is not read from metadata %j', (metadata) => {
    expect(decodeOffsetMap(metadata, 5n)).toBeUndefined();
  });
});
