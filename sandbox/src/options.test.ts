import { expect, test } from 'vitest';
import { MAX_SEED } from './harsh/settings.ts';
import { UsageError } from './flags.ts';
import { parseFlags, refuseFailpoint } from './options.ts';

const flagsOf = (...args: string[]) => {
  const flags = parseFlags(args);
  if (flags === 'help') throw new Error('That asked for help.');
  return flags;
};

test('without flags the simulators are kind and refuse a second order', () => {
  expect(flagsOf()).toMatchObject({ harshSeed: undefined, uniqueness: true, duplicateWebhooks: undefined });
});

test('--harsh takes the seed, or any, and lets nothing but the ledger prevent a second order', () => {
  expect(flagsOf('--harsh', '--seed', '7')).toMatchObject({ harshSeed: 7, uniqueness: false });
  const seed = flagsOf('--harsh').harshSeed ?? -1;
  expect(Number.isInteger(seed) && seed >= 0 && seed <= MAX_SEED).toBe(true);
});

test('goes with the other flags', () => {
  expect(flagsOf('--harsh', '--once', '--replay', '--no-uniqueness', '--duplicate-webhooks', '0.5')).toMatchObject({
    once: true,
    replay: true,
    uniqueness: false,
    duplicateWebhooks: 0.5,
  });
});

test('FAILPOINT is refused with where to read on, and unset or blank it is not', () => {
  expect(() => refuseFailpoint({ FAILPOINT: 'router.afterPost:kill' })).toThrow(
    /FAILPOINT .* docs\/guides\/develop\.md/,
  );
  for (const env of [{}, { FAILPOINT: '' }, { FAILPOINT: ' ' }]) expect(() => refuseFailpoint(env)).not.toThrow();
});

test.each([
  [['--seed', '1'], '--seed needs --harsh'],
  [['--harsh', '--seed', 'x'], '--seed is "x"'],
  [['--harsh', '--seed', '1.5'], '--seed is "1.5"'],
  [['--harsh', '--seed', String(MAX_SEED + 1)], `from 0 to ${MAX_SEED}`],
  [['--duplicate-webhooks', '2'], '--duplicate-webhooks is "2"'],
])('refuses %j', (args, complaint) => {
  expect(() => parseFlags(args)).toThrow(complaint);
  expect(() => parseFlags(args)).toThrow(UsageError);
});
