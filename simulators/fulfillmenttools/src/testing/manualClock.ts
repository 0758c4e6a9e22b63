import type { Clock } from '../core/clock.ts';

export interface ManualClock extends Clock {
  /** Moves time forward by `ms` and runs what falls due, in order of its time. */
  advanceBy(ms: number): void;
}

/** A clock that stands still until it is moved: tests of time limits without waiting. */
export function createManualClock(startMs = Date.UTC(2026, 0, 15, 12)): ManualClock {
  let now = startMs;
  let tasks: { atMs: number; task: () => void }[] = [];
  return {
    now: () => now,
    after: (ms, task) => void tasks.push({ atMs: now + ms, task }),
    clear() {
      tasks = [];
    },
    advanceBy(ms) {
      const end = now + ms;
      for (;;) {
        const next = tasks.filter((entry) => entry.atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        tasks = tasks.filter((entry) => entry !== next);
        now = Math.max(now, next.atMs);
        next.task();
      }
      now = end;
    },
  };
}
