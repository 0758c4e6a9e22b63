import { onAbort } from './onAbort.ts';

/** A counting limit on what is in flight, first come, first served. */
export interface Slots {
  /** Runs the call once a slot is free. Rejects with the signal's reason when it aborts before that. */
  use<Result>(signal: AbortSignal, call: () => Promise<Result>): Promise<Result>;
  readonly inUse: number;
}

export function createSlots(limit: number): Slots {
  const queue = new Set<() => void>();
  let inUse = 0;

  function release(): void {
    const next = queue.values().next();
    if (next.done) {
      inUse--;
      return;
    }
    queue.delete(next.value);
    next.value();
  }

  function acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (inUse < limit) {
      inUse++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const forget = onAbort(signal, (reason) => {
        queue.delete(proceed);
        reject(reason as Error);
      });
      const proceed = (): void => {
        forget();
        resolve();
      };
      queue.add(proceed);
    });
  }

  return {
    async use(signal, call) {
      await acquire(signal);
      try {
        return await call();
      } finally {
        release();
      }
    },
    get inUse() {
      return inUse;
    },
  };
}
