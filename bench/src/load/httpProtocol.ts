import type { DeliveryTarget } from './httpDelivery.ts';

export interface HttpRun {
  readonly target: DeliveryTarget;
  /**
   * `closed`: each connection sends its next delivery at once when the last was acknowledged. `paced`: they fall due at
   * `perSecond`, whatever happens to the others.
   */
  readonly arrival: { readonly is: 'closed' } | { readonly is: 'paced'; readonly perSecond: number };
  readonly connections: number;
  /** Are its acknowledged deliveries among those that `acked` tells? */
  readonly counted: boolean;
  /** Not measured, before `measuredMs`. */
  readonly warmMs: number;
  readonly measuredMs: number;
}

export interface HttpReport {
  /** In the measured time; the same with `errors`. */
  readonly acked: number;
  readonly ackedPerSecond: number;
  /** Of acknowledged deliveries, from the moment when they were due. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** By status, or `closed` and `timeout`. What is not acknowledged is sent again, as the senders do. */
  readonly errors: Readonly<Record<string, number>>;
  /** Each second from the start, the warm one included. */
  readonly seconds: readonly { readonly acked: number; readonly p99Ms: number }[];
}

export type ToLoad = { readonly do: 'run'; readonly run: HttpRun } | { readonly do: 'acked' };
export type FromLoad =
  | { readonly is: 'listening' }
  | { readonly is: 'report'; readonly report: HttpReport }
  /** A bit for each number, set where the delivery was acknowledged; base64. */
  | { readonly is: 'acked'; readonly bits: string };
