import type { Placement } from '@pipeline/schemas/types';
import { amendedVersion, isAmendmentOpen } from './amendment.ts';
import { nothing, type PlacementInput, type PlacementStep } from './step.ts';

/**
 * Is the provider's order to be compared with the newest version? After an event that something was changed, unless that
 * version was compared already, and whenever an earlier comparison has not ended. Never what was cancelled.
 */
export function mayAmend({ entry, event }: PlacementInput, placement: Placement): boolean {
  if (placement.status !== 'placed' && placement.status !== 'cancelRefused') return false;
  const version = versionOf(event);
  const cancelVersion = entry?.cancelVersion ?? null;
  if (cancelVersion !== null && cancelVersion >= placement.orderVersion) {
    // Once a cancel was refused, a confirmation after it makes the order a live one again.
    if (placement.status === 'placed' || version <= cancelVersion) return false;
  }
  if (isAmendmentOpen(placement)) return true;
  return event.type === 'OrderAmended' && (version === 0 || version > amendedVersion(placement));
}

export const toAmend = ({ event }: PlacementInput, placement: Placement): PlacementStep =>
  placement.providerOrderId === null
    ? nothing('nothing-to-amend')
    : {
        do: 'amend',
        providerOrderId: placement.providerOrderId,
        notBelow: Math.max(versionOf(event), amendedVersion(placement)),
      };

const versionOf = ({ orderVersion, order }: PlacementInput['event']): number => orderVersion || order?.version || 0;
