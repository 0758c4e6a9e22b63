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
}

export function createCommitTurns({ limit, limitWhenIdle = limit, longestMs = 10 }: CommitTurnsOptions): CommitTurns {
  const waiting: ((end: EndTurn) => void)[] = [];
  let taken = 0;

  function begin(): EndTurn {
    taken++;
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

  function next(): void {
    while (waiting.length > 0 && taken < Math.max(limit, limitWhenIdle + 1 - waiting.length))
      waiting.shift()?.(begin());
  }

  return {
    take: () =>
      new Promise<EndTurn>((resolve) => {
        waiting.push(resolve);
        next();
      }),
  };
}
