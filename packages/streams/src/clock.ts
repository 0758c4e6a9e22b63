/** A point in time on both clocks of this machine, milliseconds. Never compared with another machine's. */
export interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

/** Reads both clocks: a suspended machine may stop one of them. */
export const instant = (): Instant => ({ monotonic: performance.now(), wall: Date.now() });

/** Milliseconds since then; the clock that went further counts. */
export function elapsedSince(then: Instant, now: Instant = instant()): number {
  return Math.max(now.monotonic - then.monotonic, now.wall - then.wall);
}
