import {
  type AmendedPart,
  type CommercePlatform,
  type DoubtTiming,
  type FulfillmentProvider,
  type GatePolicy,
  newEntry,
  type RoutingPolicy,
} from '@pipeline/fulfillment';
import type { AttemptOutcome } from '@pipeline/fulfillment';
import type { CommerceOrderEvent, LedgerEntry, OrderSnapshot } from '@pipeline/schemas';
import type { HandlerContext, Instant, PipelineError } from '@pipeline/streams';
import type { Account, Attempts } from '../attempts.ts';
import type { Records } from './records.ts';

export interface PlaceOrderOptions {
  readonly provider: FulfillmentProvider;
  readonly platform: Pick<CommercePlatform, 'getOrder'>;
  readonly gate: GatePolicy;
  readonly routing: RoutingPolicy;
  readonly timing: DoubtTiming;
  /** Milliseconds after which a snapshot is read again before it is judged. */
  readonly recheckAfterMs: number;
  readonly lookUpFirst: boolean;
  /** Milliseconds after a deletion in which goods under way are still finished with the consumer's data. */
  readonly erasureGraceMs: number;
  /** What becomes of order lines that change after the placement: `patch` has the provider route the order anew. */
  readonly amendLines: 'ignore' | 'patch';
  /** This process, as it stands in the ledger; no other process ever has the same. */
  readonly member: string;
  readonly observer: PlacementObserver;
  /** (Default: this machine's clocks.) */
  readonly clock?: () => Instant;
}

/** What the parts of the placement share. */
export interface PlacementParts extends PlaceOrderOptions {
  readonly clock: () => Instant;
  readonly attempts: Attempts;
  readonly records: Records;
}

/** What comes of orders, for logs and metrics. */
export interface PlacementObserver {
  /**
   * A confirmed order is being handled. `since`: when it began to wait for us, milliseconds since the epoch. The signal
   * aborts when it is another process' business.
   */
  confirmed(
    order: { readonly orderId: string; readonly target?: string | undefined; readonly since: number },
    signal: AbortSignal,
  ): void;
  /** Whether an earlier attempt made an order is not known; it is looked for, and decided after `ms` at the latest. */
  inDoubt(entry: LedgerEntry, ms: number, signal: AbortSignal): void;
  /** A request failed, or was not started. */
  attemptFailed(entry: LedgerEntry, outcome: AttemptOutcome, error: PipelineError): void;
  settled(
    entry: LedgerEntry,
    outcome: string,
    details: {
      readonly reason?: string;
      readonly alert?: boolean;
      readonly attempt?: number;
      readonly origin?: string;
      /** Of the attempt that made the order, if this process made it. */
      readonly account?: Account;
    },
  ): void;
  /** What became of the parts of a placed order that had changed. */
  amended(
    entry: LedgerEntry,
    ends: readonly AmendedPart[],
    details: {
      /** The provider was made to change something. */
      readonly applied: boolean;
      readonly origin: string;
    },
  ): void;
  /** The message itself cannot be handled: it becomes a dead letter, the ledger does not change. */
  dropped(order: { readonly orderId: string; readonly target?: string | undefined }): void;
  duplicates(orderId: string, providerOrderIds: readonly string[]): void;
}

/** What one message is about while it is handled. */
export interface Work {
  /** May learn its order's version on the way. */
  event: CommerceOrderEvent;
  /** The order as it was read in this call. */
  order: OrderSnapshot | undefined;
  readonly redriveId: string | null;
  /** How the message came here: live, catch-up, backfill, replay, redrive. */
  readonly origin: string;
  /** Where the order is divided: the one that this is about; `context.state` is that part of the entry alone. */
  readonly target?: string;
  /** Of a target: goods of another one may be at the provider, and not change with the order. */
  readonly isOtherMade?: boolean;
  readonly context: HandlerContext<LedgerEntry>;
}

/** `again`: ask the ledger's rules for the next step. */
export type Progress = 'again' | 'done';

export const entryOf = ({ event, context }: Work, at: number): LedgerEntry =>
  context.state.value ?? newEntry(event, at);
