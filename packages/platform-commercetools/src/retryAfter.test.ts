import { expect, test } from 'vitest';
import { parseRetryAfter } from './retryAfter.ts';

const now = Date.parse('2026-11-20T09:00:00Z');

test.each([
  ['7', 7_000],
  [' 0 ', 0],
  ['1.5', 1_500],
  ['Fri, 20 Nov 2026 09:00:30 GMT', 30_000],
  ['Fri, 20 Nov 2026 08:00:00 GMT', 0],
  ['86400', 300_000],
  ['soon', undefined],
  ['-3', 0],
  ['', undefined],
  [undefined, undefined],
])('Retry-After %j means a wait of %j ms', (value, wait) => {
  expect(parseRetryAfter(value, now)).toBe(wait);
});
