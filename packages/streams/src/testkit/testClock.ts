import type { Instant } from '../clock.ts';

/** A clock that the test moves. Both of its clocks go together, unless the wall clock is set. */
export interface TestClock {
  now(): Instant;
  advance(ms: number): void;
  /** Somebody sets the wall clock forward by this much, or back. */
  setWall(byMs: number): void;
}

export function createTestClock(wall: number): TestClock {
  let instant: Instant = { monotonic: 1_000, wall };
  return {
    now: () => instant,
    advance: (ms) => {
      instant = { monotonic: instant.monotonic + ms, wall: instant.wall + ms };
    },
    setWall: (byMs) => {
      instant = { ...instant, wall: instant.wall + byMs };
    },
  };
}
