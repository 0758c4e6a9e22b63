/**
 * Chance that does not depend on the order of events: a number in [0, 1) for a purpose and a key, always the same for
 * the same seed. So a run with another timing makes the same decision about the same order, message or request.
 */
export type Dice = (purpose: string, key: string) => number;

export const createDice =
  (seed: number): Dice =>
  (purpose, key) => {
    let hash = 0x811c9dc5 ^ (seed >>> 0);
    for (const text of [purpose, '\0', key])
      for (let index = 0; index < text.length; index += 1)
        hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
    return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296;
  };

/** Counts up per name: what distinguishes the first request to a path from the second. */
export interface Tally {
  /** 1, 2, … */
  next(name: string): number;
  clear(): void;
}

export function createTally(): Tally {
  const counts = new Map<string, number>();
  return {
    next(name) {
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      return count;
    },
    clear: () => counts.clear(),
  };
}
