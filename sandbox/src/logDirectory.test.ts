import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createLogDirectory } from './logDirectory.ts';

test.each([
  { kept: false, keep: false, stays: false },
  { kept: false, keep: true, stays: true },
  { kept: true, keep: false, stays: true },
])('logs stay where they were asked for or something failed: %j', async ({ kept, keep, stays }) => {
  const listeners = process.listenerCount('exit');
  const logs = await createLogDirectory({ kept });
  await writeFile(path.join(logs.path, 'a.log'), 'line');

  expect(await logs.close({ keep })).toBe(stays);

  expect(existsSync(logs.path)).toBe(stays);
  expect(process.listenerCount('exit')).toBe(listeners);
  await rm(logs.path, { recursive: true, force: true });
});

test('logs that are to be kept after all stay, also when this process exits without closing them', async () => {
  const before = process.listeners('exit');
  const logs = await createLogDirectory({ kept: false });
  await writeFile(path.join(logs.path, 'a.log'), 'line');
  const [atExit] = process.listeners('exit').filter((listener) => !before.includes(listener));

  logs.keep();
  atExit?.call(process, 0);

  expect(existsSync(logs.path)).toBe(true);
  expect(await logs.close({ keep: false })).toBe(true);
  expect(existsSync(logs.path)).toBe(true);
  await rm(logs.path, { recursive: true, force: true });
});

test('a directory without a log never stays', async () => {
  const logs = await createLogDirectory({ kept: true });

  expect(await logs.close({ keep: true })).toBe(false);
  expect(existsSync(logs.path)).toBe(false);
});
