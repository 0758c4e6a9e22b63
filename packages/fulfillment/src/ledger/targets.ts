import type { LedgerEntry, OrderedLine, Placement } from '@pipeline/schemas/types';
import { compareText } from '../status/join.ts';
import { tenantOrderIdOf } from '../targets.ts';
import { currentPlacement, isMade, noPlacement, WHOLE_ORDER } from './placement.ts';

/** Targets that the order was divided into, sorted; empty: it is placed as a whole, or nothing is known of it yet. */
export function dividedInto(entry: LedgerEntry | undefined): readonly string[] {
  const targets = new Set(entry?.placements.map(({ target }) => target));
  targets.delete(WHOLE_ORDER);
  return [...targets].sort();
}

/** May it still be divided? Not when something of it may be at the provider as a whole. */
export function mayDivide(entry: LedgerEntry | undefined): boolean {
  const placement = currentPlacement(entry);
  return placement === undefined || (placement.target === WHOLE_ORDER && !isMade(placement) && placement.attempt === 0);
}

export interface Division {
  readonly provider: string;
  /** What goes to each, by its name. */
  readonly lines: ReadonlyMap<string, readonly OrderedLine[]>;
  /** Of the whole; each target's has its name behind. */
  readonly tenantOrderId: string;
  /** Version of the order that was divided. */
  readonly orderVersion: number;
  readonly at: number;
}

/**
 * One placement for each target, none of which was tried. From now on they stand on record, and each is decided on its
 * own: what becomes of one says nothing about the others.
 */
export function divided(entry: LedgerEntry, division: Division): LedgerEntry {
  const { provider, lines, tenantOrderId, orderVersion, at } = division;
  const placements = [...lines].map(
    ([target, ordered]): Placement => ({
      ...noPlacement(provider),
      target,
      status: 'released',
      tenantOrderId: tenantOrderIdOf(tenantOrderId, target),
      lines: ordered,
      orderVersion,
    }),
  );
  return { ...entry, orderVersion: Math.max(entry.orderVersion, orderVersion), updatedAt: at, placements };
}

/** Is or was any other target, as far as is on record, at the provider? */
export const isOtherMade = (entry: LedgerEntry, target: string): boolean =>
  dividedInto(entry).some((other) => {
    const placement = other === target ? undefined : currentPlacement(entry, other);
    return placement !== undefined && (isMade(placement) || placement.status === 'placing');
  });

/** The entry as if the target was all there is: what the ledger's rules decide by. */
export function entryForTarget(entry: LedgerEntry, target: string): LedgerEntry {
  const placements = entry.placements.filter((placement) => placement.target === target);
  const versions = placements.flatMap(({ orderVersion, judgedVersion = 0 }) => [orderVersion, judgedVersion]);
  return { ...entry, placements, orderVersion: Math.max(0, ...versions) };
}

/**
 * Puts what became of a target back into the whole. A cancel that is new has the refused ones of the other targets tried
 * once more, as their own rules would: they see it as one that is known already.
 */
export function withTarget(whole: LedgerEntry, part: LedgerEntry, target: string): LedgerEntry {
  const isNewCancel = part.cancelVersion !== null && part.cancelVersion > (whole.cancelVersion ?? -1);
  const others = whole.placements
    .filter((placement) => placement.target !== target)
    .map((placement) =>
      isNewCancel && placement.status === 'cancelRefused'
        ? { ...placement, status: 'cancelling' as const, reason: null }
        : placement,
    );
  return {
    ...part,
    orderVersion: Math.max(whole.orderVersion, part.orderVersion),
    placements: [...others, ...part.placements].sort(
      (a, b) => compareText(a.target, b.target) || a.attempt - b.attempt,
    ),
  };
}
