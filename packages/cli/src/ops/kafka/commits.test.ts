import { expect, test } from 'vitest';
import { encodeCommitMetadata } from '@pipeline/streams';
import { partitionCountsIn } from './commits.ts';

const nothing = { from: 7n, until: 7n, unfinished: [] };
const commitOf = (partitions: number, offset = '7') => ({
  offset,
  metadata: encodeCommitMetadata(nothing, partitions),
});

test('commits tell how many partitions there were, each number once', () => {
  expect(partitionCountsIn([commitOf(12), commitOf(12), commitOf(24)])).toEqual([12, 24]);
  expect(partitionCountsIn([commitOf(12, '0')]), 'the first is not finished, others are').toEqual([12]);
});

test('no commit and that of a tool tell nothing', () => {
  const silent = [commitOf(12, '-1'), { offset: '7', metadata: null }, { offset: '7', metadata: 'x' }];
  expect(partitionCountsIn(silent)).toEqual([]);
});
