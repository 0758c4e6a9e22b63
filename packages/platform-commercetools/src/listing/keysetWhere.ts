/** The times that orders may be listed by. `createdAt` never changes; `lastModifiedAt` does, also while a listing runs. */
export type OrderTime = 'createdAt' | 'lastModifiedAt';

/** Where in a listing an order stands: its time, as commercetools wrote it, and its id. */
export interface ListPosition {
  readonly time: string;
  readonly id: string;
}

/** A stretch of a listing by (time, id). */
export interface Keyset {
  readonly by: OrderTime;
  /** Inclusive, ISO. Not used once there is `after`. */
  readonly from: string;
  /** Exclusive, ISO. */
  readonly to: string;
  /** Only what stands behind this. */
  readonly after?: ListPosition | undefined;
}

/**
 * The predicate of the next page. Offsets of commercetools end at 10,000 and shift when an order is changed meanwhile; a
 * position in (time, id) does neither (facts of the Query API: limit 500, offset 10,000).
 */
export function keysetWhere({ by, from, to, after }: Keyset): string {
  const end = `${by} < ${quoted(to)}`;
  if (!after) return `${by} >= ${quoted(from)} and ${end}`;
  const time = quoted(after.time);
  return `(${by} > ${time} or (${by} = ${time} and id > ${quoted(after.id)})) and ${end}`;
}

/** A text as the predicate language takes it. */
export const quoted = (text: string): string => JSON.stringify(text);
