/** Longest wait that a vendor can ask of us, in milliseconds. */
export const MAX_RETRY_AFTER_MS = 300_000;

const SECONDS = /^\d+(\.\d+)?$/;
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/;
/** The old asctime form carries no zone; HTTP means GMT by it. */
const HAS_ZONE = / GMT$/;

/**
 * Milliseconds that an answer's Retry-After asks for (RFC 9110, 10.2.3: seconds, or a date in any of the three HTTP
 * notations), at most `MAX_RETRY_AFTER_MS`; undefined when it is absent or unreadable. A date in the past asks for 0.
 *
 * @param date the answer's own Date, with which a date is compared where there is one, so that clocks may differ
 * @param now milliseconds since the epoch (default: this machine's)
 */
export function parseRetryAfter(
  value: string | null | undefined,
  { date, now = Date.now() }: { readonly date?: string | null | undefined; readonly now?: number } = {},
): number | undefined {
  const text = value?.trim() ?? '';
  if (SECONDS.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), MAX_RETRY_AFTER_MS);
  const until = toTime(text);
  return until === undefined
    ? undefined
    : Math.min(Math.max(0, until - (toTime(date ?? '') ?? now)), MAX_RETRY_AFTER_MS);
}

function toTime(text: string): number | undefined {
  if (!HTTP_DATE.test(text)) return undefined;
  const at = Date.parse(HAS_ZONE.test(text) ? text : `${text} GMT`);
  return Number.isNaN(at) ? undefined : at;
}
