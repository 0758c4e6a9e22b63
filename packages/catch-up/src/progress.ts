import { type Cursor, isCursor, isTime } from './cursor.ts';
import { isHealth, type SubscriptionHealth } from './health/health.ts';

/** A stretch of time that is still to be read once more, and how far that has come. */
export interface CatchUpWindow {
  readonly after: Cursor;
  /** Exclusive, ISO. */
  readonly until: string;
  readonly reason: string;
}

/** Everything that a catch-up knows: the one record under its key. */
export interface CatchUpProgress {
  /** Behind the last that was read and that Kafka has. */
  readonly cursor: Cursor;
  /** Up to this time everything was read; ISO, null: never yet. */
  readonly checkedUntil: string | null;
  readonly windows: readonly CatchUpWindow[];
  /** As it was seen last; null: never. */
  readonly subscription: SubscriptionHealth | null;
}

const FORMAT = 1;
const MOST_WINDOWS = 50;

export const encodeProgress = (progress: CatchUpProgress): Buffer =>
  Buffer.from(JSON.stringify({ format: FORMAT, ...progress }));

/** undefined: none of ours, or of a later version. */
export function decodeProgress(value: Buffer): CatchUpProgress | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString());
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || (parsed as { format?: unknown }).format !== FORMAT)
    return undefined;
  const { cursor, checkedUntil = null, windows = [], subscription = null } = parsed as Partial<CatchUpProgress>;
  const sound =
    isCursor(cursor) &&
    (checkedUntil === null || isTime(checkedUntil)) &&
    Array.isArray(windows) &&
    windows.every(isWindow) &&
    (subscription === null || isHealth(subscription));
  return sound ? { cursor, checkedUntil, windows, subscription } : undefined;
}

function isWindow(value: unknown): value is CatchUpWindow {
  const { after, until, reason } = (value ?? {}) as Partial<CatchUpWindow>;
  return isCursor(after) && isTime(until) && typeof reason === 'string';
}

/** With a further window; with too many, the oldest two become one, so that none is lost and the record stays small. */
export function withWindow(progress: CatchUpProgress, window: CatchUpWindow): CatchUpProgress {
  const windows = [...progress.windows, window];
  const [first, second] = windows;
  if (windows.length <= MOST_WINDOWS || !first || !second) return { ...progress, windows };
  const earlier = Date.parse(first.after.at) <= Date.parse(second.after.at) ? first.after : second.after;
  const later = Date.parse(first.until) >= Date.parse(second.until) ? first.until : second.until;
  return { ...progress, windows: [{ after: earlier, until: later, reason: first.reason }, ...windows.slice(2)] };
}
