export interface LifeOptions {
  /** Nothing in it takes a state back: no revert, no cancel, no new work for goods that may count as settled. */
  readonly steady?: boolean;
}

/** The choices of a life: number after number, endless zeros at the end, so that a shorter tape is a simpler life. */
export function createTape(numbers: readonly number[], { steady }: LifeOptions) {
  let next = 0;
  const below = (limit: number): number => Math.abs(numbers[next++] ?? 0) % limit;
  const chance = (oneIn: number): boolean => below(oneIn) === oneIn - 1;
  /** Of what takes a state back. */
  return { below, chance, mishap: (oneIn: number): boolean => chance(oneIn) && !steady };
}

export type Tape = ReturnType<typeof createTape>;
