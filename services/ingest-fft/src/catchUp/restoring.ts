/** More entries of a table in a second are those of a restore, not of orders that live. */
const LIVE_PER_SECOND = 500;

/**
 * Tells whether a table still comes in, by the entries that came lately: the runtime does not tell when it has been read to
 * its end. Whoever asks too early makes a call in vain, at the rate of all others. `now`: monotonic milliseconds.
 */
export function createRestoring(now: () => number = () => performance.now()) {
  let since = now();
  let entries = 0;
  let before = 0;
  const turn = (): void => {
    const ms = now() - since;
    if (ms < 1_000) return;
    before = (entries * 1_000) / ms;
    entries = 0;
    since = now();
  };
  return {
    entry(): void {
      turn();
      entries++;
    },
    get underWay(): boolean {
      turn();
      return Math.max(before, entries) > LIVE_PER_SECOND;
    },
  };
}
