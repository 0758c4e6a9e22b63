import { isExhausted, isHeldBack, PipelineError } from '../errors.ts';
import type { FloodGuard } from '../floodGuard.ts';
import type { Parking, Trouble } from '../parking.ts';
import type { RetryPolicy } from '../retryPolicy.ts';

/** What the first of a key's waiting messages has met so far. */
export interface Failure {
  /** Tries that failed; what the breaker or a pause refused was not tried. */
  count: number;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly trouble: Trouble;
  /** It goes to the handler alone. */
  alone: boolean;
}

/** What follows from a failure. */
export type Verdict =
  | { readonly verdict: 'gone' }
  /** As dead letters, with this error. */
  | { readonly verdict: 'bury'; readonly error: PipelineError }
  /** Several were tried together: one at a time shows which one it is. */
  | { readonly verdict: 'alone' }
  | { readonly verdict: 'again'; readonly error: PipelineError; readonly afterMs: number };

export interface Failures {
  begin(): Failure;
  /** @param together messages that came to the handler together */
  judge(input: { readonly failure: Failure; readonly error: PipelineError; readonly together: number }): Verdict;
  /** May a dead letter be written now? Throws `transient`, `dead-letters-held-back`, when it has to wait. */
  admit(error: PipelineError): void;
}

export interface FailuresOptions {
  readonly retry: RetryPolicy;
  readonly parking: Parking;
  readonly flood: FloodGuard;
}

/** The table of error classes: what each means for a message. */
export function createFailures({ retry, parking, flood }: FailuresOptions): Failures {
  const again = (failure: Failure, error: PipelineError): Verdict => ({
    verdict: 'again',
    error,
    afterMs: retry.delayAfter(Math.max(1, failure.count), error),
  });

  return {
    begin: () => ({ count: 0, since: Date.now(), trouble: parking.beginTrouble(), alone: false }),
    judge({ failure, error, together }) {
      if (isHeldBack(error)) parking.refused(failure.trouble);
      else failure.count++;
      switch (error.errorClass) {
        case 'gone':
          return { verdict: 'gone' };
        case 'permanent':
          // Each of the others would fail for as long.
          if (together > 1 && !isExhausted(error)) return { verdict: 'alone' };
          return flood.admits() ? { verdict: 'bury', error } : again(failure, heldBack(error));
        case 'transient':
        case 'throttled':
        case 'auth':
        case 'conflict':
        case 'unknown-outcome':
        case 'fenced':
          return again(failure, error);
      }
    },
    admit(error) {
      if (!flood.admits()) throw heldBack(error);
    },
  };
}

const heldBack = (cause: PipelineError): PipelineError =>
  new PipelineError(
    'transient',
    'dead-letters-held-back',
    `Most messages fail for good just now, so this one waits instead of becoming a dead letter. Mend the mapping or the setting behind it and deploy again. It failed with ${cause.code}: ${cause.message}`,
    { cause, stage: cause.stage ?? 'call', retryAfterMs: 30_000 },
  );
