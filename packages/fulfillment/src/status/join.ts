type Comparable = unknown;

/** What says nothing is below everything that says something. */
const isBlank = (value: Comparable): boolean =>
  value === null ||
  value === '' ||
  value === 'UNKNOWN' ||
  value === 'NONE' ||
  (Array.isArray(value) && value.length === 0);

/**
 * Joins two accounts of one thing at one version: for each field what is known, of two known values the larger. The
 * result does not depend on order or repetition. Returns `a` itself when `b` adds nothing.
 */
export function join<T extends object>(a: T, b: T): T {
  const fields = Object.keys(a) as (keyof T)[];
  const raised = fields.filter((field) => compare(b[field], a[field]) > 0);
  if (raised.length === 0) return a;
  return { ...a, ...Object.fromEntries(raised.map((field) => [field, b[field]])) };
}

/** A total order over plain values: equal only when they are the same. */
export function compare(a: Comparable, b: Comparable): number {
  if (a === b) return 0;
  const blanks = Number(isBlank(b)) - Number(isBlank(a));
  if (blanks !== 0) return blanks;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return a.length - b.length;
  // a repetition is mostly the same to the letter, and to sort keys is dear
  return JSON.stringify(a) === JSON.stringify(b) ? 0 : compareText(canonical(a), canonical(b));
}

/** By code unit: the same on every machine, unlike a locale's order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b)))
      : inner,
  );
