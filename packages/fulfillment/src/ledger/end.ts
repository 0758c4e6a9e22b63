import type { CommerceOrderEvent, Placement } from '@pipeline/schemas/types';
import { decideAttempt } from './attempt.ts';
import { BEYOND_ALL_VERSIONS, cancelDue, cancelSeen, gone, newEntry, skipped } from './entry.ts';
import { toErase } from './erasure.ts';
import { currentPlacement, isMade } from './placement.ts';
import { dividedInto } from './targets.ts';
import { isRedriven, nothing, type PlacementInput, type PlacementStep, record } from './step.ts';

/** What a cancel or a deletion asks for; when that is done, erasure, of every order that was made for this one. */
export function decideEnd(input: PlacementInput): PlacementStep {
  const { entry, event, redriveId } = input;
  const step = decideCancel(input);
  if (step.do !== 'nothing' || event.type !== 'OrderDeleted' || !event.dataErasure) return step;
  const [due] = toErase(entry, (placement) => isRedriven(placement, redriveId));
  return due ? { do: 'erase', attempt: due.attempt, processId: due.processId } : step;
}

function decideCancel(input: PlacementInput): PlacementStep {
  const { event, provider, now, redriveId } = input;
  const deleted = event.type === 'OrderDeleted';
  // a deletion is final, whatever its version
  const version = event.orderVersion || event.order?.version || (deleted ? BEYOND_ALL_VERSIONS : 0);
  if (version === 0) return { do: 'read-order' };
  const entry = input.entry ?? newEntry(event, now);
  const placement = currentPlacement(entry);
  // Of a divided order something else may have left: the provider's refusal tells.
  const left = deleted && dividedInto(entry).length === 0 && hasLeft(event);
  if (!input.entry || entry.cancelVersion === null || entry.cancelVersion < version) {
    const seen = cancelSeen(entry, { version, at: now });
    // What refused the last one may have changed: each newer one is tried once.
    return record(placement?.status === 'cancelRefused' && !left ? cancelDue(seen, { at: now }) : seen);
  }
  const late = !deleted && placement !== undefined && version <= placement.orderVersion;
  switch (placement?.status) {
    case 'placing':
      return late ? nothing('late-cancel') : decideAttempt(input, placement);
    case 'released':
      if (late) return nothing('late-cancel');
      return record(skipped(entry, { provider, reason: 'cancelled-before-placed', orderVersion: version, at: now }));
    case 'placed':
      if (late) return nothing('late-cancel');
      if (left) return record(gone(entry, { reason: 'order-deleted', at: now }));
      return toCancel(placement, deleted ? 'gone' : 'cancelRefused');
    case 'cancelling':
      return toCancel(placement, deleted ? 'gone' : 'cancelRefused');
    case 'cancelRefused':
      if (left) return record(gone(entry, { reason: 'order-deleted', at: now }));
      return isRedriven(placement, redriveId)
        ? toCancel(placement, deleted ? 'gone' : 'cancelRefused')
        : nothing('cancelRefused');
    case 'rejected':
      // Of one that may have been made after all somebody has to make sure.
      return nothing('rejected', placement.uncertain);
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
export function decideGone({ entry, event, provider, now }: PlacementInput): PlacementStep {
  const placement = currentPlacement(entry);
  if (entry && placement && (isMade(placement) || placement.status === 'placing')) return nothing(placement.status);
  if (placement?.status === 'skipped' && placement.reason === 'order-gone') return nothing('order-gone');
  const { orderVersion } = event;
  return record(skipped(entry ?? newEntry(event, now), { provider, reason: 'order-gone', orderVersion, at: now }));
}

export const toCancel = (placement: Placement, whenRefused: 'cancelRefused' | 'gone'): PlacementStep =>
  placement.providerOrderId === null
    ? nothing('nothing-to-cancel')
    : { do: 'cancel', providerOrderId: placement.providerOrderId, whenRefused };
