import fc from 'fast-check';
import { expect, test } from 'vitest';
import { due, pace } from './pace.ts';

/** A clock that each pause sets forward by the next of these milliseconds, over and over. */
function createClock(...steps: readonly number[]) {
  let ms = 0;
  let pauses = 0;
  return {
    now: () => ms,
    pause: () => Promise.resolve((ms += steps[pauses++ % steps.length] ?? 1)),
  };
}

test('what is due grows with the time, at the rate, up to the count', () => {
  expect(due(0, 100, 10)).toBe(0);
  expect(due(9, 100, 10)).toBe(0);
  expect(due(10, 100, 10)).toBe(1);
  expect(due(55, 100, 10)).toBe(5);
  expect(due(1_000_000, 100, 10)).toBe(10);
});

test('every message is sent once and in order, however the time passes', async () => {
  const cases = fc.record({
    count: fc.integer({ min: 1, max: 200 }),
    perSecond: fc.integer({ min: 100, max: 100_000 }),
    steps: fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ steps, ...rate }) => {
      const sent: number[] = [];
      await pace({ ...rate, ...createClock(...steps) }, async (from, to) => {
        for (let index = from; index < to; index++) sent.push(index);
      });
      expect(sent).toEqual(Array.from({ length: rate.count }, (_, index) => index));
    }),
  );
});

test('a send that takes long does not keep the next one back', async () => {
  const second = Promise.withResolvers<void>();
  const ranges: [number, number][] = [];
  await pace({ count: 2, perSecond: 100, ...createClock(10) }, (...range) => {
    ranges.push(range);
    if (ranges.length === 1) return second.promise;
    second.resolve();
    return Promise.resolve();
  });
  expect(ranges).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test('a send that fails is told at the end, after the others', async () => {
  const refused = new Error('refused');
  let last = 0;
  const sending = pace({ count: 3, perSecond: 100, ...createClock(10) }, (from, to) => {
    last = to;
    return from === 0 ? Promise.reject(refused) : Promise.resolve();
  });
  await expect(sending).rejects.toBe(refused);
  expect(last).toBe(3);
});
