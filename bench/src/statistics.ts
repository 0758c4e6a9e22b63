/** The value below which `share` (0 to 1) of the values lie, by nearest rank; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1] ?? Number.NaN;
}

/** The middle value; of an even number the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/**
 * Events per second in the steady part: from the event number `skip` to the last one. NaN when nothing is left.
 *
 * With `skip` at least the number of calls in flight this is exact for calls that come in waves: n waves of c calls, one
 * every l seconds, give c / l. To begin at the very first answer would count its whole wave as if it had taken no time.
 * The end needs no such care: while calls are in flight others were started a latency ago at the full rate.
 *
 * @param times milliseconds, in any order
 */
export function steadyRate(times: readonly number[], skip: number): number {
  const sorted = Float64Array.from(times).sort();
  const first = sorted[Math.max(1, skip) - 1];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined || last <= first) return Number.NaN;
  return ((sorted.length - Math.max(1, skip)) * 1_000) / (last - first);
}

/** How many answers are left out at the start: the calls that fill the slots, and a tenth for compiling hot code. */
export const toSkip = (count: number, concurrency: number): number => Math.max(concurrency, Math.ceil(count / 10));

/** Rounded for people: `digits` after the point; null (as JSON has it) for what could not be measured. */
export function rounded(value: number, digits = 2): number | null {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : null;
}
