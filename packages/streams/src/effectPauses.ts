import { PipelineError, toPipelineError } from './errors.ts';

/**
 * Pauses an effect that the vendor answers with 403 although the token is good: a permission is missing, so that every
 * other call of the same name would be refused as well. One call after another finds out whether it is there again;
 * what does not need the permission goes on.
 */
export interface EffectPauses {
  /** Names of the effects that wait, sorted. */
  readonly paused: readonly string[];
  /**
   * To be asked before an intent is put on record.
   * @throws PipelineError `transient`, `effect-paused`, `notSent`: wait for `retryAfterMs`, then try again.
   */
  ensureNotPaused(effect: string): void;
  /** Makes the call, or throws as `ensureNotPaused`. Rejects with what the call rejected with. */
  run<Result>(effect: string, call: () => Promise<Result>): Promise<Result>;
}

export interface EffectPausesOptions {
  /** How long it waits the first time, in milliseconds; doubles with each call that is refused. (Default: 1,000) */
  readonly firstMs?: number;
  /** Longest wait between two calls, in milliseconds. (Default: 30,000) */
  readonly mostMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
  /** Told once when an effect is paused. Must not throw. */
  readonly onPaused?: (effect: string, error: PipelineError) => void;
  /** Told when it goes on. Must not throw. */
  readonly onResumed?: (effect: string) => void;
}

interface Pause {
  readonly error: PipelineError;
  readonly lengthMs: number;
  readonly until: number;
  /** A call finds out whether the permission is there again. */
  readonly probing: boolean;
}

export function createEffectPauses(options: EffectPausesOptions = {}): EffectPauses {
  const { firstMs = 1_000, mostMs = 30_000, now = () => performance.now(), onPaused, onResumed } = options;
  const pauses = new Map<string, Pause>();

  function ensureNotPaused(effect: string): void {
    const pause = pauses.get(effect);
    const restMs = pause ? Math.ceil(pause.until - now()) : 0;
    if (pause && (restMs > 0 || pause.probing)) throw toPaused(effect, pause, restMs > 0 ? restMs : firstMs);
  }

  function resume(effect: string): void {
    if (pauses.delete(effect)) onResumed?.(effect);
  }

  /** Calls that were under way when it was paused are refused too: they make it no longer. */
  function pause(effect: string, probing: boolean, error: PipelineError): void {
    const before = pauses.get(effect);
    if (before && !probing) return;
    const lengthMs = before ? Math.min(mostMs, 2 * before.lengthMs) : firstMs;
    pauses.set(effect, { error, lengthMs, until: now() + lengthMs, probing: false });
    if (!before) onPaused?.(effect, error);
  }

  return {
    get paused() {
      return [...pauses.keys()].sort();
    },
    ensureNotPaused,
    async run(effect, call) {
      ensureNotPaused(effect);
      const before = pauses.get(effect);
      if (before) pauses.set(effect, { ...before, probing: true });
      const probing = before !== undefined;
      try {
        const result = await call();
        resume(effect);
        return result;
      } catch (thrown) {
        const error = toPipelineError(thrown);
        if (isForbidden(error)) pause(effect, probing, error);
        else if (isAnswer(error)) resume(effect);
        else endProbe(effect, probing);
        throw thrown;
      }
    },
  };

  /** It said nothing about the permission; the next call does. */
  function endProbe(effect: string, probing: boolean): void {
    const present = pauses.get(effect);
    if (present && probing) pauses.set(effect, { ...present, probing: false });
  }
}

const isForbidden = ({ errorClass, httpStatus }: PipelineError): boolean => errorClass === 'auth' && httpStatus === 403;

const isAnswer = ({ errorClass, httpStatus }: PipelineError): boolean =>
  ['conflict', 'permanent', 'gone'].includes(errorClass) && httpStatus !== undefined;

function toPaused(effect: string, { error }: Pause, retryAfterMs: number): PipelineError {
  const message = `${effect} is paused, since a permission is missing; nothing was sent. It goes on by itself once the permission is granted. The vendor's refusal: ${error.message}`;
  return new PipelineError('transient', 'effect-paused', message, {
    stage: 'call',
    notSent: true,
    retryAfterMs,
    httpStatus: 403,
  });
}
