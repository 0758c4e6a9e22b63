/** Leave to begin a transaction. Called again it does nothing. */
export type EndTurn = () => void;

/**
 * Bounds how many transactions of a process are begun side by side. Whoever waits for its turn gathers more entries
 * meanwhile: an idle process commits at once, a busy one commits much with each transaction, and all by itself.
 *
 * A transaction costs five requests whatever is in it, and those of many partitions with an entry or two each cost more
 * CPU time than the entries.
 */
export interface CommitTurns {
  /**
   * Resolves when it is the caller's turn, first come, first served. The caller ends its turn when its transaction has
   * ended, well or not.
   */
  take(): Promise<EndTurn>;
}

export interface CommitTurnsOptions {
  /** Transactions side by side, whoever waits. */
  readonly limit: number;
  /**
   * Transactions side by side while nobody has to wait; each that waits takes one off, down to `limit`. Where there is
   * time for it, an order need not wait for the transaction of another. (Default: as `limit`)
   */
  readonly limitWhenIdle?: number;
  /**
   * After so long a turn is given on though its transaction goes on, in milliseconds: a leader that does not answer must
   * not hold up the partitions of others, and the further away the brokers are, the more transactions are to overlap.
   * (Default: 10)
   */
  readonly longestMs?: number;
  /** (Default: each begins as soon as it may.) */
  readonly pace?: CommitPace;
}

/**
 * For a busy process: what it commits with a few large transactions it need not commit with many small ones, of which
 * each takes CPU time from the calls (measured at 256 in flight: 130 transactions a second instead of 700, and a quarter
 * less CPU time for an order).
 */
export interface CommitPace {
  /** Is CPU time short? Not to be judged by what waits: the pace itself makes that longer. */
  readonly isBusy: () => boolean;
  /** From one beginning to the next meanwhile, in milliseconds. */
  readonly everyMs: number;
  /** Turns begin more often where as many as wait now would otherwise take longer than this, in milliseconds. */
  readonly roundMs: number;
}

export function createCommitTurns(options: CommitTurnsOptions): CommitTurns {
  const { limit, limitWhenIdle = limit, longestMs = 10, pace } = options;
  const waiting: ((end: EndTurn) => void)[] = [];
  let taken = 0;
  let begunAt = Number.NEGATIVE_INFINITY;
  let pacing: NodeJS.Timeout | undefined;

  function begin(): EndTurn {
    taken++;
    begunAt = performance.now();
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      taken--;
      next();
    };
    const timer = setTimeout(end, longestMs);
    return end;
  }

  /** Whole milliseconds until the pace lets the next turn begin, as timers count; not above 0: it may now. */
  function untilDue(): number {
    if (!pace?.isBusy()) return 0;
    return Math.round(begunAt + Math.min(pace.everyMs, pace.roundMs / waiting.length) - performance.now());
  }

  function next(): void {
    clearTimeout(pacing);
    while (waiting.length > 0 && taken < Math.max(limit, limitWhenIdle + 1 - waiting.length)) {
      const ms = untilDue();
      if (ms > 0) {
        pacing = setTimeout(next, ms);
        return;
      }
      waiting.shift()?.(begin());
    }
  }

  return {
    take: () =>
      new Promise<EndTurn>((resolve) => {
        waiting.push(resolve);
        next();
      }),
  };
}
