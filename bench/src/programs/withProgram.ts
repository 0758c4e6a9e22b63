import { type Program, type ProgramOptions, startProgram } from './startProgram.ts';
import { freePorts } from '../sandboxParts.ts';
import { readUsage } from './usage.ts';

/** A program that runs, and the largest resident set that was seen of it so far, in MiB; NaN: it shows no metrics. */
export interface WatchedProgram extends Program {
  readonly largestRssMb: number;
  /** Resolves as the promise does; rejects when the program ends before. */
  during<Result>(happens: Promise<Result>): Promise<Result>;
}

export interface WithProgramOptions extends Omit<ProgramOptions, 'opsPort' | 'env'> {
  readonly env: (opsPort: number) => Readonly<Record<string, string>>;
}

/** Each look costs the program a few milliseconds. */
const WATCH_MS = 2_000;

/** Lends a program; it is stopped afterwards. */
export async function withProgram<Result>(
  { env, ...options }: WithProgramOptions,
  use: (program: WatchedProgram) => Promise<Result>,
): Promise<Result> {
  const [opsPort = 0] = await freePorts(1);
  const program = startProgram({ ...options, opsPort, env: env(opsPort) });
  let largestRssMb = Number.NaN;
  const look = async (): Promise<void> => {
    const { rssMb } = await readUsage(program);
    largestRssMb = Math.max(rssMb, Number.isNaN(largestRssMb) ? 0 : largestRssMb);
  };
  // While it starts, and when it shows nothing at all, there is nothing to be seen.
  const watch = setInterval(() => void look().catch(() => undefined), WATCH_MS);
  try {
    return await use({
      ...program,
      get largestRssMb() {
        return largestRssMb;
      },
      during: (happens) => Promise.race([happens, program.ended]),
    });
  } finally {
    clearInterval(watch);
    await program.stop();
  }
}
