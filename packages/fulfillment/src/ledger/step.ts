import type { CommerceOrderEvent, LedgerEntry, Placement } from '@pipeline/schemas/types';
import type { Doubt } from './doubt.ts';

/**
 * What this process knows about how its own last attempt ended. undefined: nothing, since the entry was read back or
 * the attempt has not ended in this process.
 */
export type AttemptOutcome =
  /** The start window had passed before the request. */
  | { readonly ended: 'not-started' }
  /** Refused connection, DNS, TLS, 401, 403, 429: certainly nothing was created. */
  | { readonly ended: 'not-created' }
  /** 400, 409, 422. */
  | { readonly ended: 'refused'; readonly reason: string }
  /** Timeout, cut connection, 5xx, anything else. */
  | { readonly ended: 'unknown' };

export interface PlacementInput {
  readonly entry: LedgerEntry | undefined;
  readonly event: CommerceOrderEvent;
  readonly provider: string;
  readonly outcome: AttemptOutcome | undefined;
  /** Since the claim, or since the end of the attempt when `outcome` is known, with the empty searches since then. */
  readonly doubt: Doubt;
  /** Header of a redrive: opens what was terminal, once for each id. */
  readonly redriveId: string | null;
  /** An operator's override. */
  readonly force?: boolean;
  /** A backfill asks: what was skipped is judged again as it is, for the settings may have changed. */
  readonly backfill?: boolean;
  /** Of the gate; null: no limit. An order that was skipped for it is judged again when it no longer is below. */
  readonly placeConfirmedSince?: number | null;
  /** Search before the first attempt too, for a migration. */
  readonly lookUpFirst?: boolean;
  /** Milliseconds since the epoch, for what is recorded. */
  readonly now: number;
}

export type PlacementStep =
  | { readonly do: 'nothing'; readonly reason: string; readonly alert: boolean }
  /**
   * Through the gate; on `place` append `placing` (it gets `attempt`), then send. `lookUpFirst`: search before, adopt
   * what is ours. `earlierCreatedNothing` goes into `placing`.
   */
  | {
      readonly do: 'judge';
      readonly attempt: number;
      readonly lookUpFirst: boolean;
      readonly earlierCreatedNothing: boolean;
    }
  /** The version is not known: read the order, put its version (and state) into the event, decide again. */
  | { readonly do: 'read-order' }
  /** Search by this id, give the result to `chooseExisting`; ours: append `placed`; nothing: note the time, decide again. */
  | { readonly do: 'look-up'; readonly tenantOrderId: string }
  | { readonly do: 'wait'; readonly ms: number; readonly reason: string }
  /** Append `cancelling`, cancel; when refused append what `whenRefused` names. */
  | { readonly do: 'cancel'; readonly providerOrderId: string; readonly whenRefused: 'cancelRefused' | 'gone' }
  /** Ask `whyLocked` with a fresh snapshot; nothing keeps it: append `unlocking`, unlock, append what came of it. */
  | { readonly do: 'unlock'; readonly providerOrderId: string }
  /**
   * Compare a snapshot that is not below that version with what was sent; append `amending` before each change of the
   * provider's order, `amended` at the end, decide again.
   */
  | { readonly do: 'amend'; readonly providerOrderId: string; readonly notBelow: number }
  /** Append `erasing` for that attempt's process, have it made anonymous, append what came of it, decide again. */
  | { readonly do: 'erase'; readonly attempt: number; readonly processId: string | null }
  /** Append it, then decide again, but with `deadLetter`: park the message with that reason. */
  | { readonly do: 'record'; readonly entry: LedgerEntry; readonly deadLetter: string | null };

export const nothing = (reason: string, alert = false): PlacementStep => ({ do: 'nothing', reason, alert });
export const record = (entry: LedgerEntry, deadLetter: string | null = null): PlacementStep => ({
  do: 'record',
  entry,
  deadLetter,
});

/** A redrive that has not been answered on record yet. */
export const isRedriven = (
  placement: Pick<Placement, 'redriveId'> | undefined,
  redriveId: string | null,
): redriveId is string => redriveId !== null && redriveId !== (placement?.redriveId ?? null);
