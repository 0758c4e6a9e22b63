import { expect, test } from 'vitest';
import { createRecentIds } from './recentIds.ts';

test('an id that is longer than any sender’s counts as none, so that ids of any length fill no memory', () => {
  const recent = createRecentIds(100);
  const long = 'x'.repeat(257);
  expect([recent.add(long), recent.add(long)]).toEqual([false, false]);
  const longest = 'x'.repeat(256);
  expect([recent.add(longest), recent.add(longest)]).toEqual([false, true]);
});
