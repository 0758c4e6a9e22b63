/** Items that are sent at once, at most. */
const MAX_BATCH = 100;
/** Batches in a second, unless that makes one of less than an item. */
const PER_SECOND = 5;

const batchSize = (perSecond: number): number => Math.min(MAX_BATCH, Math.max(1, Math.round(perSecond / PER_SECOND)));

/** In batches that keep a pace of so many items in a second without sending much at once. */
export function toBatches<Item>(items: readonly Item[], perSecond: number): (readonly Item[])[] {
  const size = batchSize(perSecond);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

/** Milliseconds to wait after `count` items, of which the first was sent at `startedAt`, to keep the pace. */
export const restAfter = (count: number, pace: { perSecond: number; startedAt: number; now: number }): number =>
  Math.max(0, pace.startedAt + (count * 1_000) / pace.perSecond - pace.now);
