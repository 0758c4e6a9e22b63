import { setTimeout as sleep } from 'node:timers/promises';

export interface Pacer {
  /** Waits until so many more may be done. @throws what the signal aborts with. */
  take(count: number, signal: AbortSignal): Promise<void>;
}

export interface PacerOptions {
  readonly perSecond: number;
  /** Monotonic milliseconds. (Default: performance.now) */
  readonly now?: () => number;
  /** (Default: setTimeout) */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const pauseFor = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal });

/** So many per second on average: each batch waits for the one before it to be paid for, none is saved up while idle. */
export function createPacer({ perSecond, now = () => performance.now(), pause = pauseFor }: PacerOptions): Pacer {
  let free = Number.NEGATIVE_INFINITY;
  return {
    async take(count, signal) {
      signal.throwIfAborted();
      const turn = Math.max(now(), free);
      free = turn + (count * 1_000) / perSecond;
      const wait = turn - now();
      if (wait > 0) await pause(wait, signal);
      signal.throwIfAborted();
    },
  };
}
