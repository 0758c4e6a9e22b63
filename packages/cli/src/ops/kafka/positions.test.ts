import { partitionOf } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { parsePosition, partitionsOf } from './positions.ts';

test('names each partition once, in order, and none of a topic that is not there', () => {
  const partitions = partitionsOf(['21', 'foobar', '21'], 12);
  expect(partitions).toEqual([partitionOf('21', 12), partitionOf('foobar', 12)].sort((a, b) => a - b));
  expect(partitionsOf(['21'], 0)).toEqual([]);
});

test('reads a position, also one beyond what a number holds', () => {
  expect(parsePosition('3:9007199254740993')).toEqual({ partition: 3, offset: 9_007_199_254_740_993n });
  for (const text of ['', '3', ':17', '3:', '-1:2', '3:17:1', '3:x']) expect(parsePosition(text)).toBeUndefined();
});
