/** A seeded source of random numbers: the same seed gives the same run. */
export interface Random {
  /** In [0, 1). */
  fraction(): number;
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number;
  /** True with this probability (0..1). */
  chance(probability: number): boolean;
  /** Starts anew, for all who hold it. */
  reseed(seed: number): void;
}

/** mulberry32: small, fast, good enough to spread delays and duplicates. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    fraction,
    between: (min, max) => min + Math.floor(fraction() * (max - min + 1)),
    chance: (probability) => fraction() < probability,
    reseed(newSeed) {
      state = newSeed >>> 0;
    },
  };
}
