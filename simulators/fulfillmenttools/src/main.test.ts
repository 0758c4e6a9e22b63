import { expect, it } from 'vitest';
import { parseFlags, UsageError } from '@pipeline/simulator-control';
import { harsh } from './core/harsh.ts';
import { toSettings } from './core/options.ts';
import { flags, toOptions } from './flags.ts';
import { describeCommand } from '../../control/src/testing/command.ts';

describeCommand({
  main: new URL('main.ts', import.meta.url),
  args: ['--port', '0', '--step-ms', '1', '--no-uniqueness', '--facilities', 'a,b', '--user', 'me@example.com'],
  vendor: 'fulfillmenttools',
  environment: (url) => [
    `FFT_BASE_URL=${url}`,
    `FFT_SIGN_IN_URL=${url}`,
    `FFT_TOKEN_URL=${url}`,
    'FFT_API_KEY=simulator-api-key',
    'FFT_API_USER=me@example.com',
    'FFT_API_PASSWORD=simulator-password',
  ],
  async serves(url) {
    const signIn = await fetch(`${url}/v1/accounts:signInWithPassword?key=simulator-api-key`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'me@example.com', password: 'simulator-password', returnSecureToken: true }),
    });
    const { idToken } = (await signIn.json()) as { idToken: string };
    const facilities = await fetch(`${url}/api/facilities`, { headers: { authorization: `Bearer ${idToken}` } });
    expect(await facilities.json()).toMatchObject({ total: 2 });
  },
});

const optionsOf = (...args: string[]) => {
  const values = parseFlags(flags, args);
  return values === 'help' ? {} : toOptions(values);
};

it('has every default without flags', () => {
  const { clock, ...settings } = toSettings(optionsOf());
  const { clock: _, ...presets } = toSettings({});
  expect(clock).toBeDefined();
  expect(settings).toEqual(presets);
});

it('turns flags into options', () => {
  const args = ['--no-uniqueness', '--duplicate-status', '422', '--facilities', 'a, b,a', '--duplicates', '0.5'];
  expect(optionsOf(...args, '--shuffle', '--tracking', '--step-ms', '0')).toMatchObject({
    uniqueness: false,
    duplicateStatus: 422,
    facilities: ['a', 'b'],
    duplicates: 0.5,
    shuffle: true,
    tracking: true,
    stepMs: 0,
  });
});

it('has the harsh side of the seed with --harsh, but for flags with another value than their default', () => {
  const { clock: _, ...settings } = toSettings(
    optionsOf('--harsh', '--seed', '5', '--cold-start-ms', '1', '--step-ms', '7'),
  );
  expect(settings).toMatchObject({ ...harsh(5), coldStartMs: 1, stepMs: 7 });
  expect(toSettings(optionsOf('--harsh')).uniqueness).toBe(true);
  expect(toSettings(optionsOf('--harsh', '--no-uniqueness')).uniqueness).toBe(false);
});

it('takes tags with their values', () => {
  const { tags } = optionsOf('--tags', 'color=red|blue, size=xl');
  expect(tags).toEqual([
    { id: 'color', allowedValues: ['red', 'blue'] },
    { id: 'size', allowedValues: ['xl'] },
  ]);
});

it.each([
  ['--tags', 'color'],
  ['--tags', 'color=red|'],
  ['--throttled', '1.5'],
  ['--duplicate-status', '500'],
  ['--duplicate-status', '0x199'],
  ['--facilities', 'a,,b'],
  ['--latency-ms', '-1'],
  ['--duplicates', '2'],
  ['--user', ''],
])('refuses %s %s by name', (flag, value) => {
  expect(() => optionsOf(flag, value)).toThrow(UsageError);
  expect(() => optionsOf(flag, value)).toThrow(`${flag} is "${value}", but must be`);
});
