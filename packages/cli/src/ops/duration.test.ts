import { expect, test } from 'vitest';
import { describeDuration, describeTime, parseDuration, parseRate } from './duration.ts';

test.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['2h', 7_200_000],
  ['7d', 604_800_000],
  [' 1d ', 86_400_000],
])('reads the duration %s', (text, ms) => {
  expect(parseDuration('--since', text)).toBe(ms);
});

test.each(['', '2', 'h', '0h', '-1h', '1.5h', '2w', '2hours', '1e3s', '99999999d'])(
  'refuses the duration %j by name',
  (text) => {
    expect(() => parseDuration('--since', text)).toThrow(/^--since is .*30m, 2h or 7d/);
  },
);

test.each([
  ['10/s', 10],
  ['10', 10],
  ['0.5/s', 0.5],
])('reads the rate %s', (text, rate) => {
  expect(parseRate('--rate', text)).toBe(rate);
});

test.each(['', '0', '0/s', '-1', '10/m', 'fast', 'Infinity'])('refuses the rate %j by name', (text) => {
  expect(() => parseRate('--rate', text)).toThrow('--rate');
});

test.each([
  [0, '0 s'],
  [-5, '0 s'],
  [119_000, '119 s'],
  [600_000, '10 min'],
  [3 * 3_600_000 + 5 * 60_000, '3 h 5 min'],
  [26 * 3_600_000, '26 h'],
  [52 * 3_600_000, '2 d 4 h'],
  [72 * 3_600_000, '3 d'],
])('says %i ms as %s', (ms, text) => {
  expect(describeDuration(ms)).toBe(text);
});

test('says a time in UTC', () => {
  expect(describeTime(Date.UTC(2026, 10, 21, 10, 0, 3, 999))).toBe('2026-11-21 10:00:03');
});
