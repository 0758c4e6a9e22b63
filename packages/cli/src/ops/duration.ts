const units: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * `90s`, `30m`, `2h`, `7d` → milliseconds.
 * @throws Error that names the flag.
 */
export function parseDuration(flag: string, text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text.trim()) ?? [];
  const size = units[unit ?? ''];
  if (count === undefined || size === undefined || Number(count) === 0) {
    throw new Error(`${flag} is "${text}", but must be a number and a unit, e.g. 30m, 2h or 7d.`);
  }
  return Number(count) * size;
}

const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/;

/**
 * `2d` (so long before `now`) or `2026-11-21T10:00:00Z` → milliseconds since the epoch.
 * @throws Error that names the flag.
 */
export function parseMoment(flag: string, text: string, now: number): number {
  const time = TIME.test(text.trim()) ? Date.parse(text.trim()) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  try {
    return now - parseDuration(flag, text);
  } catch {
    throw new Error(`${flag} is "${text}", but must be how long ago, e.g. 2h, or a time, e.g. 2026-11-21T10:00:00Z.`);
  }
}

/**
 * `10/s`, `10` or `0.5/s` → messages per second.
 * @throws Error that names the flag.
 */
export function parseRate(flag: string, text: string): number {
  const [, count] = /^(\d{1,4}(?:\.\d{1,3})?)(?:\/s)?$/.exec(text.trim()) ?? [];
  const rate = Number(count);
  if (!(rate > 0)) throw new Error(`${flag} is "${text}", but must be messages per second, e.g. 10/s or 0.5/s.`);
  return rate;
}

/** Milliseconds in the two largest units that matter to a person: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
export function describeDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const [whole, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (whole < 48) return rest === 0 ? `${whole} h` : `${whole} h ${rest} min`;
  const [days, hours] = [Math.floor(whole / 24), whole % 24];
  return hours === 0 ? `${days} d` : `${days} d ${hours} h`;
}

/** `2026-11-21 10:00:03`, UTC. */
export const describeTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
