/** What the benchmark tells the stand-in of the vendors. */
export interface Expectation {
  /** Answers of `POST /api/orders` until it is finished. Forgets what was counted before. */
  readonly answers: number;
  /** Answers after which it says `steady`. */
  readonly steadyFrom: number;
  readonly latencyMs: number;
  /** These tenantOrderIds are never answered. */
  readonly stuck: readonly string[];
}

/** Times are milliseconds since the epoch, with fractions. */
export interface VendorReport {
  /** Of each answered POST: when it arrived, when it was answered, and the tenantOrderId in it. */
  readonly arrivedAt: readonly number[];
  readonly answeredAt: readonly number[];
  readonly tenantOrderIds: readonly string[];
  /** Calls beside `POST /api/orders` and the sign-ins, by method and path. */
  readonly otherCalls: Readonly<Record<string, number>>;
  readonly posts: number;
}

export type ToVendor = { readonly do: 'expect'; readonly what: Expectation } | { readonly do: 'report' };

export type FromVendor =
  | { readonly is: 'listening'; readonly url: string }
  | { readonly is: 'ready' }
  | { readonly is: 'steady' }
  | { readonly is: 'finished' }
  | { readonly is: 'report'; readonly report: VendorReport };

/** Milliseconds since the epoch that compare between processes of one machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
