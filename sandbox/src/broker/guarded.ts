import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Programs that live and die together, and never longer than this process. */
export interface Guarded {
  readonly programs: readonly (Program & { readonly logFile: string })[];
  /** Run after the last has ended. */
  readonly cleanUp: readonly Program[];
  /** Directories removed at the very end. */
  readonly remove: readonly string[];
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
}

export interface Guard {
  /** Aborts when they have ended, asked for or not. */
  readonly ended: AbortSignal;
  /**
   * Ends the program at this place of the list (after the grace with SIGKILL), the others run on. Resolves when it was
   * started again, or when all have ended meanwhile: what it serves is not there yet. One restart at a time.
   */
  restart(index: number, how: Restart): Promise<void>;
  /** SIGTERM, after the grace SIGKILL; resolves when all are gone and tidied up. May be called more than once. */
  stop(): Promise<void>;
}

export interface Restart {
  readonly signal: 'SIGTERM' | 'SIGKILL';
  /** Milliseconds between its end and its start. (Default: 0) */
  readonly downMs?: number;
}

/**
 * Starts the programs under a watchdog in a process group of its own, so that Ctrl-C reaches this process first and
 * whoever uses the programs can finish before they go.
 */
export function startGuarded(guarded: Guarded, env: Readonly<Record<string, string | undefined>>): Guard {
  const watchdog = spawn(
    process.execPath,
    [fileURLToPath(new URL('watchdog.ts', import.meta.url)), JSON.stringify(guarded)],
    { stdio: ['pipe', 'pipe', 'ignore'], detached: true, env },
  );
  const stopAtExit = () => watchdog.kill('SIGTERM');
  process.once('exit', stopAtExit);
  const ended = new AbortController();
  const exited = Promise.race([once(watchdog, 'exit'), once(watchdog, 'error')])
    .catch(() => undefined)
    .finally(() => {
      process.removeListener('exit', stopAtExit);
      ended.abort(new Error('The broker has ended'));
    });
  watchdog.stdin.on('error', () => undefined);
  watchdog.stdout.on('error', () => undefined).resume();

  async function restart(index: number, { signal, downMs = 0 }: Restart): Promise<void> {
    const restarted = once(watchdog.stdout, 'data');
    restarted.catch(() => undefined);
    watchdog.stdin.write(`${index} ${signal} ${downMs}\n`);
    await Promise.race([restarted, exited]);
  }

  async function stop(): Promise<void> {
    watchdog.stdin.end();
    const impatience = setTimeout(() => killGroup(watchdog.pid), guarded.graceMs + 65_000);
    await exited;
    clearTimeout(impatience);
  }
  return { ended: ended.signal, restart, stop };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Ended meanwhile.
  }
}
