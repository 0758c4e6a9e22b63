import type { LineQuantity, OrderedLine, PlatformLine } from '@pipeline/schemas/types';

/**
 * Gives goods, which are known by article, to the line items that were ordered, first come, first served, and never
 * more to one than was ordered of it. Articles that the order does not have, and pieces too many, are left out.
 */
export function createAllocation(lines: readonly PlatformLine[]) {
  const free = new Map(lines.map(({ id, quantity }) => [id, quantity]));
  return (goods: readonly OrderedLine[]): LineQuantity[] => {
    const given: LineQuantity[] = [];
    for (const { articleId, quantity } of goods) {
      let rest = quantity;
      for (const { id } of lines.filter((line) => line.articleId === articleId)) {
        const part = Math.min(rest, free.get(id) ?? 0);
        if (part <= 0) continue;
        given.push({ lineId: id, quantity: part });
        free.set(id, (free.get(id) ?? 0) - part);
        rest -= part;
      }
    }
    return addUpLines(given);
  };
}

/** One entry for each line item, in the order of their ids. */
export function addUpLines(items: readonly LineQuantity[]): LineQuantity[] {
  const total = new Map<string, number>();
  for (const { lineId, quantity } of items) total.set(lineId, (total.get(lineId) ?? 0) + quantity);
  return [...total].sort(([a], [b]) => (a < b ? -1 : 1)).map(([lineId, quantity]) => ({ lineId, quantity }));
}

/** Is it the same of each line item? */
export function sameItems(a: readonly LineQuantity[], b: readonly LineQuantity[]): boolean {
  return JSON.stringify(addUpLines(a)) === JSON.stringify(addUpLines(b));
}
