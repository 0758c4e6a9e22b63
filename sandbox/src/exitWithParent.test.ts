import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const directoryWithLog = async (): Promise<string> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'exit with parent-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await writeFile(path.join(directory, 'a.log'), '');
  return directory;
};

const startOrphans = (query: string, count: number) =>
  Array.from({ length: count }, () => {
    const preload = new URL(`exitWithParent.ts${query}`, import.meta.url).href;
    const args = ['--import', preload, '-e', 'setInterval(() => {}, 1000); console.log("up")'];
    return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  });

test.each([true, false])('orphans end, and take the directory along where they are told to: %s', async (remove) => {
  const directory = await directoryWithLog();
  const orphans = startOrphans(remove ? `?remove=${encodeURIComponent(directory)}` : '', 3);
  await Promise.all(orphans.map((orphan) => once(orphan.stdout, 'data')));

  const ends = orphans.map((orphan) => once(orphan, 'exit'));
  for (const { stdin } of orphans) stdin.destroy();

  expect(await Promise.all(ends)).toEqual(orphans.map(() => [1, null]));
  expect(existsSync(directory)).toBe(!remove);
});
