import { expect, test } from 'vitest';
import { parseFlags, UsageError } from '@pipeline/simulator-control';
import { flags, toOptions } from './flags.ts';
import { describeCommand } from '../../control/src/testing/command.ts';
import { toSettings } from './options.ts';

describeCommand({
  main: new URL('main.ts', import.meta.url),
  args: ['--project', 'demo', '--client', 'me:a:b c'],
  vendor: 'commercetools',
  environment: (url) => [
    'CTP_PROJECT_KEY=demo',
    'CTP_CLIENT_ID=me',
    "CTP_CLIENT_SECRET='a:b c'",
    `CTP_API_URL=${url}`,
    `CTP_AUTH_URL=${url}`,
  ],
  async serves(url) {
    const headers = { authorization: `Basic ${btoa('me:a:b c')}` };
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const grant = await fetch(`${url}/oauth/token`, { method: 'POST', headers, body });
    expect(await grant.json()).toMatchObject({ scope: 'manage_project:demo' });
  },
});

const optionsOf = (...args: string[]) => {
  const values = parseFlags(flags, args);
  return values === 'help' ? values : toOptions(values);
};

test('without flags everything has its default', () => {
  const { now, ...settings } = toSettings(optionsOf() as object);
  const { now: _, ...presets } = toSettings({});
  expect(now).toBe(Date.now);
  expect(settings).toEqual(presets);
});

test('flags become options', () => {
  const args = ['--project', 'p1', '--seed=7', '--version-step', '1..3', '--duplicates', '0.2', '--shuffle'];
  expect(optionsOf(...args, '--client', 'a:b', '--client', 'c:d:e')).toMatchObject({
    projectKey: 'p1',
    seed: 7,
    versionStep: { min: 1, max: 3 },
    delivery: { duplicates: 0.2, shuffle: true },
    clients: [
      { clientId: 'a', clientSecret: 'b' },
      { clientId: 'c', clientSecret: 'd:e' },
    ],
  });
  expect(optionsOf('--version-step', '2')).toMatchObject({ versionStep: { min: 2, max: 2 } });
});

test.for([
  ['--seed', 'x'],
  ['--client', 'secretless'],
  ['--client', 'a:'],
  ['--version-step', '3..1'],
  ['--duplicates', '2'],
  ['--project', 'a/b'],
  ['--project', ''],
] as const)('%s %s is refused by name', ([flag, value]) => {
  expect(() => optionsOf(flag, value)).toThrow(UsageError);
  expect(() => optionsOf(flag, value)).toThrow(`${flag} is "${value}", but must be`);
});
