import type { CommerceOrderEvent, LedgerEntry, Placement } from '@pipeline/schemas/types';
import { isCurable } from '../gate.ts';
import { afterRefusal, inDoubt, type Doubt } from './doubt.ts';
import {
  BEYOND_ALL_VERSIONS,
  cancelSeen,
  currentPlacement,
  gone,
  isMade,
  newEntry,
  rejected,
  skipped,
} from './entry.ts';

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
  /** Append it, then decide again, but with `deadLetter`: park the message with that reason. */
  | { readonly do: 'record'; readonly entry: LedgerEntry; readonly deadLetter: string | null };

const nothing = (reason: string, alert = false): PlacementStep => ({ do: 'nothing', reason, alert });
const record = (entry: LedgerEntry, deadLetter: string | null = null): PlacementStep => ({
  do: 'record',
  entry,
  deadLetter,
});

/**
 * What the router does next about one message. It does that one thing and asks again with what it learned, until the
 * answer is `nothing`. Pure: the same input gives the same step, so a crash between two steps loses nothing.
 */
export function decidePlacement(input: PlacementInput): PlacementStep {
  switch (input.event.type) {
    case 'OrderConfirmed':
    case 'OrderAmended':
    case 'OrderPaymentChanged':
      return decideConfirmed(input);
    case 'OrderCancelled':
    case 'OrderDeleted':
      return decideCancel(input);
    case 'OrderGone':
      return decideGone(input);
    case 'Unknown':
      return nothing('unknown-event');
  }
}

function decideConfirmed(input: PlacementInput): PlacementStep {
  const { entry, event, redriveId, force } = input;
  const placement = currentPlacement(entry);
  const again = force === true || (redriveId !== null && redriveId !== (placement?.redriveId ?? null));
  if (placement?.status === 'placing') return decideAttempt(input, placement);
  if (placement && isMade(placement)) return decideMade(input, placement);
  const confirmation = event.type === 'OrderConfirmed';
  if (!force && entry && isLate(event, entry)) return nothing('late-confirmed');
  switch (placement?.status) {
    case 'rejected':
      return again ? toGate(input, placement) : nothing('rejected');
    case 'released':
      return placement.uncertain ? decideAttempt(input, placement) : toGate(input, placement);
    case 'skipped':
      if (!again && event.orderVersion !== 0 && event.orderVersion <= placement.orderVersion)
        return nothing('already-judged');
      if (!again && !confirmation && !isCurable(placement.reason)) return nothing('not-a-confirmation');
      return placement.uncertain ? decideAttempt(input, placement) : toGate(input, placement);
    default:
      return confirmation || force ? toGate(input, placement) : nothing('not-a-confirmation');
  }
}

const isLate = (event: CommerceOrderEvent, entry: LedgerEntry): boolean =>
  event.orderVersion !== 0 && entry.cancelVersion !== null && event.orderVersion <= entry.cancelVersion;

/** An attempt is on record that may have created an order. */
function decideAttempt(input: PlacementInput, placement: Placement): PlacementStep {
  const { entry, event, outcome, doubt, provider, now } = input;
  const resolved = !placement.uncertain && (outcome?.ended === 'not-started' || outcome?.ended === 'not-created');
  if (resolved) return proceed(input, placement, true);
  const tenantOrderId = placement.tenantOrderId ?? event.orderId;
  if (outcome?.ended === 'refused') {
    // Any earlier attempt may be what this one was refused for, and a search may not show it yet.
    const step = afterRefusal(doubt, placement.uncertain || placement.attempt > 1);
    if (step.do === 'look-up') return { do: 'look-up', tenantOrderId };
    if (step.do === 'wait') return { ...step, reason: 'refused-after-doubt' };
    if (entry && entry.cancelVersion !== null && entry.cancelVersion > placement.orderVersion) {
      return record(
        skipped(entry, { provider, reason: 'cancelled-before-placed', orderVersion: entry.cancelVersion, at: now }),
      );
    }
    return record(rejected(entry ?? newEntry(event, now), { reason: outcome.reason, at: now }), outcome.reason);
  }
  // not-started and not-created leave the doubt about an earlier attempt as it was
  const step = inDoubt(doubt);
  if (step.do === 'look-up') return { do: 'look-up', tenantOrderId };
  if (step.do === 'wait') return { ...step, reason: 'outcome-unknown' };
  return proceed(input, placement, true);
}

/** Nothing was created: once more through the gate, unless the order was cancelled meanwhile. */
function proceed(input: PlacementInput, placement: Placement, earlierCreatedNothing: boolean): PlacementStep {
  const { entry, provider, now } = input;
  if (entry && entry.cancelVersion !== null && entry.cancelVersion >= placement.orderVersion && !input.force) {
    const late = isCancel(input.event) || input.event.orderVersion <= entry.cancelVersion;
    if (late) {
      return record(
        skipped(entry, { provider, reason: 'cancelled-before-placed', orderVersion: entry.cancelVersion, at: now }),
      );
    }
  }
  return { ...toGate(input, placement), earlierCreatedNothing };
}

const isCancel = ({ type }: CommerceOrderEvent): boolean => type === 'OrderCancelled' || type === 'OrderDeleted';

function toGate({ lookUpFirst }: PlacementInput, placement: Placement | undefined) {
  const attempt = (placement?.attempt ?? 0) + 1;
  return {
    do: 'judge',
    attempt,
    lookUpFirst: lookUpFirst === true && attempt === 1,
    earlierCreatedNothing: true,
  } as const;
}

function decideMade(input: PlacementInput, placement: Placement): PlacementStep {
  const { entry, event, force } = input;
  const dead = placement.status === 'cancelled' || placement.status === 'gone';
  if (force && dead) return toGate(input, placement);
  if (placement.status === 'cancelling') return toCancel(placement, 'cancelRefused');
  const cancelVersion = entry?.cancelVersion ?? placement.orderVersion;
  const reconfirmed =
    placement.status === 'cancelled' && event.type === 'OrderConfirmed' && event.orderVersion > cancelVersion;
  return reconfirmed ? nothing('reconfirmed-after-cancel', true) : nothing(placement.status);
}

const toCancel = (placement: Placement, whenRefused: 'cancelRefused' | 'gone'): PlacementStep =>
  placement.providerOrderId === null
    ? nothing('nothing-to-cancel')
    : { do: 'cancel', providerOrderId: placement.providerOrderId, whenRefused };

function decideCancel(input: PlacementInput): PlacementStep {
  const { event, provider, now, redriveId } = input;
  const deleted = event.type === 'OrderDeleted';
  // a deletion is final, whatever its version
  const version = event.orderVersion || event.order?.version || (deleted ? BEYOND_ALL_VERSIONS : 0);
  if (version === 0) return { do: 'read-order' };
  const entry = input.entry ?? newEntry(event, now);
  if (!input.entry || entry.cancelVersion === null || entry.cancelVersion < version) {
    return record(cancelSeen(entry, { version, at: now }));
  }
  const placement = currentPlacement(entry);
  switch (placement?.status) {
    case 'placing':
      return version > placement.orderVersion ? decideAttempt(input, placement) : nothing('late-cancel');
    case 'released':
      if (placement.uncertain) return decideAttempt(input, placement);
      return record(skipped(entry, { provider, reason: 'cancelled-before-placed', orderVersion: version, at: now }));
    case 'placed':
      if (version <= placement.orderVersion) return nothing('late-cancel');
      if (deleted && hasLeft(event)) return record(gone(entry, { reason: 'order-deleted', at: now }));
      return toCancel(placement, deleted ? 'gone' : 'cancelRefused');
    case 'cancelling':
      return toCancel(placement, deleted ? 'gone' : 'cancelRefused');
    case 'cancelRefused':
      return redriveId === null || redriveId === placement.redriveId
        ? nothing('cancelRefused')
        : toCancel(placement, deleted ? 'gone' : 'cancelRefused');
    default:
      return nothing(placement === undefined ? 'nothing-to-cancel' : placement.status);
  }
}

/** As the deleted order last showed itself; without a snapshot the provider's refusal tells. */
function hasLeft({ order }: CommerceOrderEvent): boolean {
  if (!order) return false;
  const state = order.shipmentState ?? '';
  return (
    order.orderState === 'Complete' || order.deliveryCount > 0 || ['Partial', 'Shipped', 'Delivered'].includes(state)
  );
}

/** A read that answered 404 proves no cancel: recorded, no call. A placed order stays placed, a real deletion may follow. */
function decideGone({ entry, event, provider, now }: PlacementInput): PlacementStep {
  const placement = currentPlacement(entry);
  if (entry && placement && (isMade(placement) || placement.status === 'placing')) return nothing(placement.status);
  if (placement?.status === 'skipped' && placement.reason === 'order-gone') return nothing('order-gone');
  const { orderVersion } = event;
  return record(skipped(entry ?? newEntry(event, now), { provider, reason: 'order-gone', orderVersion, at: now }));
}
