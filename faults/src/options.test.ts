import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';
import { UsageError } from './sandboxParts.ts';

it('takes rows and a seed, and chooses a seed when there is none', () => {
  const options = { rows: [46, 47], seed: 7, full: true, json: true, list: false, keepLogs: false };
  expect(parseOptions(['--row', '46', '--row', '47', '--seed', '7', '--full', '--json'], [46, 47])).toEqual(options);
  const seeds = Array.from({ length: 5 }, () => parseOptions([], [])).map((parsed) =>
    parsed === 'help' ? 0 : parsed.seed,
  );
  expect(new Set(seeds).size).toBeGreaterThan(1);
  expect(parseOptions(['--help'], [])).toBe('help');
});

it.each([
  [['--row', '99'], '--row 99: there is no such row; there are 46. --list says what they are.'],
  [['--row', '9999', '--row', '46', '--row', '-1'], '--row 9999, -1: there is no such row'],
  [['--seed', '-1'], '--seed is "-1", but must be a whole number from 0 to 4294967295.'],
])('says what %j must be', (args, complaint) => {
  expect(() => parseOptions(args, [46])).toThrow(complaint);
});

it.each([['--row', '99'], ['--row', 'x'], ['--seed', '-1'], ['--seed', '4294967296'], ['--rows', '46'], ['46']])(
  'refuses %s %s',
  (...args) => {
    expect(() => parseOptions(args, [46])).toThrow(UsageError);
  },
);
