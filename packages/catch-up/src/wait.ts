/** A sleep that can be ended from elsewhere. */
export interface Waiting {
  /** Resolves after so many milliseconds, at `wake`, or when the signal aborts. One at a time. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  wake(): void;
}

export function createWaiting(): Waiting {
  let wake: () => void = () => undefined;
  return {
    async wait(ms, signal) {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = (): void => resolve();
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end, { once: true });
      wake = end;
      await promise;
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    },
    wake: () => wake(),
  };
}
