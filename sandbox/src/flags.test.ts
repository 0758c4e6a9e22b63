import { expect, test } from 'vitest';
import { decimal, readFlags, UsageError, whole } from './flags.ts';

test('a flag that is not known is a matter of usage, and named', () => {
  const read = () => readFlags({ args: ['--rows'], options: { row: { type: 'string' } } });
  expect(read).toThrow(UsageError);
  expect(read).toThrow("Unknown option '--rows'");
});

test('a number below zero is a value, which its bounds may refuse', () => {
  const options = { seed: { type: 'string' }, json: { type: 'boolean' } } as const;
  expect(readFlags({ args: ['--seed', '-1', '--json'], options }).values).toEqual({ seed: '-1', json: true });
  expect(readFlags({ args: ['--seed=5', '--json'], options }).values).toEqual({ seed: '5', json: true });
  expect(() => readFlags({ args: ['--json', '-1'], options })).toThrow(UsageError);
});

test.each(['', ' ', '1.5', '-1', '1e1', '0x5', '4', '10 ', 'ten'])('"%s" is no whole number from 5 to 10', (text) => {
  expect(() => whole('--n', text, 5, 10)).toThrow(
    new UsageError(`--n is "${text}", but must be a whole number from 5 to 10.`),
  );
});

test('bounds are numbers of the flag too', () => {
  expect([whole('--n', '5', 5, 10), whole('--n', '10', 5, 10)]).toEqual([5, 10]);
  expect([decimal('--p', '0', 0, 1), decimal('--p', '0.25', 0, 1), decimal('--p', '1', 0, 1)]).toEqual([0, 0.25, 1]);
});

test.each(['', ' ', '-0.1', '1.1', 'half', 'NaN', 'Infinity'])('"%s" is no number from 0 to 1', (text) => {
  expect(() => decimal('--p', text, 0, 1)).toThrow(
    new UsageError(`--p is "${text}", but must be a number from 0 to 1.`),
  );
});
