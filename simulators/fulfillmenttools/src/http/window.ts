/** How many calls a span of time may see: the first of a span starts it. */
export interface CallWindow {
  /** Counts a call; false: it is one too many. */
  admits(limit: number): boolean;
}

/** `now` is epoch ms. */
export function createCallWindow(now: () => number, spanMs: number): CallWindow {
  let startMs = Number.NEGATIVE_INFINITY;
  let calls = 0;
  return {
    admits(limit) {
      if (now() - startMs >= spanMs) {
        startMs = now();
        calls = 0;
      }
      calls += 1;
      return calls <= limit;
    },
  };
}
