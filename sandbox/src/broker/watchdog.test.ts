import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Guarded, startGuarded } from './guarded.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'watchdog-'));
  return () => rm(directory, { recursive: true, force: true });
});

/** A program that writes its process id to a file and stays. */
const stays = (name: string, first = '') => ({
  command: process.execPath,
  args: [
    '-e',
    `${first};require('fs').writeFileSync(${JSON.stringify(pidFile(name))}, String(process.pid));setInterval(()=>{},1000)`,
  ],
  logFile: path.join(directory, 'log'),
});
const pidFile = (name: string): string => path.join(directory, `${name}.pid`);

async function pidOf(name: string): Promise<number> {
  await until(async () => (await readFile(pidFile(name), 'utf8').catch(() => '')) !== '');
  return Number(await readFile(pidFile(name), 'utf8'));
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(20);
}

const guarded = (programs: Guarded['programs'], more: Partial<Guarded> = {}): Guarded => ({
  programs,
  cleanUp: [],
  remove: [],
  graceMs: 10_000,
  ...more,
});

/** A process that guards the programs and does nothing else. */
async function parentOf(what: Guarded): Promise<ChildProcess> {
  const script = `
    import { startGuarded } from ${JSON.stringify(new URL('guarded.ts', import.meta.url).href)};
    startGuarded(${JSON.stringify(what)}, process.env);
    setInterval(() => {}, 1000);`;
  const file = path.join(directory, 'parent.ts');
  await writeFile(file, script);
  const parent = spawn(process.execPath, [file], { stdio: 'ignore' });
  onTestFinished(() => void parent.kill('SIGKILL'));
  return parent;
}

test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
  'when the parent ends by %s, all programs end and it tidies up',
  async (signal) => {
    const kept = path.join(directory, 'kept');
    await writeFile(kept, '');
    const cleanUp = [
      {
        command: process.execPath,
        args: ['-e', `require('fs').writeFileSync(${JSON.stringify(pidFile('cleaned'))}, 'x')`],
      },
    ];
    const parent = await parentOf(guarded([stays('a'), stays('b')], { cleanUp, remove: [kept] }));
    const pids = [await pidOf('a'), await pidOf('b')];

    parent.kill(signal);

    await until(() => !pids.some(isRunning) && !existsSync(kept));
    expect(existsSync(pidFile('cleaned'))).toBe(true);
  },
);

test('stop ends them all, may be repeated, and leaves no listener behind', async () => {
  const before = process.listenerCount('exit');
  const guard = startGuarded(guarded([stays('a'), stays('b')]), process.env);
  const pids = [await pidOf('a'), await pidOf('b')];

  await Promise.all([guard.stop(), guard.stop()]);
  await guard.stop();

  expect(pids.filter(isRunning)).toEqual([]);
  expect(guard.ended.aborted).toBe(true);
  expect(process.listenerCount('exit')).toBe(before);
});

test('a program that ignores SIGTERM is killed after the grace', async () => {
  const guard = startGuarded(guarded([stays('deaf', "process.on('SIGTERM',()=>{})")], { graceMs: 100 }), process.env);
  const pid = await pidOf('deaf');

  await guard.stop();

  expect(isRunning(pid)).toBe(false);
});

test('when one program ends by itself, the others end too and the guard says so', async () => {
  const ends = { command: process.execPath, args: ['-e', ''], logFile: path.join(directory, 'log') };
  const guard = startGuarded(guarded([stays('a'), ends]), process.env);

  if (!guard.ended.aborted) await once(guard.ended, 'abort');

  const pid = Number(await readFile(pidFile('a'), 'utf8').catch(() => '0'));
  expect(pid !== 0 && isRunning(pid)).toBe(false);
});

test.each(['SIGKILL', 'SIGTERM'] as const)('one program is restarted by %s, the others run on', async (signal) => {
  const guard = startGuarded(guarded([stays('a'), stays('b')]), process.env);
  onTestFinished(() => guard.stop());
  const before = [await pidOf('a'), await pidOf('b')];

  for (let time = 0; time < 2; time++) {
    const last = await pidOf('b');
    await rm(pidFile('b'));
    await guard.restart(1, { signal });
    const next = await pidOf('b');
    expect([isRunning(last), isRunning(next), next === last]).toEqual([false, true, false]);
  }
  expect(guard.ended.aborted).toBe(false);

  const after = [await pidOf('a'), await pidOf('b')];
  expect(after[0]).toBe(before[0]);
  await guard.stop();
  expect(after.filter(isRunning)).toEqual([]);
});

test('a program that is to be restarted does not come back when all are stopped meanwhile', async () => {
  const guard = startGuarded(guarded([stays('a')]), process.env);
  const pid = await pidOf('a');
  await rm(pidFile('a'));
  const restarted = guard.restart(0, { signal: 'SIGKILL', downMs: 60_000 });
  await until(() => !isRunning(pid));

  await guard.stop();

  await restarted;
  expect(existsSync(pidFile('a'))).toBe(false);
});

test('a program that is missing ends the others', async () => {
  const guard = startGuarded(
    guarded([stays('a'), { command: 'no-such-program', args: [], logFile: path.join(directory, 'log') }]),
    process.env,
  );

  if (!guard.ended.aborted) await once(guard.ended, 'abort');
  await guard.stop();
});
