import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

it.each(['SIGTERM', 'SIGINT'] as const)(
  'prints its URL, serves, and ends with code 0 on %s',
  async (signal) => {
    const child = spawn(process.execPath, [
      main,
      '--port',
      '0',
      '--step-ms',
      '1',
      '--no-uniqueness',
      '--facilities',
      'a,b',
    ]);
    const exit = once(child, 'exit');
    try {
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? 'no url';
      expect((await fetch(`${url}/_sim/orders`)).status).toBe(200);
      child.kill(signal);
      expect(await exit).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  },
  20_000,
);
