export interface ShopReport {
  /** Of each call about an order, in order of its answer. Milliseconds since the epoch. */
  readonly arrivedAt: readonly number[];
  readonly answeredAt: readonly number[];
  readonly gets: number;
  /** Updates that had an effect. */
  readonly updates: number;
  /** Updates that were refused for their version. */
  readonly conflicts: number;
  /** Anything that should not have been called, by method and path. */
  readonly otherCalls: Readonly<Record<string, number>>;
  /** Orders by the shipment state that they show. */
  readonly states: Readonly<Record<string, number>>;
}

export type ToShop =
  | { readonly do: 'expect'; readonly latencyMs: number; readonly lineItems: readonly object[] }
  | { readonly do: 'report' };

export type FromShop =
  | { readonly is: 'listening'; readonly url: string }
  | { readonly is: 'ready' }
  | { readonly is: 'report'; readonly report: ShopReport };
