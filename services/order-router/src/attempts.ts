import type { AttemptOutcome, Doubt, DoubtTiming, PlacedOrder } from '@pipeline/fulfillment';
import { elapsedSince, type Instant, instant, type PipelineError } from '@pipeline/streams';

/** What this process knows about the last attempt of an order, beside the ledger: lost with the process, on purpose. */
export interface Attempt {
  readonly outcome: AttemptOutcome | undefined;
  /** When the doubt began: the end of the attempt, or our claim on the partition when another process made it. */
  readonly since: Instant;
  /** Milliseconds after `since` at which each search that found nothing was sent. */
  readonly emptyLookups: readonly number[];
  /** It succeeded, but that is not on record yet. */
  readonly placed: PlacedOrder | undefined;
}

export interface Attempts {
  /** What is known; of an attempt of another process only when our claim was acknowledged. */
  of(key: string, ownedSince: Instant): Attempt;
  ended(key: string, outcome: AttemptOutcome, placed?: PlacedOrder): void;
  /** A search sent at this moment found nothing. */
  foundNothing(key: string, ownedSince: Instant, sentAt: Instant): void;
  forget(key: string): void;
}

export function createAttempts(): Attempts {
  const known = new Map<string, Attempt>();
  const fresh = (since: Instant): Attempt => ({ outcome: undefined, since, emptyLookups: [], placed: undefined });
  const of = (key: string, ownedSince: Instant): Attempt => {
    const attempt = known.get(key);
    // A claim of ours after it means that the partition was away meanwhile: then the claim is what counts.
    return attempt && attempt.since.monotonic >= ownedSince.monotonic ? attempt : fresh(ownedSince);
  };
  return {
    of,
    ended: (key, outcome, placed) => void known.set(key, { ...fresh(instant()), outcome, placed }),
    foundNothing(key, ownedSince, sentAt) {
      const attempt = of(key, ownedSince);
      known.set(key, { ...attempt, emptyLookups: [...attempt.emptyLookups, elapsedSince(attempt.since, sentAt)] });
    },
    forget: (key) => void known.delete(key),
  };
}

export const toDoubt = ({ since, emptyLookups }: Attempt, timing: DoubtTiming): Doubt => ({
  elapsedMs: elapsedSince(since),
  emptyLookups,
  timing,
});

const KNOWN_NOT_CREATED = [401, 403, 429];

/**
 * What a failed attempt says about whether an order was created. 401, 403, 429 and a connection that never was: no. A
 * refusal: perhaps, since a repeated tenantOrderId is refused too. Everything else: not known.
 */
export function toOutcome(error: PipelineError): AttemptOutcome {
  if (error.code === 'start-window-passed' || error.code === 'draining') return { ended: 'not-started' };
  if (error.notSent || KNOWN_NOT_CREATED.includes(error.httpStatus ?? 0)) return { ended: 'not-created' };
  if (['permanent', 'conflict', 'gone'].includes(error.errorClass)) return { ended: 'refused', reason: error.message };
  return { ended: 'unknown' };
}
