import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withProgress } from './progress.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('says what it waits for, what is known so far at each tick, and that it is done', async () => {
  const lines: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  let ready = 0;

  const work = withProgress(
    (line) => lines.push(line),
    'Starting',
    () => promise,
    {
      everyMs: 3_000,
      detail: () => `${ready} of 4`,
    },
  );
  await vi.advanceTimersByTimeAsync(3_000);
  ready = 2;
  await vi.advanceTimersByTimeAsync(3_000);
  resolve('result');

  expect(await work).toBe('result');
  expect(lines).toEqual(['Starting …', 'Starting … 3 s, 0 of 4', 'Starting … 6 s, 2 of 4', 'Starting: done in 6 s']);
  expect(vi.getTimerCount()).toBe(0);
});

test('a failure ends the ticks and says nothing of its own', async () => {
  const lines: string[] = [];

  await expect(
    withProgress(
      (line) => lines.push(line),
      'Starting',
      () => Promise.reject(new Error('no')),
    ),
  ).rejects.toThrow('no');

  expect(lines).toEqual(['Starting …']);
  expect(vi.getTimerCount()).toBe(0);
});
