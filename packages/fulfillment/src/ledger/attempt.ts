import type { CommerceOrderEvent, Placement } from '@pipeline/schemas/types';
import { afterRefusal, inDoubt } from './doubt.ts';
import { newEntry, rejected, skipped } from './entry.ts';
import { type PlacementInput, type PlacementStep, record } from './step.ts';

/** An attempt is on record that may have created an order. */
export function decideAttempt(input: PlacementInput, placement: Placement): PlacementStep {
  const { entry, event, outcome, doubt, provider, now } = input;
  // Doubt about attempts before this one was cleared before its intent was recorded.
  if (outcome?.ended === 'not-started' || outcome?.ended === 'not-created') return proceed(input, placement, true);
  const tenantOrderId = placement.tenantOrderId ?? event.orderId;
  if (outcome?.ended === 'refused') {
    const step = afterRefusal(doubt, placement.uncertain);
    if (step.do === 'look-up') return { do: 'look-up', tenantOrderId };
    if (step.do === 'wait') return { ...step, reason: 'refused-after-doubt' };
    if (entry && entry.cancelVersion !== null && entry.cancelVersion >= placement.orderVersion) {
      return record(
        skipped(entry, { provider, reason: 'cancelled-before-placed', orderVersion: entry.cancelVersion, at: now }),
      );
    }
    return record(rejected(entry ?? newEntry(event, now), { reason: outcome.reason, at: now }), outcome.reason);
  }
  const step = inDoubt(doubt);
  if (step.do === 'look-up') return { do: 'look-up', tenantOrderId };
  if (step.do === 'wait') return { ...step, reason: 'outcome-unknown' };
  // Two empty searches allow another request; should that be refused, an index may still have been late.
  return proceed(input, placement, false);
}

/** Nothing was created, as far as can be told: once more through the gate, unless the order was cancelled meanwhile. */
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

export function toGate({ lookUpFirst }: PlacementInput, placement: Placement | undefined) {
  const attempt = (placement?.attempt ?? 0) + 1;
  // It had ended: what an index did not show then, or was made by hand since, is to be seen now.
  const mayBeThere = placement?.uncertain === true && ['rejected', 'skipped'].includes(placement.status);
  return {
    do: 'judge',
    attempt,
    lookUpFirst: mayBeThere || (lookUpFirst === true && attempt === 1),
    earlierCreatedNothing: true,
  } as const;
}
