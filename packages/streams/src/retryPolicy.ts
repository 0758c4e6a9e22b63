import type { PipelineError } from './errors.ts';

/** When to try again. A value: who sleeps is somebody else's concern. */
export interface RetryPolicy {
  /**
   * Milliseconds to wait before the next try.
   *
   * @param attempt 1-based number of the try that has just failed
   * @param error what it failed with; its `retryAfterMs` is honoured as a minimum
   */
  delayAfter(attempt: number, error: PipelineError): number;
}

export interface RetryPolicyOptions {
  /** Upper bound of the first wait, in milliseconds. (Default: 500) */
  readonly baseMs?: number;
  /** Upper bound of every wait that no server asked for, in milliseconds. (Default: 60,000) */
  readonly capMs?: number;
  /** Longest wait that a server may ask for, in milliseconds. (Default: 15 minutes) */
  readonly retryAfterCapMs?: number;
  /** In [0, 1). (Default: Math.random) */
  readonly random?: () => number;
}

/**
 * Exponential backoff with full jitter: a random share of `baseMs × 2^(attempt-1)`, at most `capMs`. On top of a
 * server's Retry-After, so that everybody who was turned away together does not come back together.
 */
export function createRetryPolicy(options: RetryPolicyOptions = {}): RetryPolicy {
  const { baseMs = 500, capMs = 60_000, retryAfterCapMs = 15 * 60_000, random = Math.random } = options;
  return {
    delayAfter(attempt, error) {
      const bound = Math.min(capMs, baseMs * 2 ** (Math.max(1, attempt) - 1));
      const asked = error.retryAfterMs ?? 0;
      const minimum = asked > 0 ? Math.min(asked, retryAfterCapMs) : 0;
      return Math.round(minimum + random() * bound);
    },
  };
}
