import { type Difference, kindOf } from './difference.ts';

export interface DifferingOrder {
  readonly orderId: string;
  readonly orderNumber: string | null;
  readonly differences: readonly Difference[];
}

export interface Tally {
  readonly compared: number;
  readonly differing: number;
  /** Orders by kind of difference, the most frequent first. */
  readonly kinds: readonly { readonly kind: string; readonly orders: number }[];
  /** The first ones. */
  readonly orders: readonly DifferingOrder[];
}

/** Kinds that are counted apart: with attributes that are made of ids there may be as many as orders. */
const MOST_KINDS = 1_000;
const OTHERS = 'others';

/** Counts how orders differ, in memory that does not grow with them. `most`: orders that are kept. */
export function createTally(most: number) {
  let compared = 0;
  let differing = 0;
  const counts = new Map<string, number>();
  const orders: DifferingOrder[] = [];
  const count = (kind: string): void => {
    const known = counts.has(kind) || counts.size < MOST_KINDS ? kind : OTHERS;
    counts.set(known, (counts.get(known) ?? 0) + 1);
  };
  return {
    add(order: DifferingOrder): void {
      compared++;
      if (order.differences.length === 0) return;
      differing++;
      for (const kind of new Set(order.differences.map(kindOf))) count(kind);
      if (orders.length < most) orders.push(order);
    },
    result: (): Tally => ({
      compared,
      differing,
      kinds: [...counts].map(([kind, of]) => ({ kind, orders: of })).sort((a, b) => b.orders - a.orders),
      orders,
    }),
  };
}
