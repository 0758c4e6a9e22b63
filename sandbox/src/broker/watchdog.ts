/**
 * Keeps programs running exactly as long as the process that started this one. Its end of the pipe on our standard
 * input closes however it ends, kill -9 included: then we stop them and tidy up. Also on SIGTERM, and when one of the
 * programs ends by itself.
 *
 * Run as `node watchdog.ts '<Guarded as JSON>'`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';
import type { Guarded } from './guarded.ts';

const { programs, cleanUp, remove, graceMs } = JSON.parse(process.argv[2] ?? '') as Guarded;
let stopping = false;

const running = programs.map(({ command, args, logFile }) => {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { stdio: ['ignore', log, log] });
  child.on('error', () => stop(1));
  child.on('exit', () => (stopping ? finishWhenAllEnded() : stop(1)));
  return child;
});

const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

function stop(code: number): void {
  if (stopping) return;
  stopping = true;
  process.exitCode = code;
  for (const child of running) child.kill('SIGTERM');
  setTimeout(() => running.forEach((child) => child.kill('SIGKILL')), graceMs);
  finishWhenAllEnded();
}

function finishWhenAllEnded(): void {
  if (!running.every(hasEnded)) return;
  for (const { command, args } of cleanUp) spawnSync(command, args, { stdio: 'ignore', timeout: 60_000 });
  for (const directory of remove) rmSync(directory, { recursive: true, force: true });
  process.exit();
}

process.stdin
  .on('close', () => stop(0))
  .on('error', () => stop(0))
  .resume();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(0));
