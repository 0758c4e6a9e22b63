import { expect, test } from 'vitest';
import { cancelsAfter } from './shopCancels.ts';

const numbers = Array.from({ length: 2_000 }, (_, index) => `H1-${index}`);

test('about a fifth of the orders is cancelled, early and late, and the same ones again with the same seed', () => {
  const times = numbers.map((number) => cancelsAfter(1, number));
  expect(numbers.map((number) => cancelsAfter(1, number))).toEqual(times);
  expect(numbers.map((number) => cancelsAfter(2, number))).not.toEqual(times);
  const cancelled = times.filter((ms) => ms !== undefined);
  expect(cancelled.length).toBeGreaterThan(300);
  expect(cancelled.length).toBeLessThan(500);
  expect(Math.min(...cancelled)).toBeLessThan(500);
  expect(Math.max(...cancelled)).toBeGreaterThan(11_000);
});
