import { type ChildProgram, type ProgramEnd, startChildProgram } from './childProgram.ts';
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
  /** Called when it was ready and then ended, though nobody here stopped or killed it. (Default: nobody is told) */
  readonly onLost?: ((end: ProgramEnd) => void) | undefined;
}

interface TestSeam {
  readonly start?: typeof startChildProgram;
}

const READY_MS = 90_000;

export function createServiceProcess(
  { signal, onLost, ...options }: ServiceProcessOptions,
  { start = startChildProgram }: TestSeam = {},
): ServiceProcess {
  const { name, opsPort, logFile } = options;
  let program: ChildProgram | undefined;
  let meantToEnd = false;
  return {
    name,
    opsUrl: `http://127.0.0.1:${opsPort}`,
    logFile,
    async start() {
      signal?.throwIfAborted();
      meantToEnd = false;
      program = start({ ...options, main: `services/${name}/src/main.ts` });
      await program.untilReady({ withinMs: READY_MS, signal });
      void program.ended.then((end) => (meantToEnd ? undefined : onLost?.(end)));
    },
    async stop() {
      meantToEnd = true;
      return (await program?.stop())?.code ?? null;
    },
    async kill() {
      meantToEnd = true;
      await program?.kill();
    },
    get running() {
      return program?.running ?? false;
    },
  };
}
