import { expect, test } from 'vitest';
import { partitionsFrom } from './setUpArguments.ts';

test('takes a number of partitions, and none', () => {
  expect(partitionsFrom(['--partitions', '24'], 'usage')).toBe(24);
  expect(partitionsFrom(['--partitions=1'], 'usage')).toBe(1);
  expect(partitionsFrom([], 'usage')).toBeUndefined();
});

test.each([['0'], ['-1'], ['1.5'], ['1e3'], ['x'], [''], ['10001']])('refuses %j partitions', (value) => {
  expect(() => partitionsFrom([`--partitions=${value}`], 'usage')).toThrow(/--partitions must be .* 1 to 10000/);
});

test('names an argument that it does not know', () => {
  expect(() => partitionsFrom(['--partition', '24'], 'the usage')).toThrow(/--partition[^]*the usage/);
  expect(() => partitionsFrom(['more'], 'the usage')).toThrow(/more[^]*the usage/);
});
