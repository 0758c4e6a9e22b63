import type { ShipmentState } from '../ports.ts';

/** What the provider's progress means for the platform's order, as a value. `none`: leave the state as it is. */
export interface StatusPolicy {
  /** Cancelled or expired before anything was handed over. */
  readonly cancelled: 'Canceled' | 'none';
  /** Click & collect goods that the customer did not take. */
  readonly notCollected: 'Canceled' | 'none';
  readonly collectHandedOver: 'Delivered' | 'Shipped';
  /** All handed over and every parcel tracked as delivered; `none`: Shipped stays. */
  readonly parcelDelivered: 'Delivered' | 'none';
  /** `first`: one handover job is ready. `all`: everything that is to come is. */
  readonly ready: 'first' | 'all';
  /** Not routable, waiting, zero-picked, aborted without a successor. */
  readonly unroutable: 'none' | 'Backorder' | 'Delayed';
  /** Goods that were not found: done with, or still owed. */
  readonly shortfall: 'settled' | 'open';
  /** With a part of the goods handed over and more to come. */
  readonly partlyHandedOver: 'Partial' | 'Shipped';
  /** What is written at all. `parcels` needs `deliveries`. */
  readonly parts: readonly StatusPart[];
  /**
   * A delivery that we wrote, when its handover is taken back. `leave`: it stays, since the goods are mostly handed over
   * again, unless they went out with another delivery. `remove`: it goes at once.
   */
  readonly revertedDelivery: 'leave' | 'remove';
  /** Does the platform have a place for a parcel's tracking URL? */
  readonly trackingLinks: boolean;
  /** Is the field `parcels` kept? */
  readonly parcelsField: boolean;
  /** Is the field `jobs` kept? */
  readonly jobsField: boolean;
  /** Channel whose sync mark names the provider's order; null: none. */
  readonly syncChannelId: string | null;
}

export const statusParts = ['state', 'fields', 'deliveries', 'parcels', 'returns'] as const;
export type StatusPart = (typeof statusParts)[number];

/** `docs`: what this product documents. `connector`: the outcomes of the vendor's connector. */
export const statusPresets = {
  docs: {
    cancelled: 'Canceled',
    notCollected: 'Canceled',
    collectHandedOver: 'Delivered',
    parcelDelivered: 'Delivered',
    ready: 'first',
    unroutable: 'none',
    shortfall: 'settled',
    partlyHandedOver: 'Partial',
    parts: statusParts,
    revertedDelivery: 'leave',
    trackingLinks: true,
    parcelsField: false,
    jobsField: false,
    syncChannelId: null,
  },
  connector: {
    cancelled: 'none',
    notCollected: 'none',
    collectHandedOver: 'Shipped',
    parcelDelivered: 'none',
    ready: 'first',
    unroutable: 'none',
    shortfall: 'settled',
    partlyHandedOver: 'Shipped',
    parts: ['state', 'fields'],
    revertedDelivery: 'leave',
    trackingLinks: true,
    parcelsField: true,
    jobsField: false,
    syncChannelId: null,
  },
} as const satisfies Readonly<Record<string, StatusPolicy>>;

/**
 * Unset < Pending < Backorder = Delayed < Ready < (Canceled) < Partial < Shipped < Delivered. Canceled stands where
 * nothing is handed over yet: it may follow anything below Partial. A state that we do not know is above all.
 */
export function rankOf(state: ShipmentState | string | null): number {
  if (state === null) return 0;
  const rank = ranks.findIndex((states) => states.includes(state));
  return rank < 0 ? Number.POSITIVE_INFINITY : rank + 1;
}

const ranks: readonly (readonly string[])[] = [
  ['Pending'],
  ['Backorder', 'Delayed'],
  ['Ready'],
  ['Canceled'],
  ['Partial'],
  ['Shipped'],
  ['Delivered'],
];
