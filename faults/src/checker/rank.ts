const ranks: Readonly<Record<string, number>> = {
  Pending: 1,
  Backorder: 2,
  Delayed: 2,
  Ready: 3,
  Partial: 4,
  Shipped: 5,
  Delivered: 6,
};

/** How far a shipment state is; undefined: `Canceled`, or one that we do not know. */
export const rankOf = (state: string): number | undefined => ranks[state];
