/** All in milliseconds; the sum of the first three is how long an attempt may still come true. */
export interface DoubtTiming {
  /** Between an intent and the start of its request. (Default: 5 s) */
  readonly startWindowMs: number;
  /** One deadline of a request. (Default: 65 s) */
  readonly requestTimeoutMs: number;
  /** How long the provider works on a request that it has. (Default: 60 s) */
  readonly serverLimitMs: number;
  /** Until a created order shows up in a search. */
  readonly indexLagMs: number;
}

export interface Doubt {
  /**
   * On our monotonic clock: since our claim on the partition was acknowledged, or, when the attempt was made by this
   * process, since it ended. Clocks of two machines are never compared.
   */
  readonly elapsedMs: number;
  /** When on that clock each search that found nothing was sent, in ascending order. */
  readonly emptyLookups: readonly number[];
  readonly timing: DoubtTiming;
}

export type DoubtStep =
  | { readonly do: 'look-up' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'may-post' };

const wait = (ms: number): DoubtStep => ({ do: 'wait', ms });

/**
 * What to do about an attempt whose outcome is not known. Searches start at once, to adopt early. They prove nothing
 * before the attempt can no longer come true: only two empty ones after that, an index lag apart, allow another request.
 */
export function inDoubt({ elapsedMs, emptyLookups, timing }: Doubt): DoubtStep {
  const settledAt = timing.startWindowMs + timing.requestTimeoutMs + timing.serverLimitMs;
  const last = emptyLookups.at(-1);
  if (last === undefined) return { do: 'look-up' };
  if (elapsedMs >= settledAt)
    return proof({ elapsedMs, emptyLookups: emptyLookups.filter((at) => at >= settledAt), timing });
  const pause = Math.max(1, timing.indexLagMs) * 2 ** Math.min(20, emptyLookups.length - 1);
  const next = Math.min(last + pause, settledAt);
  return elapsedMs >= next ? { do: 'look-up' } : wait(next - elapsedMs);
}

function proof({ elapsedMs, emptyLookups, timing }: Doubt): DoubtStep {
  const first = emptyLookups[0];
  const last = emptyLookups.at(-1);
  if (first === undefined || last === undefined) return { do: 'look-up' };
  if (emptyLookups.length > 1 && last - first >= timing.indexLagMs) return { do: 'may-post' };
  return elapsedMs - first >= timing.indexLagMs ? { do: 'look-up' } : wait(timing.indexLagMs - (elapsedMs - first));
}

export type RefusalStep =
  | { readonly do: 'look-up' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'reject' };

/**
 * What to do when the provider refused (400, 409, 422), which may mean that the order is there. The clock starts at the
 * refusal. One empty search is enough, unless an earlier attempt was uncertain: then a second one, an index lag later.
 */
export function afterRefusal(doubt: Doubt, uncertain: boolean): RefusalStep {
  if (!uncertain) return doubt.emptyLookups.length > 0 ? { do: 'reject' } : { do: 'look-up' };
  const step = proof(doubt);
  return step.do === 'may-post' ? { do: 'reject' } : step;
}
