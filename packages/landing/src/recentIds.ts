/** Remembers the newest ids, between half of `capacity` and all of it. */
export interface RecentIds {
  /** Was it seen lately? Remembers it, but for one that is longer than any sender's: that one counts as none. */
  add(id: string): boolean;
}

/** Characters. A sender that has proved himself still must not fill the memory with his ids. */
const longestId = 256;

/** Two generations: when the newer is full the older is forgotten at once, so that no single id need be dropped. */
export function createRecentIds(capacity: number): RecentIds {
  let older = new Set<string>();
  let newer = new Set<string>();
  return {
    add(id) {
      if (id.length > longestId) return false;
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
