/**
 * Says what is being waited for, at once and then every five seconds with the time it has taken, until `work` settles.
 */
export async function withProgress<Result>(
  log: (line: string) => void,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const started = performance.now();
  const seconds = () => `${Math.round((performance.now() - started) / 1_000)} s`;
  log(`${what} …`);
  const timer = setInterval(() => log(`${what} … ${seconds()}`), 5_000);
  try {
    const result = await work();
    log(`${what}: done in ${seconds()}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
