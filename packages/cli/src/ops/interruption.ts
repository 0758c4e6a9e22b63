const signals = ['SIGINT', 'SIGTERM'] as const;

/** Ctrl-C under `npm run` comes twice: from the terminal, and passed on by npm. */
const ECHO_MS = 1_000;

/** Of a process that SIGINT has ended. */
export const INTERRUPTED = 130;

/** Lends a signal that aborts when the process is told to stop. Told again later, it ends at once. */
export async function withInterruption<Result>(use: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  let stoppedAt = Number.NaN;
  const abort = (): void => {
    if (!stop.signal.aborted) {
      stoppedAt = performance.now();
      stop.abort();
    } else if (performance.now() - stoppedAt > ECHO_MS) process.exit(INTERRUPTED);
  };
  for (const name of signals) process.on(name, abort);
  try {
    return await use(stop.signal);
  } finally {
    // The echo may come while the process ends, and would end it by the signal.
    if (!stop.signal.aborted) for (const name of signals) process.off(name, abort);
  }
}
