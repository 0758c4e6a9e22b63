export interface ProgressOptions {
  /** Milliseconds between two lines. (Default: 5,000) */
  readonly everyMs?: number;
  /** What is known of it so far. (Default: nothing) */
  readonly detail?: () => string;
}

/**
 * Says what is being waited for, at once and then every few seconds with the time it has taken, until `work` settles.
 */
export async function withProgress<Result>(
  log: (line: string) => void,
  what: string,
  work: () => Promise<Result>,
  { everyMs = 5_000, detail }: ProgressOptions = {},
): Promise<Result> {
  const started = performance.now();
  const seconds = () => `${Math.round((performance.now() - started) / 1_000)} s`;
  log(`${what} …`);
  const timer = setInterval(() => log(`${what} … ${seconds()}${detail ? `, ${detail()}` : ''}`), everyMs);
  try {
    const result = await work();
    log(`${what}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
