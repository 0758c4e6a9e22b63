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
  /** Resolves when it says that it is ready. */
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
  readonly readyTimeoutMs?: number;
  readonly graceMs?: number;
}

const root = new URL('../../', import.meta.url);
const preload = new URL('exitWithParent.ts', import.meta.url).href;

export function createServiceProcess(options: ServiceProcessOptions): ServiceProcess {
  const { name, opsPort, logFile, readyTimeoutMs = 90_000, graceMs = 30_000 } = options;
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
        const response = await fetch(`${opsUrl}/readyz`, { signal: AbortSignal.timeout(2_000) });
        last = await response.text();
        if (response.ok) return;
      } catch {
        // Not listening yet.
      }
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
      const log = openSync(logFile, 'a');
      // A process group of its own: Ctrl-C reaches the sandbox, which lets the services drain before the broker goes.
      child = spawn(process.execPath, ['--import', preload, main], {
        env: { ...baseEnv(), ...options.env },
        stdio: ['pipe', log, log],
        detached: true,
      });
      closeSync(log);
      child.stdin?.on('error', () => undefined);
      await untilReady(child);
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

/** Of our own environment only what a program needs to run: a service must not find settings that it was not given. */
function baseEnv(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
