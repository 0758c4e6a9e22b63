import { expect, it } from 'vitest';
import { partitionOf } from './partitionOf.ts';

// Hashes from the tests of Apache Kafka's murmur2.
it.each([
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
])('finds the partition of %s as Java does', (key, hash) => {
  expect(partitionOf(key, 12)).toBe((hash & 0x7f_ff_ff_ff) % 12);
  expect(partitionOf(key, 7)).toBe((hash & 0x7f_ff_ff_ff) % 7);
});

it.each([
  ['', 1],
  ['schlüssel-€-😀', 1],
  ['\ud800 alone', 1],
  ['é', 127],
  ['é', 128],
  ['€', 255],
  ['€', 256],
  ['€', 257],
  ['x', 5_000],
])('finds the partition of %j, %i times, by its bytes', (text, times) => {
  const key = text.repeat(times);
  expect(partitionOf(key, 1_000_003)).toBe(partitionOf(Buffer.from(key), 1_000_003));
});
