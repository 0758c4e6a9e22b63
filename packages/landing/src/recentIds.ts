/** Remembers the newest ids, between half of `capacity` and all of it. */
export interface RecentIds {
  /** Was it seen lately? Remembers it. */
  add(id: string): boolean;
}

/** Two generations: when the newer is full the older is forgotten at once, so that no single id need be dropped. */
export function createRecentIds(capacity: number): RecentIds {
  let older = new Set<string>();
  let newer = new Set<string>();
  return {
    add(id) {
      const seen = newer.has(id) || older.has(id);
      newer.add(id);
      if (newer.size >= capacity / 2) {
        older = newer;
        newer = new Set();
      }
      return seen;
    },
  };
}
