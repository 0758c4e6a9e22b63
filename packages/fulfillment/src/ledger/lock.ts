import type { LedgerEntry, Placement, PlacementLock } from '@pipeline/schemas/types';
import type { PlacedOrder } from '../ports.ts';
import { change, WHOLE_ORDER } from './placement.ts';

/** `payment`: until the payment state allows more; `routing`: until a person unlocks it at the provider. */
export type AskedLock = Extract<PlacementLock, 'none' | 'payment' | 'routing'>;

/** Of an attempt before this one, which may still turn out to have made the order. */
export const mayBeLocked = (lock: PlacementLock): boolean => lock === 'payment' || lock === 'unlocking';

/** What was adopted without an attempt of ours is locked by somebody else, if at all. */
export function toLock({ status, lock }: Placement, order: PlacedOrder): PlacementLock {
  if (status !== 'placing' || lock === 'none') return 'none';
  return order.status === 'OPEN' ? 'unlocked' : lock;
}

/** The payment state, or what else was judged at this version, keeps it locked. */
export const lockKept = (entry: LedgerEntry, { orderVersion, at }: { orderVersion: number; at: number }): LedgerEntry =>
  judgedAt(change(entry, at, { lock: 'payment' }), orderVersion);

export interface UnlockingInput {
  /** The process that is going to send. */
  readonly member: string;
  /** Version of the snapshot that was judged. */
  readonly orderVersion: number;
  /** Of the redrive that led here: tried once for each. */
  readonly redriveId: string | null;
  readonly at: number;
}

/** The intent to unlock. */
export function unlocking(entry: LedgerEntry, { member, orderVersion, redriveId, at }: UnlockingInput): LedgerEntry {
  const redriven = redriveId === null ? {} : { redriveId };
  return judgedAt(change(entry, at, { lock: 'unlocking', member, reason: null, ...redriven }), orderVersion);
}

export const unlocked = (entry: LedgerEntry, { at }: { at: number }): LedgerEntry =>
  change(entry, at, { lock: 'unlocked', reason: null });

/** For good, unless a redrive with another id asks for it again. */
export const unlockRefused = (
  entry: LedgerEntry,
  { reason, redriveId, at }: { reason: string; redriveId: string | null; at: number },
): LedgerEntry => change(entry, at, { lock: 'unlockRefused', reason, ...(redriveId === null ? {} : { redriveId }) });

/** A target keeps it with its placement: what was judged about another one says nothing about it. */
const judgedAt = (entry: LedgerEntry, version: number): LedgerEntry => ({
  ...entry,
  orderVersion: Math.max(entry.orderVersion, version),
  placements: entry.placements.map((placement) =>
    placement.target === WHOLE_ORDER
      ? placement
      : { ...placement, judgedVersion: Math.max(placement.judgedVersion ?? 0, version) },
  ),
});
