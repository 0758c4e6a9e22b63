import type { LedgerEntry, Placement } from '@pipeline/schemas/types';

/** Target of an order with one shipping address. */
export const WHOLE_ORDER = 'order';

/**
 * The latest placement of a target: the one with the highest attempt. Earlier ones are orders that were made and
 * cancelled. (Default of `target`: that of the entry; of one with several, the first.)
 */
export function currentPlacement(
  entry: LedgerEntry | undefined,
  target: string = targetOf(entry),
): Placement | undefined {
  return entry?.placements
    .filter((placement) => placement.target === target)
    .reduce<Placement | undefined>((best, next) => (best && best.attempt > next.attempt ? best : next), undefined);
}

const targetOf = (entry: LedgerEntry | undefined): string => entry?.placements[0]?.target ?? WHOLE_ORDER;

/** Is or was there an order at the provider, as far as is on record? */
export function isMade(placement: Placement): boolean {
  return ['placed', 'cancelling', 'cancelled', 'cancelRefused', 'gone'].includes(placement.status);
}

/** Provider orders of earlier placements of the target: a forced new one must not take them for its own. */
export function earlierProviderOrderIds(entry: LedgerEntry | undefined): string[] {
  const current = currentPlacement(entry);
  return (entry?.placements ?? [])
    .filter((placement) => placement.target === current?.target && placement !== current)
    .map(({ providerOrderId }) => providerOrderId)
    .filter((id) => id !== null);
}

export const noPlacement = (provider: string): Placement => ({
  target: WHOLE_ORDER,
  provider,
  status: 'unknown',
  reason: null,
  attempt: 0,
  uncertain: false,
  member: null,
  tenantOrderId: null,
  providerOrderId: null,
  processId: null,
  collect: false,
  lines: [],
  orderVersion: 0,
  placedAt: null,
  redriveId: null,
  lock: 'none',
  erasure: 'none',
  amendment: null,
});

/** Replaces the current placement, but keeps beside it an order that was made when an attempt for a new one starts. */
export function withPlacement(entry: LedgerEntry, next: Placement, at: number): LedgerEntry {
  const current = currentPlacement(entry, next.target);
  const keep = current && isMade(current) && current.providerOrderId !== null && next.attempt > current.attempt;
  const others = entry.placements.filter((placement) => placement !== current || keep);
  const orderVersion = Math.max(entry.orderVersion, next.orderVersion);
  return { ...entry, orderVersion, updatedAt: at, placements: [...others, next] };
}

/** The same placement, with `what` changed. */
export function change(entry: LedgerEntry, at: number, what: Partial<Placement>): LedgerEntry {
  const current = currentPlacement(entry);
  return current ? withPlacement(entry, { ...current, ...what }, at) : { ...entry, updatedAt: at };
}
