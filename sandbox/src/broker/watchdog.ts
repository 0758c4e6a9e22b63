/**
 * Keeps programs running exactly as long as the process that started this one. Its end of the pipe on our standard
 * input closes however it ends, kill -9 included: then we stop them and tidy up. Also on SIGTERM, and when one of the
 * programs ends by itself.
 *
 * A line on standard input, `<index> <signal> <milliseconds>`, ends a program and starts it again after that time; the
 * line comes back on standard output when it was started.
 *
 * Run as `node watchdog.ts '<Guarded as JSON>'`.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { openSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Guarded } from './guarded.ts';

const { programs, cleanUp, remove, graceMs } = JSON.parse(process.argv[2] ?? '') as Guarded;
let stopping = false;
const restarting = new Set<ChildProcess>();

function start({ command, args, logFile }: Guarded['programs'][number]): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { stdio: ['ignore', log, log] });
  child.on('error', () => stop(1));
  child.on('exit', () => (stopping ? finishWhenAllEnded() : restarting.has(child) ? undefined : stop(1)));
  return child;
}

const running = programs.map(start);

const hasEnded = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

async function restart(index: number, signal: NodeJS.Signals, downMs: number): Promise<void> {
  const [program, child] = [programs[index], running[index]];
  if (!program || !child || stopping || hasEnded(child)) return;
  restarting.add(child);
  const exited = once(child, 'exit');
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await exited;
  clearTimeout(impatience);
  await sleep(downMs);
  if (!stopping) running[index] = start(program);
}

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

process.stdin.on('close', () => stop(0)).on('error', () => stop(0));
process.stdout.on('error', () => undefined);
createInterface({ input: process.stdin }).on('line', (line) => {
  const [index, signal, downMs] = line.split(' ');
  void restart(Number(index), signal as NodeJS.Signals, Number(downMs)).then(() => process.stdout.write(`${line}\n`));
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop(0));
