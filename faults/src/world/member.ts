import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@pipeline/sandbox';
import { exitWithParent, type Metrics, readMetrics } from '../sandboxParts.ts';
import type { Line } from './line.ts';

export interface MemberEnd {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Between the SIGTERM and the end; null: it was not told to stop. */
  readonly stopMs: number | null;
}

/** One process of a service. */
export interface Member {
  readonly name: ServiceName;
  /** Of this process, as in the group: no two have the same. */
  readonly clientId: string;
  readonly opsUrl: string;
  readonly logFile: string;
  readonly lines: Lines;
  /** Resolves when the process is gone, whatever ended it. */
  readonly ended: Promise<MemberEnd>;
  readonly running: boolean;
  /** Rejects with the end of its log when it ends before, or after `withinMs`. */
  untilReady(withinMs?: number): Promise<void>;
  /** What /readyz answers; 0: nothing. */
  readiness(): Promise<number>;
  metrics(): Promise<Metrics>;
  /** How many lines of its log have this message. */
  logged(message: string): Promise<number>;
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void;
  kill(): Promise<MemberEnd>;
  /** SIGTERM; after 30 s SIGKILL. */
  stop(): Promise<MemberEnd>;
}

/** What a member reaches only over a line of its own. */
export interface Lines {
  readonly broker: Line;
  readonly commercetools: Line;
  readonly fulfillmenttools: Line;
}

export interface MemberOptions {
  readonly name: ServiceName;
  readonly clientId: string;
  readonly env: Readonly<Record<string, string>>;
  readonly opsPort: number;
  readonly logFile: string;
  readonly lines: Lines;
  /** Addresses of servers → of the lines that lead there. */
  readonly redirects: Readonly<Record<string, string>>;
  /** Flags of Node, e.g. `--max-old-space-size=256`. */
  readonly nodeFlags: readonly string[];
}

const root = new URL('../../../', import.meta.url);
const STOP_MS = 30_000;

/** Killed when this process exits: a stopped one would not come to read that its parent is gone. */
const alive = new Set<ChildProcess>();
process.on('exit', () => alive.forEach((child) => child.kill('SIGKILL')));

export function startMember(options: MemberOptions): Member {
  const { name, clientId, env, opsPort, logFile, lines } = options;
  const redirect = new URL('redirect.ts', import.meta.url);
  redirect.search = new URLSearchParams(options.redirects).toString();
  const log = openSync(logFile, 'a');
  const imports = [redirect.href, exitWithParent].flatMap((module) => ['--import', module]);
  const main = fileURLToPath(new URL(`services/${name}/src/main.ts`, root));
  const flags = ['--disable-warning=TimeoutNegativeWarning', ...options.nodeFlags, ...imports];
  const child = spawn(process.execPath, [...flags, main], {
    cwd: fileURLToPath(root),
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  child.stdin?.on('error', () => undefined);
  alive.add(child);
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  let toldAt: number | undefined;
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const ended = once(child, 'exit').then((): MemberEnd => {
    alive.delete(child);
    const stopMs = toldAt === undefined ? null : Math.round(performance.now() - toldAt);
    return { code: child.exitCode, signal: child.signalCode, stopMs };
  });

  async function readiness(): Promise<number> {
    const answer = await fetch(`${opsUrl}/readyz`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await answer?.text().catch(() => undefined);
    return answer?.status ?? 0;
  }

  async function logEnd(): Promise<string> {
    return (await readFile(logFile, 'utf8').catch(() => '')).split('\n').slice(-15).join('\n');
  }

  function send(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM') toldAt ??= performance.now();
    child.kill(signal);
  }

  return {
    name,
    clientId,
    opsUrl,
    logFile,
    lines,
    ended,
    get running() {
      return isRunning();
    },
    async untilReady(withinMs = 60_000) {
      const deadline = performance.now() + withinMs;
      while (isRunning() && performance.now() < deadline) {
        if ((await readiness()) === 200) return;
        await sleep(50);
      }
      const why = isRunning() ? `is not ready after ${withinMs / 1_000} s` : 'ended before it was ready';
      throw new Error(`${clientId} ${why}:\n${await logEnd()}`);
    },
    readiness,
    metrics: () => readMetrics(opsUrl),
    async logged(message) {
      const text = await readFile(logFile, 'utf8').catch(() => '');
      return text.split(`"message":${JSON.stringify(message)}`).length - 1;
    },
    signal: send,
    kill() {
      if (isRunning()) child.kill('SIGKILL');
      return ended;
    },
    async stop() {
      if (!isRunning()) return ended;
      send('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      const end = await ended;
      clearTimeout(impatience);
      return end;
    },
  };
}
