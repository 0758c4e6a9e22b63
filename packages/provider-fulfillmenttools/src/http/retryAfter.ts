/** Longest wait that a vendor can ask of us, in milliseconds. */
export const MAX_RETRY_AFTER_MS = 300_000;

/**
 * `Retry-After` in milliseconds from now, at most `MAX_RETRY_AFTER_MS`; undefined when it is absent or not readable.
 * Takes both forms, seconds and HTTP date; a date is compared with the answer's own `Date` where there is one, so that
 * clocks that differ do not matter. `now` is in milliseconds since the epoch.
 */
export function toRetryAfterMs(
  header: string | undefined,
  answerDate: string | undefined,
  now: number,
): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1_000, MAX_RETRY_AFTER_MS);
  const until = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(until)) return undefined;
  const sent = Date.parse(answerDate ?? '');
  return Math.min(Math.max(until - (Number.isNaN(sent) ? now : sent), 0), MAX_RETRY_AFTER_MS);
}
