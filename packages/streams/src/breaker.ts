import { type ErrorClass, isPipelineError, PipelineError } from './errors.ts';

/** `open`: nothing is sent. `probing`: one call at a time finds out whether the vendor answers again. */
export type BreakerState = 'closed' | 'probing' | 'open';

/** Keeps calls from a vendor that is down. It makes them wait, never fail for good: an outage makes no dead letters. */
export interface Breaker {
  readonly state: BreakerState;
  /**
   * Makes the call, or refuses it. Rejects with what the call rejected with. A call that is under way when the breaker
   * opens ends as it would have. `signal` is the caller's: what it breaks off is not the vendor's failure, unless its
   * reason is a `TimeoutError`.
   * @throws PipelineError `transient`, `breaker-open`, `notSent`: wait for `retryAfterMs`, then try again.
   */
  run<Result>(call: () => Promise<Result>, signal?: AbortSignal): Promise<Result>;
}

export interface BreakerOptions {
  /** Name of the vendor, for errors and metrics. */
  readonly target: string;
  /** It opens after so many failures with no answer in between. (Default: 10) */
  readonly failureThreshold?: number;
  /** How long it stays open the first time, in milliseconds; doubles with each probe that fails. (Default: 1,000) */
  readonly openMs?: number;
  /** Longest time it stays open before the next probe, in milliseconds. (Default: 30,000) */
  readonly maxOpenMs?: number;
  /** Makes of what a call rejects with the error that is judged; undefined: it says nothing about the vendor. */
  readonly toError?: (thrown: unknown) => PipelineError | undefined;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** In [0, 1). The open time is between half of its length and all of it. (Default: Math.random) */
  readonly random?: () => number;
  /** Told of each change that a call brings about. Must not throw. */
  readonly onChange?: (state: BreakerState) => void;
}

/** Each is an object of its own: a call's failure counts only in the phase that let it through. */
type Phase =
  | { readonly state: 'closed'; failures: number }
  | { readonly state: 'open'; readonly until: number; readonly openings: number }
  | { readonly state: 'probing'; readonly underWay: boolean; readonly openings: number };

export function createBreaker(options: BreakerOptions): Breaker {
  const { target, failureThreshold = 10, openMs = 1_000, maxOpenMs = 30_000 } = options;
  const { now = () => performance.now(), random = Math.random, onChange, toError = ownError } = options;
  /** Calls that wait for the same token fail with the same error: one failure. */
  const counted = new WeakSet<PipelineError>();
  let phase: Phase = { state: 'closed', failures: 0 };
  let lastCode = '';

  function enter<Next extends Phase>(next: Next): Next {
    const changed = next.state !== phase.state;
    phase = next;
    if (changed) onChange?.(next.state);
    return next;
  }

  function open(openings: number): void {
    const length = Math.min(maxOpenMs, openMs * 2 ** (openings - 1));
    enter({ state: 'open', until: now() + length * (0.5 + random() / 2), openings });
  }

  function admit(): Phase {
    if (phase.state === 'closed') return phase;
    const restMs = phase.state === 'open' ? Math.ceil(phase.until - now()) : 0;
    if (restMs > 0) throw refusal(`for the next probe in ${restMs} ms`, restMs);
    if (phase.state === 'probing' && phase.underWay) throw refusal('for the answer to a probe', openMs);
    return enter({ state: 'probing', underWay: true, openings: phase.openings });
  }

  function refusal(awaited: string, retryAfterMs: number): PipelineError {
    const message = `${target} is not called after failures in a row (the last: ${lastCode}); nothing was sent. It waits ${awaited}; check ${target} and the network.`;
    return new PipelineError('transient', 'breaker-open', message, { stage: 'call', notSent: true, retryAfterMs });
  }

  function onAnswer(): void {
    if (phase.state === 'closed') phase.failures = 0;
    else enter({ state: 'closed', failures: 0 });
  }

  function onFailure(ticket: Phase, error: PipelineError): void {
    if (phase !== ticket) return;
    lastCode = error.code;
    if (phase.state !== 'closed') return open(phase.openings + 1);
    if (counted.has(error)) return;
    counted.add(error);
    phase.failures++;
    if (phase.failures >= failureThreshold) open(1);
  }

  /** The call said nothing; if it was the probe, the next one is. */
  function onNothing(ticket: Phase): void {
    if (phase === ticket && phase.state === 'probing') enter({ ...phase, underWay: false });
  }

  return {
    get state() {
      return phase.state === 'open' && now() >= phase.until ? 'probing' : phase.state;
    },
    async run(call, signal) {
      const ticket = admit();
      const wasAborted = signal?.aborted ?? false;
      try {
        const result = await call();
        onAnswer();
        return result;
      } catch (thrown) {
        const error = toError(thrown);
        if (error && isAnswer(error)) onAnswer();
        else if (error && isVendorFailure(error) && !wasAborted && !isGivenUp(signal)) onFailure(ticket, error);
        else onNothing(ticket);
        throw thrown;
      }
    },
  };
}

const ANSWERS: readonly ErrorClass[] = ['conflict', 'permanent', 'gone'];
const FAILURES: readonly ErrorClass[] = ['transient', 'throttled', 'unknown-outcome', 'auth'];

/** Codes of what we refused ourselves. */
const OURS = ['permit-refused', 'permit-withdrawn', 'rate-limited'];

const ownError = (thrown: unknown): PipelineError | undefined => (isPipelineError(thrown) ? thrown : undefined);

/** A refusal that has a status came from the vendor; one of our own, as of a mapping, shows nothing. */
const isAnswer = ({ errorClass, httpStatus }: PipelineError): boolean =>
  ANSWERS.includes(errorClass) && httpStatus !== undefined;

const isVendorFailure = ({ errorClass, code }: PipelineError): boolean =>
  FAILURES.includes(errorClass) && !OURS.includes(code);

const isGivenUp = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && (signal.reason as { name?: unknown } | undefined)?.name !== 'TimeoutError';
