import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeCommitMetadata, encodeCommitMetadata } from './commitMetadata.ts';
import { encodeOffsetMap, MAX_METADATA_BYTES } from './offsetMap.ts';

const map = { from: 5n, until: 9n, unfinished: [5n, 7n] };

test('count and map come back as they were', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), (partitions) => {
      expect(decodeCommitMetadata(encodeCommitMetadata(map, partitions), 5n)).toEqual({ partitions, map });
    }),
  );
});

test('with nothing finished above the offset there is the count', () => {
  const nothing = { from: 5n, until: 5n, unfinished: [] };
  expect(decodeCommitMetadata(encodeCommitMetadata(nothing, 12), 5n)).toEqual({ partitions: 12, map: undefined });
});

test('both together fit into what a broker takes', () => {
  const unfinished = Array.from({ length: 5_000 }, (_, at) => BigInt(at * 300));
  const text = encodeCommitMetadata({ from: 0n, until: 2_000_000n, unfinished }, 1_000);
  expect(text.length).toBeGreaterThan(4_000);
  expect(text.length).toBeLessThanOrEqual(MAX_METADATA_BYTES);
});

test('a commit that does not say the count, or says anything else, is read as far as it can be', () => {
  expect(decodeCommitMetadata(encodeOffsetMap(map), 5n)).toEqual({ partitions: undefined, map });
  for (const text of [null, '', 'p;', 'px;m1:', 'somebody else', '\n'])
    expect(decodeCommitMetadata(text, 5n)).toEqual({ partitions: undefined, map: undefined });
});
