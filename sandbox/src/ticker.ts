/** A line that changes all the time, said now and then. */
export interface Ticker {
  /** Says it when it is not what was said last and that was long enough ago. */
  tick(line: string): void;
  /** Says it now. */
  end(line: string): void;
}

export function createTicker(log: (line: string) => void, everyMs: number, now = () => performance.now()): Ticker {
  let saidAt = now();
  let last = '';
  const end = (line: string): void => {
    saidAt = now();
    last = line;
    log(line);
  };
  return {
    tick(line) {
      if (line !== last && now() - saidAt >= everyMs) end(line);
    },
    end,
  };
}
