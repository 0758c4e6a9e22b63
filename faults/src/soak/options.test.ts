import { expect, it } from 'vitest';
import { UsageError } from '../sandboxParts.ts';
import { parseSoak } from './options.ts';

it('has ten minutes and ten thousand orders by default, and time to end them all', () => {
  expect(parseSoak(['--seed', '7'])).toEqual({
    ...{ minutes: 10, orders: 10_000, seed: 7, everyMs: 5_000, calmMinutes: 15 },
    ...{ json: false, keepLogs: false },
  });
  expect(parseSoak(['--minutes', '1', '--orders', '300', '--json', '--calm-minutes', '2'])).toMatchObject({
    ...{ minutes: 1, orders: 300, calmMinutes: 2, json: true },
  });
  expect(parseSoak(['--help'])).toBe('help');
});

it.each([['--minutes', '0'], ['--orders', 'x'], ['--every-ms', '100'], ['--row', '46'], ['10']])(
  'refuses %s %s',
  (...args) => {
    expect(() => parseSoak(args)).toThrow(UsageError);
  },
);
