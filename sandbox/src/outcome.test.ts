import { expect, test } from 'vitest';
import { isComplete, type RunResult, shortcomings } from './outcome.ts';

const good: RunResult = {
  orders: 20,
  fftOrders: 20,
  duplicates: 0,
  shipped: 10,
  delivered: 10,
  deadLetters: 0,
  p50Ms: 100,
  p99Ms: 200,
};

test('all arrived once, and a replay that changed nothing', () => {
  expect(shortcomings(good, 20)).toEqual([]);
  expect(isComplete({ ...good, replay: { posts: 0, updates: 0 } }, 20)).toBe(true);
});

test.each<[Partial<RunResult>, string]>([
  [{ orders: 19 }, '19 of 20 orders were placed'],
  [{ shipped: 9 }, '19 of 20 orders were shipped or delivered'],
  [{ fftOrders: 19 }, '19 of 20 orders reached fulfillmenttools'],
  [{ fftOrders: 21, duplicates: 1 }, '1 orders too many at fulfillmenttools'],
  [{ deadLetters: 2 }, '2 dead letters'],
  [{ replay: { posts: 1, updates: 0 } }, 'the replay changed 1 times something at fulfillmenttools'],
  [{ replay: { posts: 0, updates: 3 } }, 'the replay changed 3 times something at commercetools'],
])('says what is wrong: %j', (change, problem) => {
  expect(shortcomings({ ...good, ...change }, 20)).toEqual([problem]);
  expect(isComplete({ ...good, ...change }, 20)).toBe(false);
});
