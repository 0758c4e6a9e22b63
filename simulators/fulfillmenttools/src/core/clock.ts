/** Time of the simulated cloud. Everything that waits goes through it, so that a reset can forget all of it at once. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `task` after `ms` milliseconds unless `clear` comes first. */
  after(ms: number, task: () => void): void;
  /** Forgets every task that still waits. */
  clear(): void;
}

export function createSystemClock(): Clock {
  const timers = new Set<NodeJS.Timeout>();
  return {
    now: () => Date.now(),
    after(ms, task) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        task();
      }, ms);
      timers.add(timer);
    },
    clear() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
