import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exitWithParent, type Metrics, readMetrics } from '../sandboxParts.ts';

/** One of our programs, as a process of its own. */
export interface Program {
  /** Resolves with the milliseconds since its start when it says that it is ready. */
  readonly ready: Promise<number>;
  /** Rejects when it ends, unless it was told to; it never resolves. */
  readonly ended: Promise<never>;
  metrics(): Promise<Metrics>;
  /** SIGTERM; SIGKILL when it takes longer than 30 s. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  /** From the root of the repository. */
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  readonly opsPort: number;
  readonly logFile: string;
  /** CPU profiles go there; undefined: none is taken. */
  readonly profile?: string | undefined;
}

const root = new URL('../../../', import.meta.url);
const READY_MS = 300_000;

export function startProgram({ main, env, opsPort, logFile, profile }: ProgramOptions): Program {
  const log = openSync(logFile, 'a');
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--disable-warning=TimeoutNegativeWarning', ...profiling, '--import', exitWithParent, main],
    {
      cwd: fileURLToPath(root),
      env: { PATH: process.env['PATH'] ?? '', ...env },
      stdio: ['pipe', log, log],
    },
  );
  closeSync(log);
  child.stdin?.on('error', () => undefined);
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const ended = once(child, 'exit').then(async () => {
    throw new Error(`${main} has ended; it said last:\n${await logTail()}`);
  });
  ended.catch(() => undefined);
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  const ready = untilReady();
  ready.catch(() => undefined);

  async function untilReady(): Promise<number> {
    while (performance.now() - startedAt < READY_MS) {
      if (hasEnded()) break;
      const response = await fetch(`${opsUrl}/readyz`).catch(() => undefined);
      if (response?.ok) return performance.now() - startedAt;
      await sleep(20);
    }
    throw new Error(`${main} is not ready; it said last:\n${await logTail()}`);
  }

  async function logTail(): Promise<string> {
    return (await readFile(logFile, 'utf8')).split('\n').slice(-10).join('\n');
  }

  return {
    ready,
    ended,
    metrics: () => readMetrics(opsUrl),
    async stop() {
      if (hasEnded()) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 30_000);
      await exited;
      clearTimeout(impatience);
    },
  };
}
