/** Runs tasks with at most `width` at a time, first come first served. A task must not reject. */
export interface Lane {
  run(task: () => Promise<void>): void;
  /** Forgets what has not started. */
  clear(): void;
}

export function createLane(width: number): Lane {
  let waiting: (() => Promise<void>)[] = [];
  let next = 0;
  let running = 0;

  function start(): void {
    while (running < width && next < waiting.length) {
      const task = waiting[next++];
      running += 1;
      void task?.().finally(() => {
        running -= 1;
        start();
      });
    }
    if (next > 1_000 && next * 2 > waiting.length) {
      waiting = waiting.slice(next);
      next = 0;
    }
  }

  return {
    run(task) {
      waiting.push(task);
      start();
    },
    clear() {
      waiting = [];
      next = 0;
    },
  };
}
