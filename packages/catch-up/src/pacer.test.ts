import { expect, test } from 'vitest';
import { createPacer } from './pacer.ts';

test('so many pass in a second on average, the first at once, and none is saved up while idle', async () => {
  let now = 0;
  const pacer = createPacer({
    perSecond: 10,
    now: () => now,
    pause: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  });
  const { signal } = new AbortController();
  const passed: number[] = [];
  const take = async (count: number) => (await pacer.take(count, signal), passed.push(now));
  for (const count of [10, 5, 5, 1]) await take(count);
  now = 60_000;
  for (const count of [10, 1]) await take(count);
  expect(passed).toEqual([0, 1_000, 1_500, 2_000, 60_000, 61_000]);
});

test('an abort ends the wait with its reason', async () => {
  const stop = new AbortController();
  const pacer = createPacer({ perSecond: 0.001 });
  await pacer.take(1, stop.signal);
  const waiting = pacer.take(1, stop.signal);
  stop.abort(new Error('over'));
  await expect(waiting).rejects.toThrow();
  await expect(pacer.take(1, stop.signal)).rejects.toThrow('over');
});
