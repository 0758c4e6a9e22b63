import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from './retryAfter.ts';

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');

  it.each([
    ['120', 120_000],
    ['0', 0],
    [' 7 ', 7_000],
    ['1.5', 1_500],
    ['Sat, 21 Nov 2026 10:01:00 GMT', 60_000],
    ['Saturday, 21-Nov-26 10:01:00 GMT', 60_000],
    ['Sat Nov 21 10:01:00 2026', 60_000],
    ['Sat, 21 Nov 2026 09:00:00 GMT', 0],
    ['86400', 300_000],
    ['Sun, 22 Nov 2026 10:00:00 GMT', 300_000],
  ])('reads %j as %i ms', (value, expected) => {
    expect(parseRetryAfter(value, { now })).toBe(expected);
  });

  it.each([null, undefined, '', 'soon', '-5', '1e9', '0x10', 'Sat, 99 Foo 2026 10:01:00 GMT', 'NaN'])(
    'takes %j for no answer',
    (value) => {
      expect(parseRetryAfter(value, { now })).toBeUndefined();
    },
  );

  it.each([
    ['Sat, 21 Nov 2026 09:59:30 GMT', 90_000],
    ['never', 60_000],
    [undefined, 60_000],
  ])('compares a date with that of the answer: %s', (date, expected) => {
    expect(parseRetryAfter('Sat, 21 Nov 2026 10:01:00 GMT', { date, now })).toBe(expected);
  });

  it('is between nothing and five minutes, or nothing readable, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string()), (value, date) => {
        const wait = parseRetryAfter(value, { date, now }) ?? 0;
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});
