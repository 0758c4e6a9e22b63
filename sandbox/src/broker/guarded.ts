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
  /** SIGTERM, after the grace SIGKILL; resolves when all are gone and tidied up. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * Starts the programs under a watchdog in a process group of its own, so that Ctrl-C reaches this process first and
 * whoever uses the programs can finish before they go.
 */
export function startGuarded(guarded: Guarded, env: Readonly<Record<string, string | undefined>>): Guard {
  const watchdog = spawn(
    process.execPath,
    [fileURLToPath(new URL('watchdog.ts', import.meta.url)), JSON.stringify(guarded)],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true, env },
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

  async function stop(): Promise<void> {
    watchdog.stdin.end();
    const impatience = setTimeout(() => killGroup(watchdog.pid), guarded.graceMs + 65_000);
    await exited;
    clearTimeout(impatience);
  }
  return { ended: ended.signal, stop };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Ended meanwhile.
  }
}
