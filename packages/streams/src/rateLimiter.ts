import { type ErrorClass, isPipelineError, PipelineError } from './errors.ts';
import { pause } from './pause.ts';

/**
 * Spaces the calls to a vendor. Without a configured rate it lets all pass until the vendor says "too many" to a good part
 * of them: then it goes on more slowly, and faster again while the vendor does not complain. A single complaint concerns
 * its own call only, which waits as it was asked to.
 */
export interface RateLimiter {
  /**
   * Waits for its turn, then makes the call. Rejects with what the call rejected with.
   * @throws PipelineError `throttled`, `rate-limited`, `notSent`, when the turn is too far away: come back then, and let
   * others have the place in flight. When `signal` aborts the wait ends, and the call sees that itself.
   */
  run<Result>(call: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result>;
  /** Calls per second that are let through now; undefined: all. */
  readonly perSecond: number | undefined;
}

export interface RateLimiterOptions {
  /** Name of the vendor, for errors. */
  readonly target: string;
  /** Calls per second of all processes together. (Default: no limit) */
  readonly maxPerSecond?: number | undefined;
  /** The part of it that is this process's, in (0, 1]. (Default: 1) */
  readonly share?: () => number;
  /** Makes of what a call rejects with the class of the error. */
  readonly toErrorClass?: (thrown: unknown) => ErrorClass | undefined;
  /** Calls per second below which complaints do not bring it. (Default: 5) */
  readonly slowest?: number;
  /** Longest wait for a turn, in milliseconds. (Default: 5,000) */
  readonly maxWaitMs?: number;
  /** Monotonic milliseconds. (Default: performance.now) */
  readonly now?: () => number;
}

const MEASURED_MS = 5_000;
/** A good part: of the calls since the last change of the rate, in the time that is measured. */
const COMPLAINTS = 3;
const SHARE = 0.2;
const SLOWER = 0.7;
/** Each second after that. */
const FASTER = 1.1;
/** Above so many times of what it was when the vendor complained, there is no limit of our own making any more. */
const RECOVERED = 4;

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const {
    target,
    maxPerSecond,
    share = () => 1,
    maxWaitMs = 5_000,
    slowest = 5,
    now = () => performance.now(),
  } = options;
  const { toErrorClass = (thrown) => (isPipelineError(thrown) ? thrown.errorClass : undefined) } = options;
  const startedAt: number[] = [];
  const complainedAt: number[] = [];
  /** What the vendor's complaints have made of it; undefined: it has none. */
  let learned: { perSecond: number; readonly from: number; readonly since: number; at: number } | undefined;
  let nextTurn = 0;

  const configured = (): number =>
    maxPerSecond === undefined ? Number.POSITIVE_INFINITY : maxPerSecond * Math.min(1, Math.max(share(), 0.01));

  function limit(): number {
    if (learned) {
      const seconds = Math.floor((now() - learned.at) / 1_000);
      learned.perSecond *= FASTER ** seconds;
      learned.at += seconds * 1_000;
      if (learned.perSecond > learned.from * RECOVERED) learned = undefined;
    }
    return Math.min(configured(), learned?.perSecond ?? Number.POSITIVE_INFINITY);
  }

  /** Milliseconds until the turn that was just taken. */
  function takeTurn(): number {
    const perSecond = limit();
    const at = now();
    if (perSecond === Number.POSITIVE_INFINITY) return 0;
    const turn = Math.max(at, nextTurn);
    if (turn - at > maxWaitMs) throw tooFar(target, turn - at);
    nextTurn = turn + 1_000 / perSecond;
    return turn - at;
  }

  function started(): void {
    const at = now();
    startedAt.push(at);
    while ((startedAt[0] ?? at) < at - MEASURED_MS) startedAt.shift();
  }

  function complained(): void {
    const at = now();
    complainedAt.push(at);
    while ((complainedAt[0] ?? at) < at - MEASURED_MS) complainedAt.shift();
    const since = Math.max(at - MEASURED_MS, learned?.since ?? Number.NEGATIVE_INFINITY);
    const complaints = complainedAt.filter((moment) => moment > since).length;
    const calls = startedAt.filter((moment) => moment > since).length;
    if (complaints < COMPLAINTS || complaints < calls * SHARE || at - since < 1_000) return;
    const measured = startedAt.length / Math.max(1, (at - (startedAt[0] ?? at)) / 1_000);
    const slower = Math.max(slowest, Math.min(measured, limit()) * SLOWER);
    learned = { perSecond: slower, from: slower, since: at, at };
    complainedAt.length = 0;
  }

  return {
    async run(call, signal) {
      const waitMs = takeTurn();
      if (waitMs > 0) await pause(waitMs, signal ?? new AbortController().signal);
      started();
      try {
        return await call();
      } catch (thrown) {
        if (toErrorClass(thrown) === 'throttled') complained();
        throw thrown;
      }
    },
    get perSecond() {
      const perSecond = limit();
      return perSecond === Number.POSITIVE_INFINITY ? undefined : perSecond;
    },
  };
}

function tooFar(target: string, waitMs: number): PipelineError {
  const message = `${target} is called less often just now, and the next turn is ${Math.round(waitMs)} ms away; nothing was sent. It goes on by itself; raise the rate, or ask the vendor for a higher one, if this stays.`;
  return new PipelineError('throttled', 'rate-limited', message, {
    stage: 'call',
    notSent: true,
    retryAfterMs: waitMs,
  });
}
