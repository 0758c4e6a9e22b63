import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceName } from './environment.ts';

/** One service as a process of its own. */
export interface ServiceProcess {
  readonly name: ServiceName;
  readonly opsUrl: string;
  readonly logFile: string;
  /** Resolves when it says that it is ready. Rejects at once when `signal` aborts; it may still run then. */
  start(): Promise<void>;
  /** SIGTERM; resolves with its exit code, null when a signal ended it. After `graceMs` SIGKILL. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
  readonly running: boolean;
}

export interface ServiceProcessOptions {
  readonly name: ServiceName;
  readonly env: Readonly<Record<string, string>>;
  readonly opsPort: number;
  readonly logFile: string;
  /** Directory that it removes when the sandbox is gone without having stopped it. (Default: none) */
  readonly removeWhenOrphaned?: string | undefined;
  /** Gives up starting. */
  readonly signal?: AbortSignal | undefined;
  readonly readyTimeoutMs?: number;
  readonly graceMs?: number;
}

const root = new URL('../../', import.meta.url);

/** Killed when this process exits: stdin's end reaches them too, but only when they come to read it. */
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export function createServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const { name, opsPort, logFile, signal, readyTimeoutMs = 90_000, graceMs = 30_000 } = options;
  const main = fileURLToPath(new URL(`services/${name}/src/main.ts`, root));
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  let child: ChildProcess | undefined;

  const ended = (process: ChildProcess): boolean => process.exitCode !== null || process.signalCode !== null;

  async function untilReady(process: ChildProcess): Promise<void> {
    const deadline = Date.now() + readyTimeoutMs;
    let last = 'no answer';
    while (Date.now() < deadline) {
      if (ended(process))
        throw new Error(
          `${name} ended with ${process.exitCode ?? process.signalCode} while it started:\n${await logTail()}`,
        );
      try {
        const response = await fetch(`${opsUrl}/readyz`, { signal: within(2_000, signal) });
        last = await response.text();
        if (response.ok) return;
      } catch {
        // Not listening yet.
      }
      signal?.throwIfAborted();
      await sleep(100);
    }
    throw new Error(`${name} is not ready after ${readyTimeoutMs / 1_000} s (${last}):\n${await logTail()}`);
  }

  async function logTail(): Promise<string> {
    const text = await readFile(logFile, 'utf8').catch(() => '');
    return text.split('\n').slice(-15).join('\n');
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const process = child;
    if (!process || ended(process)) return process?.exitCode ?? null;
    const exited = once(process, 'exit');
    process.kill(signal);
    const impatience = setTimeout(() => process.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(impatience);
    return process.exitCode;
  }

  return {
    name,
    opsUrl,
    logFile,
    async start() {
      signal?.throwIfAborted();
      const log = openSync(logFile, 'a');
      // A process group of its own: Ctrl-C reaches the sandbox, which lets the services drain before the broker goes.
      const started = spawn(process.execPath, ['--import', preload(options.removeWhenOrphaned), main], {
        env: { ...baseEnv(), ...options.env },
        stdio: ['pipe', log, log],
        detached: true,
      });
      closeSync(log);
      child = started;
      running.add(started);
      started.once('exit', () => running.delete(started));
      started.stdin?.on('error', () => undefined);
      await untilReady(started);
    },
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL');
    },
    get running() {
      return child !== undefined && !ended(child);
    },
  };
}

function preload(removeWhenOrphaned: string | undefined): string {
  const url = new URL('exitWithParent.ts', import.meta.url);
  if (removeWhenOrphaned !== undefined) url.searchParams.set('remove', removeWhenOrphaned);
  return url.href;
}

const within = (ms: number, signal: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(ms), ...(signal ? [signal] : [])]);

/** Of our own environment only what a program needs to run: a service must not find settings that it was not given. */
function baseEnv(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
