import { expect, test } from 'vitest';
import { type HarshResult, harshProblems } from './outcome.ts';

const good: HarshResult = {
  orders: 20,
  fftOrders: 20,
  duplicates: 0,
  shipped: 3,
  delivered: 4,
  deadLetters: 0,
  p50Ms: 100,
  p99Ms: 200,
  seed: 1,
  ended: 20,
  asExpected: 20,
  compared: { deliveries: 9, parcels: 9, returns: 1 },
  differing: [],
  cancelled: 4,
  neverPlaced: 0,
  notCancelled: [],
  lives: { plain: 20 },
  faults: {},
  letters: [],
};

const other = (order: string) => ({ order, life: 'plain', expected: {}, got: {} });

test('orders may end otherwise than shipped or delivered', () => {
  expect(harshProblems(good, 20)).toEqual([]);
  expect(harshProblems({ ...good, fftOrders: 19, neverPlaced: 1 }, 20)).toEqual([]);
  expect(harshProblems({ ...good, replay: { posts: 0, updates: 0 } }, 20)).toEqual([]);
});

test.each<[Partial<HarshResult>, string]>([
  [{ ended: 19 }, '19 of 20 lives ended'],
  [{ asExpected: 19, differing: [other('H1-3')] }, '19 of 20 orders are as their life says; not H1-3'],
  [
    { asExpected: 17, differing: [other('H1-3'), other('H1-4')] },
    '17 of 20 orders are as their life says; not H1-3, H1-4, 1 more',
  ],
  [{ notCancelled: ['H1-7'] }, 'H1-7 live on although the shop has cancelled them'],
  [{ neverPlaced: 1 }, '20 of 19 orders reached fulfillmenttools'],
  [{ fftOrders: 21, duplicates: 1 }, '1 orders too many at fulfillmenttools'],
  [{ deadLetters: 3 }, '3 dead letters'],
  [{ orders: 19 }, '19 of 20 orders were placed'],
  [{ replay: { posts: 0, updates: 3 } }, 'the replay changed 3 times something at commercetools'],
])('says what is wrong: %j', (change, problem) => {
  expect(harshProblems({ ...good, ...change }, 20)).toEqual([problem]);
});
