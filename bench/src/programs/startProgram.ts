import { type ChildProgram, type Metrics, startChildProgram } from '../sandboxParts.ts';

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

const READY = { withinMs: 300_000, everyMs: 20 };
/** As in a new container, which has compiled nothing yet; and as the image sets it. */
const asInContainer = { NODE_ENV: 'production', NODE_DISABLE_COMPILE_CACHE: '1', MALLOC_MMAP_THRESHOLD_: '131072' };

export function startProgram({ main, env, opsPort, logFile, profile }: ProgramOptions): Program {
  const startedAt = performance.now();
  const program = startChildProgram({
    name: main,
    main,
    env: { ...asInContainer, ...env },
    opsPort,
    logFile,
    nodeFlags: profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
  });
  const ready = program.untilReady(READY).then(() => performance.now() - startedAt);
  const ended = rejectAtEnd(main, program);
  for (const promise of [ready, ended]) promise.catch(() => undefined);
  return {
    ready,
    ended,
    metrics: program.metrics,
    async stop() {
      await program.stop();
    },
  };
}

async function rejectAtEnd(main: string, { ended, lastLines }: ChildProgram): Promise<never> {
  await ended;
  throw new Error(`${main} has ended; it said last:\n${await lastLines()}`);
}
