const LONGEST = 5 * 60_000;

/**
 * Milliseconds to wait by a Retry-After header (seconds, or a date compared with `now`), at most 5 minutes;
 * undefined when there is none or it is not readable.
 */
export function parseRetryAfter(value: string | undefined | null, now: number): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(Math.ceil(wait), 0), LONGEST) : undefined;
}
