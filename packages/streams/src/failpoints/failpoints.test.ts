import { spawnSync } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { armedFailpoints, armFailpoints, failpoint } from './failpoint.ts';
import { FailpointError, parseFailpoints } from './parse.ts';

afterEach(() => armFailpoints({}));

test('nothing happens, and nothing is waited for, while the variable is not set', () => {
  armFailpoints({});
  expect(failpoint('router.afterPost', 'a')).toBeUndefined();
  armFailpoints({ FAILPOINT: ' ' });
  expect(failpoint('router.afterPost', 'a')).toBeUndefined();
});

test('several are armed by one variable, each with its action and its aim', () => {
  expect(
    parseFailpoints('router.afterPost:kill@3, store.beforeCommit:pause:500,writer.afterPost:throw@key=a:b@c'),
  ).toEqual([
    { name: 'router.afterPost', action: { do: 'kill' }, nth: 3 },
    { name: 'store.beforeCommit', action: { do: 'pause', ms: 500 } },
    { name: 'writer.afterPost', action: { do: 'throw' }, key: 'a:b@c' },
  ]);
});

test.each([
  'router.afterpost:kill',
  'toString:kill',
  'router.afterPost',
  'router.afterPost:explode',
  'router.afterPost:kill:9',
  'router.afterPost:pause',
  'router.afterPost:pause:-1',
  'router.afterPost:pause:soon',
  'router.afterPost:kill@0',
  'router.afterPost:kill@key=',
  'router.afterPost:kill@',
])('what is no failpoint is refused with all that there are: %s', (text) => {
  expect(() => armFailpoints({ FAILPOINT: `router.beforePost:kill,${text}` })).toThrow(FailpointError);
  expect(() => parseFailpoints(text)).toThrow(/"router|"toString/);
  expect(() => parseFailpoints(text)).toThrow(/router\.afterLedger .*offset/);
  expect(armedFailpoints()).toEqual([]);
});

test('production refuses to start with one', () => {
  expect(() => armFailpoints({ FAILPOINT: 'router.afterPost:kill', NODE_ENV: 'production' })).toThrow(/production/);
  expect(failpoint('router.afterPost')).toBeUndefined();
});

test('an aimed one strikes at its hit or its key only, one without aim each time', async () => {
  const FAILPOINT = 'router.afterPost:throw@2,writer.afterPost:throw@key=b,writer.afterAppend:throw';
  armFailpoints({ FAILPOINT });
  expect(armedFailpoints().join()).toBe(FAILPOINT);
  const strikes = async (name: Parameters<typeof failpoint>[0], key: string) =>
    (await Promise.resolve(failpoint(name, key)).then(
      () => '',
      (error: Error) => error.message,
    )) !== '';
  const outcomes = [];
  for (const key of ['a', 'b', 'c', 'b'])
    outcomes.push([
      await strikes('router.afterPost', key),
      await strikes('writer.afterPost', key),
      await strikes('writer.afterAppend', key),
    ]);
  expect(outcomes).toEqual([
    [false, false, true],
    [true, true, true],
    [false, false, true],
    [false, true, true],
  ]);
  expect(await strikes('store.beforeCommit', 'a')).toBe(false);
});

test.each([
  ['kill', { status: null, signal: 'SIGKILL' }],
  ['exit', { status: 1, signal: null }],
])('%s ends the process there', (action, end) => {
  const program = `
    const { armFailpoints, failpoint } = await import(${JSON.stringify(new URL('failpoint.ts', import.meta.url).href)});
    armFailpoints({ FAILPOINT: 'router.afterPost:${action}' });
    await failpoint('router.beforePost');
    console.log('before');
    await failpoint('router.afterPost');
    console.log('after');`;
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(result).toMatchObject({ ...end, stdout: 'before\n' });
});
