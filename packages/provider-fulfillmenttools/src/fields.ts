/** Reading what a vendor sent: nothing is taken for granted, nothing throws. */
export type Fields = Readonly<Record<string, unknown>>;

export function toFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function toList(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(toFields) : [];
}

/** null for anything but a text with something in it. */
export function toText(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** A whole number from 0 up; 0 for anything else. */
export function toCount(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** Milliseconds since the epoch; null for anything but a date in ISO 8601. */
export function toInstant(value: unknown): number | null {
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? null : instant;
}

/** An entity's version; null for anything but a whole number from 0 up. */
export function toVersion(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** The value where we know it, else UNKNOWN: new values are no breaking change to the vendor. */
export function toKnown<Value extends string>(value: unknown, known: readonly Value[]): Value | 'UNKNOWN' {
  return known.find((candidate) => candidate === value) ?? 'UNKNOWN';
}
