/**
 * Where a reading by (time, id) stands. `at`: the vendor's own time, ISO. Without `id` nothing of that moment has been
 * read; with it everything up to and with this id has.
 */
export interface Cursor {
  readonly at: string;
  readonly id?: string;
}

/** From this moment on. Milliseconds since the epoch. */
export const cursorAt = (ms: number): Cursor => ({ at: new Date(ms).toISOString() });

/** Milliseconds since the epoch. */
export const timeOf = ({ at }: Cursor): number => Date.parse(at);

export const isCursor = (value: unknown): value is Cursor => {
  if (typeof value !== 'object' || value === null) return false;
  const { at, id } = value as Partial<Record<keyof Cursor, unknown>>;
  return isTime(at) && (id === undefined || (typeof id === 'string' && id.length > 0 && id.length <= 256));
};

/** An ISO time with its zone. */
export const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value) && !Number.isNaN(Date.parse(value));
