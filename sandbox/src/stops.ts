/** One thing that was started and has to be stopped. `say` is for a line about what has ended. */
export type Stop = (say: (line: string) => void) => Promise<unknown>;

const QUIET_MS = 2_000;

/**
 * Stops what was started, the last first, each whether or not one before it failed, and empties the list. Says nothing
 * when it is over soon; else, from then on, what has ended.
 * @throws The failure when there was one, Error with all of them when there were several.
 */
export async function runStops(stops: Stop[], log: (line: string) => void, quietMs = QUIET_MS): Promise<void> {
  const held: string[] = [];
  let quiet = true;
  const timer = setTimeout(() => {
    quiet = false;
    for (const line of held) log(line);
  }, quietMs);
  const say = (line: string): void => (quiet ? void held.push(line) : log(line));
  const failures: unknown[] = [];
  for (const stop of stops.splice(0).reverse()) {
    try {
      await stop(say);
    } catch (error) {
      failures.push(error);
    }
  }
  clearTimeout(timer);
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new AggregateError(failures, failures.map((failure) => (failure as Error).message).join('\n'));
}
