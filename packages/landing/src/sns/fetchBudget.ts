export interface FetchBudgetOptions {
  readonly atOnce: number;
  /** Without a pause between them. */
  readonly inARow: number;
  readonly perMinute: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** How often something may be asked for that strangers can make us ask for. */
export interface FetchBudget {
  /** true: it may be asked for; `release` must follow. */
  take(): boolean;
  release(): void;
}

/** What is left comes back steadily, not once a minute: whoever has used it up keeps others out for a moment only. */
export function createFetchBudget({ atOnce, inARow, perMinute, now }: FetchBudgetOptions): FetchBudget {
  let under = 0;
  let left = inARow;
  let at = now();
  return {
    take() {
      left = Math.min(inARow, left + (Math.max(0, now() - at) * perMinute) / 60_000);
      at = now();
      if (under >= atOnce || left < 1) return false;
      under += 1;
      left -= 1;
      return true;
    },
    release() {
      under -= 1;
    },
  };
}
