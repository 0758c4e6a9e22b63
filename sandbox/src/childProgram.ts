import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Metrics, readMetrics } from './metrics.ts';

export interface ProgramEnd {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Between the first SIGTERM and the end; null: it was not told to stop. */
  readonly stopMs: number | null;
}

export interface UntilReady {
  readonly withinMs?: number | undefined;
  /** Pause between two looks. (Default: 50) */
  readonly everyMs?: number | undefined;
  /** Gives up at once; the program may still run then. */
  readonly signal?: AbortSignal | undefined;
}

/** One of our programs with an ops port, as a process of its own. */
export interface ChildProgram {
  readonly opsUrl: string;
  readonly running: boolean;
  /** Resolves when the process is gone, whatever ended it; never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** Rejects with the end of its log when it ends before, or is not ready after `withinMs` (default: 60000). */
  untilReady(options?: UntilReady): Promise<void>;
  /** What /readyz answers; 0: nothing. */
  readiness(): Promise<number>;
  metrics(): Promise<Metrics>;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<ProgramEnd>;
  /** SIGTERM; after `graceMs` SIGKILL. */
  stop(): Promise<ProgramEnd>;
  /** What it said last, on stdout and stderr. */
  lastLines(): Promise<string>;
}

export interface ChildProgramOptions {
  /** What errors call it. */
  readonly name: string;
  /** From the root of the repository. */
  readonly main: string;
  /** What it finds in its environment, beside what any program needs to run. */
  readonly env: Readonly<Record<string, string>>;
  /** Port of /readyz and /metrics. */
  readonly opsPort: number;
  /** Its stdout and stderr are appended. */
  readonly logFile: string;
  /** Flags of Node, e.g. `--max-old-space-size=256`. */
  readonly nodeFlags?: readonly string[];
  /** Directory that it removes when we are gone without having stopped it. (Default: none) */
  readonly removeWhenOrphaned?: string | undefined;
  /** (Default: 30000) */
  readonly graceMs?: number | undefined;
}

const root = new URL('../../', import.meta.url);

/** Killed when this process exits: stdin's end reaches them too, but only when they come to read it. */
const alive = new Set<ChildProcess>();
process.on('exit', () => alive.forEach((child) => child.kill('SIGKILL')));

export function startChildProgram(options: ChildProgramOptions): ChildProgram {
  const { name, main, env, opsPort, logFile, nodeFlags = [], removeWhenOrphaned, graceMs = 30_000 } = options;
  const flags = ['--disable-warning=TimeoutNegativeWarning', ...nodeFlags, '--import', preload(removeWhenOrphaned)];
  const log = openSync(logFile, 'a');
  // A process group of its own: Ctrl-C reaches us, and we let it drain before the broker goes.
  const child = spawn(process.execPath, [...flags, fileURLToPath(new URL(main, root))], {
    cwd: fileURLToPath(root),
    env: { ...baseEnv(), ...env },
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  child.stdin?.on('error', () => undefined);
  alive.add(child);
  const opsUrl = `http://127.0.0.1:${opsPort}`;
  let toldAt: number | undefined;
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const ended = once(child, 'exit').then((): ProgramEnd => {
    alive.delete(child);
    const stopMs = toldAt === undefined ? null : Math.round(performance.now() - toldAt);
    return { code: child.exitCode, signal: child.signalCode, stopMs };
  });

  async function look(signal?: AbortSignal): Promise<{ status: number; said: string }> {
    const limits = [AbortSignal.timeout(2_000), ...(signal ? [signal] : [])];
    try {
      const answer = await fetch(`${opsUrl}/readyz`, { signal: AbortSignal.any(limits) });
      return { status: answer.status, said: await answer.text() };
    } catch {
      return { status: 0, said: 'no answer' };
    }
  }

  async function untilReady({ withinMs = 60_000, everyMs = 50, signal }: UntilReady = {}): Promise<void> {
    const deadline = performance.now() + withinMs;
    let last = 'no answer';
    while (isRunning() && performance.now() < deadline) {
      const { status, said } = await look(signal);
      if (status === 200) return;
      signal?.throwIfAborted();
      last = said;
      await sleep(everyMs);
    }
    const why = isRunning()
      ? `is not ready after ${withinMs / 1_000} s (${last})`
      : `ended with ${child.exitCode ?? child.signalCode} before it was ready`;
    throw new Error(`${name} ${why}; it said last:\n${await lastLines()}`);
  }

  async function lastLines(): Promise<string> {
    const text = await readFile(logFile, 'utf8').catch(() => '');
    return text.split('\n').slice(-15).join('\n');
  }

  function send(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM') toldAt ??= performance.now();
    child.kill(signal);
  }

  return {
    opsUrl,
    get running() {
      return isRunning();
    },
    ended,
    untilReady,
    readiness: async () => (await look()).status,
    metrics: () => readMetrics(opsUrl),
    signal: send,
    kill() {
      if (isRunning()) send('SIGKILL');
      return ended;
    },
    async stop() {
      if (!isRunning()) return await ended;
      send('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), graceMs);
      const end = await ended;
      clearTimeout(impatience);
      return end;
    },
    lastLines,
  };
}

function preload(removeWhenOrphaned: string | undefined): string {
  const url = new URL('exitWithParent.ts', import.meta.url);
  if (removeWhenOrphaned !== undefined) url.searchParams.set('remove', removeWhenOrphaned);
  return url.href;
}

/** Half of what a start costs is compiling the same sources again. */
const compiled = fileURLToPath(new URL('node_modules/.cache/compile', root));

/** Of our own environment only what a program needs to run: it must not find settings that it was not given. */
function baseEnv(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'NODE_COMPILE_CACHE'];
  const ours = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { NODE_COMPILE_CACHE: compiled, ...Object.fromEntries(ours) };
}
