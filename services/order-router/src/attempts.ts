import {
  type AttemptOutcome,
  currentPlacement,
  type Doubt,
  type DoubtTiming,
  type PlacedOrder,
} from '@pipeline/fulfillment';
import type { LedgerEntry, Placement } from '@pipeline/schemas';
import type { Instant, KeyState, PipelineError } from '@pipeline/streams';

/** What this process knows about the attempt on record, beside the ledger: lost with the process, on purpose. */
export interface Attempt {
  readonly outcome: AttemptOutcome | undefined;
  /** When the doubt began: the end of our attempt, or our claim on the partition when another process made it. */
  readonly since: Instant;
  /** Milliseconds after `since`, on the monotonic clock, at which each search that found nothing was sent. */
  readonly emptyLookups: readonly number[];
  /** What it failed with. */
  readonly error: PipelineError | undefined;
  /** It succeeded, but that is not on record yet. */
  readonly placed: PlacedOrder | undefined;
  /** What was decided for what it sends. */
  readonly account: Account | undefined;
}

/** Why an order was routed as it was, and kinds of what was left out of it: nothing of the order itself. */
export interface Account {
  readonly reasons: readonly string[];
  /** Each once. */
  readonly warnings: ReadonlySet<string>;
}

type State = Pick<KeyState<LedgerEntry>, 'value' | 'ownedSince'>;

export interface Attempts {
  /** What is known of the attempt that the ledger shows; of one of another process only when our claim was acknowledged. */
  of(key: string, state: State): Attempt;
  /** What became, so far, of the attempt that `intent` announces. Its account stays until it is given anew. */
  note(
    key: string,
    intent: LedgerEntry,
    what: Partial<Pick<Attempt, 'outcome' | 'error' | 'placed' | 'account'>>,
  ): void;
  /** A search sent at this moment found nothing. */
  foundNothing(key: string, state: State, sentAt: Instant): void;
  forget(key: string): void;
}

export interface AttemptsOptions {
  readonly member: string;
  readonly clock: () => Instant;
}

/**
 * An attempt is known by its number and by the process that wrote the intent: one request follows from one intent, so
 * what was learned about it stays true, whoever owned the partition meanwhile.
 */
export function createAttempts({ member, clock }: AttemptsOptions): Attempts {
  const known = new Map<string, Attempt & { readonly intent: Intent | undefined }>();
  const fresh = (since: Instant): Attempt => ({
    outcome: undefined,
    since,
    emptyLookups: [],
    error: undefined,
    placed: undefined,
    account: undefined,
  });

  function of(key: string, { value, ownedSince }: State): Attempt {
    const attempt = known.get(key);
    const intent = currentPlacement(value);
    if (attempt && isSame(attempt.intent, intent)) return attempt;
    // Ours, but nothing is known of it: our claim may be long ago, so the doubt begins now.
    const ours = intent?.member === member;
    const unknown = { ...fresh(ours ? clock() : ownedSince), intent };
    known.set(key, unknown);
    return unknown;
  }

  return {
    of,
    note(key, entry, what) {
      const intent = currentPlacement(entry);
      const before = known.get(key);
      const account = what.account ?? (before && isSame(before.intent, intent) ? before.account : undefined);
      const { outcome, error, placed } = what;
      known.set(key, { outcome, since: clock(), emptyLookups: [], error, placed, account, intent });
    },
    foundNothing(key, state, sentAt) {
      const attempt = of(key, state);
      const emptyLookups = [...attempt.emptyLookups, sentAt.monotonic - attempt.since.monotonic];
      known.set(key, { ...attempt, emptyLookups, intent: currentPlacement(state.value) });
    },
    forget: (key) => void known.delete(key),
  };
}

type Intent = Pick<Placement, 'attempt' | 'member'>;

const isSame = (one: Intent | undefined, other: Intent | undefined): boolean =>
  one?.attempt === other?.attempt && one?.member === other?.member;

/** On the monotonic clock alone: a wall clock that is set forward must not end a doubt early. */
export const toDoubt = ({ since, emptyLookups }: Attempt, now: Instant, timing: DoubtTiming): Doubt => ({
  elapsedMs: now.monotonic - since.monotonic,
  emptyLookups,
  timing,
});

const KNOWN_NOT_CREATED = [401, 403, 429];

/**
 * What the failure of a request that was started says about whether an order was created. A refusal: perhaps, since a
 * repeated tenantOrderId is refused too. 401, 403, 429 and a connection that never was: no. Everything else, defects of
 * our own included: not known.
 */
export function toOutcome(error: PipelineError): AttemptOutcome {
  const refusal = ['permanent', 'conflict', 'gone'].includes(error.errorClass) && error.code !== 'defect';
  if (refusal) return { ended: 'refused', reason: error.message };
  if (error.notSent || KNOWN_NOT_CREATED.includes(error.httpStatus ?? 0)) return { ended: 'not-created' };
  return { ended: 'unknown' };
}
