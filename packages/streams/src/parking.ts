import { EXHAUSTED, isHeldBack, PipelineError } from './errors.ts';
import type { Call } from './handler.ts';

/**
 * Which message keeps failing alone. A call that fails for a message for a while is given up only when the same call
 * mostly succeeds for others: then it is the message, else it is the vendor, and an outage gives up nothing. Of others
 * counts how it went when they came to it, not the retries of those that fail as well.
 */
export interface Parking {
  /** A call succeeded, for the message with this trouble if it has any. */
  succeeded(call: Call, trouble?: Trouble): void;
  /** It failed once more. What was refused by the runtime itself, as by the breaker, is no failure of it. */
  failed(call: Call, trouble: Trouble, error: PipelineError): void;
  /** Nothing was tried: the time until it is tried again does not count. */
  refused(trouble: Trouble): void;
  /** The permanent error for a call that is given up; undefined: it may be tried. */
  exhausted(call: Call, trouble: Trouble | undefined): PipelineError | undefined;
  beginTrouble(): Trouble;
}

/** What a message has met so far. */
export interface Trouble {
  /** Milliseconds of failing; those in which the breaker or a pause let nothing through are not counted. */
  failingMs: number;
  lastAt: number;
  wasRefused: boolean;
  readonly calls: Map<string, FailingCall>;
}

/** How a call went for those that came to it, whichever message. */
interface FirstTries {
  succeeded: number;
  failed: number;
}

interface FailingCall {
  /** When it was counted last. */
  first: Readonly<FirstTries>;
  /** Of the trouble's `failingMs`, then. */
  countedAt: number;
  /** Milliseconds of failing while others succeeded. */
  aloneMs: number;
  times: number;
  error: PipelineError;
}

export interface ParkingOptions {
  /** How long a call may fail alone, in milliseconds. (Default: 1 h) */
  readonly afterMs?: number;
  /** Monotonic milliseconds. (Default: performance.now) */
  readonly now?: () => number;
}

const HOUR = 60 * 60_000;
/** A success tells of the time just before it: it counts for a fifth of the whole at most, so that five are needed. */
const SUCCESSES = 5;

export function createParking({ afterMs = HOUR, now = () => performance.now() }: ParkingOptions = {}): Parking {
  const firstTries = new Map<string, FirstTries>();

  function triesOf(name: string): FirstTries {
    const tries = firstTries.get(name) ?? { succeeded: 0, failed: 0 };
    firstTries.set(name, tries);
    return tries;
  }

  function pass(trouble: Trouble, isRefused: boolean): void {
    const at = now();
    if (!isRefused && !trouble.wasRefused) trouble.failingMs += at - trouble.lastAt;
    trouble.lastAt = at;
    trouble.wasRefused = isRefused;
  }

  const refused = (trouble: Trouble): void => pass(trouble, true);

  return {
    refused,
    beginTrouble: () => ({ failingMs: 0, lastAt: now(), wasRefused: false, calls: new Map() }),
    succeeded(call, trouble) {
      const isRetry = trouble?.calls.delete(keyOf(call)) === true;
      if (!isRetry) triesOf(call.name).succeeded++;
    },
    failed(call, trouble, error) {
      if (isHeldBack(error)) return refused(trouble);
      pass(trouble, false);
      if (error.errorClass !== 'transient' && error.errorClass !== 'unknown-outcome') return;
      const key = keyOf(call);
      const tries = triesOf(call.name);
      const failing = trouble.calls.get(key);
      if (!failing) {
        tries.failed++;
        trouble.calls.set(key, { first: { ...tries }, countedAt: trouble.failingMs, aloneMs: 0, times: 1, error });
        return;
      }
      failing.times++;
      failing.error = error;
      const succeeded = tries.succeeded - failing.first.succeeded;
      const failed = tries.failed - failing.first.failed;
      if (succeeded + failed === 0) return;
      if (succeeded > failed) failing.aloneMs += Math.min(trouble.failingMs - failing.countedAt, afterMs / SUCCESSES);
      failing.countedAt = trouble.failingMs;
      failing.first = { ...tries };
    },
    exhausted(call, trouble) {
      const failing = trouble?.calls.get(keyOf(call));
      return failing && failing.aloneMs >= afterMs ? toExhausted(call, failing) : undefined;
    },
  };
}

const keyOf = ({ name, part }: Call): string => (part === undefined ? name : `${name} ${part}`);

const toExhausted = ({ name }: Call, { times, error: cause }: FailingCall): PipelineError =>
  new PipelineError(
    'permanent',
    EXHAUSTED,
    `${name} failed ${times} times while it succeeded for others. Look at what is special about this one at the vendor, then redrive. Its last error was ${cause.code}: ${cause.message}`,
    {
      cause,
      stage: 'call',
      notSent: true,
      ...(cause.httpStatus === undefined ? {} : { httpStatus: cause.httpStatus }),
    },
  );
