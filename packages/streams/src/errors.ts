/**
 * What kind of failure it is decides what happens, everywhere in the pipeline:
 * - `transient`: retried with backoff; the key waits, others flow. Network, 5xx, timeouts of reads. A call that fails
 *   so, or with `unknown-outcome`, for one message alone, is given up after an hour: `permanent`, `transient-exhausted`.
 * - `throttled`: as transient, not before `retryAfterMs`. 429, 503 with Retry-After.
 * - `auth`: one new token and one retry, then everything waits. 401, 403 with a good token.
 * - `conflict`: read again, recompute, write again. 409 with a version.
 * - `unknown-outcome`: a write that may have happened. Find out before doing it again.
 * - `permanent`: dead letter at the first try. 400, 422, a mapping error, undecodable bytes.
 * - `gone`: the thing no longer exists. An outcome, not an error.
 * - `fenced`: another process owns the partition now. What was in hand is dropped here and done there.
 */
export type ErrorClass =
  | 'transient'
  | 'throttled'
  | 'auth'
  | 'conflict'
  | 'unknown-outcome'
  | 'permanent'
  | 'gone'
  | 'fenced';

/** Where in the life of a message it happened. */
export type Stage = 'deserialize' | 'validate' | 'map' | 'call' | 'produce';

export interface ErrorDetails {
  readonly cause?: unknown;
  readonly stage?: Stage;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  /**
   * For a failed write: true when the request certainly had no effect (refused connection, DNS, TLS, 401, 403, 429).
   */
  readonly notSent?: boolean;
}

/** The one error of the pipeline. `code` is stable, for machines; `message` names what, where and the next step, and holds nothing personal or secret. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly errorClass: ErrorClass;
  readonly code: string;
  readonly stage: Stage | undefined;
  readonly httpStatus: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly notSent: boolean;

  constructor(errorClass: ErrorClass, code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.errorClass = errorClass;
    this.code = code;
    this.stage = details.stage;
    this.httpStatus = details.httpStatus;
    this.retryAfterMs = details.retryAfterMs;
    this.notSent = details.notSent ?? false;
  }
}

/** By shape, so that two copies of the package still agree. */
export function isPipelineError(error: unknown): error is PipelineError {
  return error instanceof Error && error.name === 'PipelineError' && 'errorClass' in error;
}

const HELD_BACK = new Set(['breaker-open', 'effect-paused', 'ownership-unproven', 'permit-withdrawn']);

/** Nothing was tried: the runtime holds calls back while the vendor is down, refuses the effect, or may not own the order. */
export const isHeldBack = ({ code }: PipelineError): boolean => HELD_BACK.has(code);

export const EXHAUSTED = 'transient-exhausted';

/** A call was given up: it has failed for this message alone for `PARK_AFTER_MS`. */
export const isExhausted = ({ code }: PipelineError): boolean => code === EXHAUSTED;

/** Anything else that is thrown is a defect in our own code: permanent, so that it stops nothing but its own message. */
export function toPipelineError(error: unknown): PipelineError {
  if (isPipelineError(error)) return error;
  const message = error instanceof Error ? `${error.name}: ${error.message}` : describe(error);
  return new PipelineError('permanent', 'defect', `Unexpected error in a handler: ${message}`, { cause: error });
}

/** Anything can be thrown, also what cannot be turned into a string. */
function describe(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `a thrown ${typeof thrown}`;
  }
}

/**
 * Thrown by a handler to be called again with the same messages after a while. Not a failure: no attempt is counted.
 * `hold`: the message waits in the topology's `held` topic meanwhile, and its offset is done.
 */
export class CallAgain extends Error {
  override readonly name = 'CallAgain';
  readonly afterMs: number;
  readonly hold: boolean;

  constructor(afterMs: number, reason: string, { hold = false }: { readonly hold?: boolean } = {}) {
    super(reason);
    this.afterMs = afterMs;
    this.hold = hold;
  }
}
