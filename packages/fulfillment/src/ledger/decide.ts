import type { CommerceOrderEvent, LedgerEntry, Placement } from '@pipeline/schemas/types';
import { BEFORE_ACTIVATION, isCurable } from '../gate.ts';
import { decideAttempt, toGate } from './attempt.ts';
import { mayAmend, toAmend } from './amendmentDue.ts';
import { decideEnd, decideGone, toCancel } from './end.ts';
import { currentPlacement, isMade } from './placement.ts';
import { isRedriven, nothing, type PlacementInput, type PlacementStep } from './step.ts';

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
      return decideEnd(input);
    case 'OrderGone':
      return decideGone(input);
    case 'Unknown':
      return nothing('unknown-event');
  }
}

function decideConfirmed(input: PlacementInput): PlacementStep {
  const { entry, event, redriveId, force } = input;
  const placement = currentPlacement(entry);
  const again = force === true || isRedriven(placement, redriveId);
  if (placement?.status === 'placing') return decideAttempt(input, placement);
  if (placement && isMade(placement)) return decideMade(input, placement);
  const confirmation = event.type === 'OrderConfirmed';
  if (!force && entry && isLate(event, entry)) return nothing('late-confirmed');
  switch (placement?.status) {
    case 'rejected':
      return again ? toGate(input, placement) : nothing('rejected');
    case 'released':
      return toGate(input, placement);
    case 'skipped':
      if (
        !again &&
        !isJudgedAnew(input, placement) &&
        event.orderVersion !== 0 &&
        event.orderVersion <= placement.orderVersion
      )
        return nothing('already-judged');
      if (!again && !confirmation && !isCurable(placement.reason)) return nothing('not-a-confirmation');
      return toGate(input, placement);
    default:
      return confirmation || force ? toGate(input, placement) : nothing('not-a-confirmation');
  }
}

/**
 * What an order looks like tells neither when it was confirmed nor what the settings were. A catch-up that reads orders
 * has to take their creation for it; the confirmation that comes later has an older version, and is right.
 */
function isJudgedAnew({ event, backfill, placeConfirmedSince }: PlacementInput, { reason }: Placement): boolean {
  if (event.type !== 'OrderConfirmed') return false;
  if (backfill === true) return true;
  const since = placeConfirmedSince ?? -Infinity;
  return placeConfirmedSince !== undefined && reason === BEFORE_ACTIVATION && event.occurredAt >= since;
}

const isLate = (event: CommerceOrderEvent, entry: LedgerEntry): boolean =>
  event.orderVersion !== 0 && entry.cancelVersion !== null && event.orderVersion <= entry.cancelVersion;

function decideMade(input: PlacementInput, placement: Placement): PlacementStep {
  const { entry, event, force } = input;
  const dead = placement.status === 'cancelled' || placement.status === 'gone';
  if (force && dead) return toGate(input, placement);
  if (placement.status === 'cancelling') return toCancel(placement, 'cancelRefused');
  // Before it is unlocked: nobody works on it yet.
  if (mayAmend(input, placement)) return toAmend(input, placement);
  if (placement.status === 'placed' && mayUnlock(input, placement)) return toUnlock(placement);
  const cancelVersion = entry?.cancelVersion ?? placement.orderVersion;
  const reconfirmed =
    placement.status === 'cancelled' && event.type === 'OrderConfirmed' && event.orderVersion > cancelVersion;
  return reconfirmed ? nothing('reconfirmed-after-cancel', true) : nothing(placement.status);
}

/** A cancel that is on record wins, also before it was carried out. */
function mayUnlock({ entry, event, redriveId }: PlacementInput, placement: Placement): boolean {
  const cancelled = entry && entry.cancelVersion !== null && entry.cancelVersion >= placement.orderVersion;
  if (cancelled) return false;
  const version = event.orderVersion || event.order?.version || 0;
  switch (placement.lock) {
    case 'payment':
      return version === 0 || version > (entry?.orderVersion ?? 0);
    case 'unlocking':
      return true;
    case 'unlockRefused':
      return isRedriven(placement, redriveId);
    case 'none':
    case 'routing':
    case 'unlocked':
      return false;
  }
}

const toUnlock = ({ providerOrderId }: Placement): PlacementStep =>
  providerOrderId === null ? nothing('nothing-to-unlock') : { do: 'unlock', providerOrderId };
