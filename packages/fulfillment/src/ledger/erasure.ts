import type { LedgerEntry, Placement, PlacementErasure } from '@pipeline/schemas/types';

/**
 * Placements whose process the provider has not been told to make anonymous yet, oldest first: also those of earlier
 * orders. `isRedriven`: is one that was refused to be tried again?
 */
export function toErase(
  entry: LedgerEntry | undefined,
  isRedriven: (placement: Placement) => boolean,
): readonly Placement[] {
  return (entry?.placements ?? [])
    .filter(({ providerOrderId }) => providerOrderId !== null)
    .filter(
      (placement) => isDue(placement.erasure) || (placement.erasure === 'erasureRefused' && isRedriven(placement)),
    )
    .sort((a, b) => a.attempt - b.attempt);
}

const isDue = (erasure: PlacementErasure): boolean => erasure === 'none' || erasure === 'erasing';

export interface ErasureChange {
  /** Of the placement that it is about. */
  readonly attempt: number;
  readonly at: number;
}

/** The intent to have the process made anonymous. */
export const erasing = (
  entry: LedgerEntry,
  { member, redriveId, ...of }: ErasureChange & { readonly member: string; readonly redriveId: string | null },
): LedgerEntry => change(entry, of, { erasure: 'erasing', member, ...(redriveId === null ? {} : { redriveId }) });

/** The provider was told, or has nothing of the process any more. */
export const erased = (entry: LedgerEntry, of: ErasureChange): LedgerEntry =>
  change(entry, of, { erasure: 'erased', amendment: null });

/** For good, unless a redrive with another id asks for it again. */
export const erasureRefused = (
  entry: LedgerEntry,
  { redriveId, ...of }: ErasureChange & { readonly redriveId: string | null },
): LedgerEntry => change(entry, of, { erasure: 'erasureRefused', ...(redriveId === null ? {} : { redriveId }) });

function change(entry: LedgerEntry, { attempt, at }: ErasureChange, what: Partial<Placement>): LedgerEntry {
  const placements = entry.placements.map((each) => (each.attempt === attempt ? { ...each, ...what } : each));
  return { ...entry, updatedAt: at, placements };
}
