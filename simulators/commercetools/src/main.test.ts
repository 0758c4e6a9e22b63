import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseOptions } from './flags.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

test.for(['SIGTERM', 'SIGINT'] as const)(
  'the command prints its URL in one line, serves, and ends with 0 on %s',
  { timeout: 30_000 },
  async (signal) => {
    const child = spawn(process.execPath, [main, '--project', 'demo', '--client', 'me:a:b'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    const lines: string[] = [];
    const reader = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
    const [url] = (await once(reader, 'line')) as [string];
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const headers = { authorization: `Basic ${btoa('me:a:b')}` };
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const grant = await fetch(`${url}/oauth/token`, { method: 'POST', headers, body });
    expect(await grant.json()).toMatchObject({ scope: 'manage_project:demo' });
    child.kill(signal);
    expect(await exit).toEqual([0, null]);
    expect(lines).toHaveLength(1);
  },
);

test('flags become options, and absent ones leave the defaults alone', () => {
  expect(parseOptions({})).toEqual({ delivery: {} });
  const flags = {
    project: 'p',
    seed: '7',
    'version-step': '1..3',
    duplicates: '0.2',
    shuffle: true,
    client: ['a:b', 'c:d:e'],
  };
  expect(parseOptions(flags)).toEqual({
    projectKey: 'p',
    seed: 7,
    versionStep: { min: 1, max: 3 },
    delivery: { duplicates: 0.2, shuffle: true },
    clients: [
      { clientId: 'a', clientSecret: 'b' },
      { clientId: 'c', clientSecret: 'd:e' },
    ],
  });
  expect(parseOptions({ 'version-step': '2' }).versionStep).toEqual({ min: 2, max: 2 });
});

test.for([
  [{ seed: 'x' }, '--seed'],
  [{ client: ['secretless'] }, '--client'],
  [{ 'version-step': '3..1' }, '--version-step'],
  [{ duplicates: '2' }, 'duplicates'],
])('the flags %j are refused with the name of the flag', ([flags, name]) => {
  expect(() => parseOptions(flags as Record<string, string>)).toThrow(name as string);
});
