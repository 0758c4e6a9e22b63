import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { median, percentile, rounded, steadyRate, toSkip } from './statistics.ts';

/** `count` answers in waves of `width`, one wave every `ms`. */
const inWaves = (count: number, width: number, ms: number): number[] =>
  Array.from({ length: count }, (_, index) => 1_000 + Math.ceil((index + 1) / width) * ms);

describe('steadyRate', () => {
  test('is the ideal of calls that come in full waves, however many there are', () => {
    const waves = fc.record({
      width: fc.integer({ min: 1, max: 200 }),
      ms: fc.integer({ min: 1, max: 1_000 }),
      count: fc.integer({ min: 2, max: 20 }),
    });
    fc.assert(
      fc.property(waves, ({ width, ms, count }) => {
        expect(steadyRate(inWaves(count * width, width, ms), width)).toBeCloseTo((width * 1_000) / ms);
      }),
    );
  });

  test('does not depend on the order of the times', () => {
    expect(steadyRate([30, 10, 20, 0], 1)).toBe(100);
  });

  test('leaves out a slow start', () => {
    expect(steadyRate([0, 5_000, 5_010, 5_020, 5_030], 2)).toBe(100);
  });

  test('begins with the first answer when nothing is to be skipped', () => {
    expect(steadyRate([0, 10, 20], 0)).toBe(100);
  });

  test.each([
    [[], 0],
    [[5], 0],
    [[5, 5], 1],
    [[1, 2, 3], 3],
    [[1, 2, 3], 9],
  ])('knows no rate of %j after %i', (times, skip) => {
    expect(steadyRate(times, skip)).toBeNaN();
  });
});

test('a tenth is skipped, and never less than what fills the slots', () => {
  expect(toSkip(10_000, 64)).toBe(1_000);
  expect(toSkip(10_000, 1_000)).toBe(1_000);
  expect(toSkip(5_000, 1_000)).toBe(1_000);
});

describe('percentile', () => {
  test.each([
    [0, 1],
    [0.5, 5],
    [0.51, 6],
    [0.99, 10],
    [1, 10],
  ])('takes the nearest rank at %d', (share, expected) => {
    expect(percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share)).toBe(expected);
  });

  test('sorts numbers as numbers and leaves its input alone', () => {
    const values = [10, 9, 100];
    expect(percentile(values, 0.5)).toBe(10);
    expect(values).toEqual([10, 9, 100]);
  });

  test('is always one of the values', () => {
    const some = fc.array(fc.integer(), { minLength: 1 });
    fc.assert(
      fc.property(some, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        expect(values).toContain(percentile(values, share));
      }),
    );
  });

  test('of nothing is not a number', () => expect(percentile([], 0.5)).toBeNaN());
});

describe('median', () => {
  test('is the middle value, or the mean of the two in the middle', () => {
    expect(median([100, 2, 9])).toBe(9);
    expect(median([100, 2, 9, 11])).toBe(10);
  });

  test('of nothing is not a number', () => expect(median([])).toBeNaN());
});

test('what could not be measured is null in JSON', () => {
  expect(rounded(1.239)).toBe(1.24);
  expect(rounded(1_239.6, 0)).toBe(1_240);
  expect(rounded(Number.NaN)).toBeNull();
  expect(rounded(Number.POSITIVE_INFINITY)).toBeNull();
});
