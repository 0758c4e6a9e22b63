import { type ChildProgram, startChildProgram } from './childProgram.ts';
import type { ProcessName } from './environment.ts';

/** One service as a process of its own, which can be started anew. */
export interface ServiceProcess {
  readonly name: ProcessName;
  readonly opsUrl: string;
  readonly logFile: string;
  /** Resolves when it says that it is ready. Rejects at once when `signal` aborts; it may still run then. */
  start(): Promise<void>;
  /** SIGTERM; resolves with its exit code, null when a signal ended it. After 30 s SIGKILL. */
  stop(): Promise<number | null>;
  /** kill -9. */
  kill(): Promise<void>;
  readonly running: boolean;
}

export interface ServiceProcessOptions {
  readonly name: ProcessName;
  readonly env: Readonly<Record<string, string>>;
  readonly opsPort: number;
  readonly logFile: string;
  /** Directory that it removes when the sandbox is gone without having stopped it. (Default: none) */
  readonly removeWhenOrphaned?: string | undefined;
  /** Gives up starting. */
  readonly signal?: AbortSignal | undefined;
}

const READY_MS = 90_000;

export function createServiceProcess({ signal, ...options }: ServiceProcessOptions): ServiceProcess {
  const { name, opsPort, logFile } = options;
  let program: ChildProgram | undefined;
  return {
    name,
    opsUrl: `http://127.0.0.1:${opsPort}`,
    logFile,
    async start() {
      signal?.throwIfAborted();
      program = startChildProgram({ ...options, main: `services/${name}/src/main.ts` });
      await program.untilReady({ withinMs: READY_MS, signal });
    },
    stop: async () => (await program?.stop())?.code ?? null,
    async kill() {
      await program?.kill();
    },
    get running() {
      return program?.running ?? false;
    },
  };
}
