import type {
  Address,
  LineItem,
  LineQuantity,
  OrderedLine,
  OrderSnapshot,
  PlatformStatus,
  ProviderOrder,
} from '@pipeline/schemas/types';

/**
 * Leave to change something at a vendor, once. Only the stream runtime issues it, right before the call, after what
 * must be on record is on record. The adapter consumes it; a permit that was used or has run out is refused.
 */
export interface EffectPermit {
  /** What it was issued for, e.g. `placeOrder`. */
  readonly effect: string;
  /** Aborts when the one deadline for queue, connect and body has passed, or the partition was lost. */
  readonly signal: AbortSignal;
}

/** What is asked of a fulfillment provider: one order for one target. Canonical: no vendor's names. */
export interface FulfillmentRequest {
  readonly orderId: string;
  readonly projectKey: string;
  /** The id under which the provider knows the order; fixed at the first attempt. */
  readonly tenantOrderId: string;
  readonly orderDate: number;
  /** held: accepted, but not worked on until it is released. */
  readonly held: boolean;
  /** Why it is held: its payment, or a shipping method that is not known. (Default: not said) */
  readonly heldFor?: 'payment' | 'routing';
  readonly currency: string;
  readonly locale: string | null;
  readonly delivery: FulfillmentDelivery;
  readonly shippingAddress: Address | null;
  readonly billingAddress: Address | null;
  readonly customerId: string | null;
  readonly customerEmail: string | null;
  readonly paid: boolean;
  readonly lines: readonly LineItem[];
  readonly tags: readonly { readonly id: string; readonly value: string }[];
  /** What it was made of, for what only the shop's own configuration asks for. */
  readonly order?: OrderSnapshot;
}

export type FulfillmentDelivery =
  | { readonly kind: 'collect'; readonly facilityKey: string }
  | {
      readonly kind: 'shipping';
      readonly serviceLevel: 'DELIVERY' | 'SAMEDAY' | null;
      readonly carriers: readonly string[];
      readonly facilityKeys: readonly string[];
    };

/** An order that the provider has. */
export interface PlacedOrder {
  readonly providerOrderId: string;
  readonly processId: string | null;
  readonly tenantOrderId: string | null;
  readonly status: ProviderOrder['status'];
  readonly version: number;
  /** Order id of the commerce platform as the provider's record carries it; null: it carries none. */
  readonly orderId: string | null;
  readonly projectKey: string | null;
  readonly collect: boolean;
  readonly lines: readonly OrderedLine[];
}

/** An order as the provider takes it, in the adapter's own words; personal. */
export interface MappedOrder {
  readonly body: unknown;
}

/** What can still be changed of an order that the provider has. `address` is everything about the consumer. */
export type ChangeablePart = 'address' | 'lines';

/** The order as it is now, for a comparison with what the provider has. */
export interface OrderContent {
  readonly collect: boolean;
  readonly shippingAddress: Address | null;
  readonly billingAddress: Address | null;
  readonly customerId: string | null;
  readonly customerEmail: string | null;
  readonly lines: readonly LineItem[];
}

/** The provider's order beside what it is to be. */
export interface OrderComparison extends PlacedOrder {
  /** Does it show that part as it is to be? */
  readonly isShown: boolean;
  /** What `amendOrder` has to send, in the adapter's own words; personal. */
  readonly change: unknown;
}

/** What the provider keeps together about an order. */
export interface ProviderProcess {
  readonly processId: string;
  readonly version: number;
  readonly anonymized: boolean;
  /** When it is to be made anonymous, milliseconds since the epoch; null: it does not say. */
  readonly anonymizeAt: number | null;
}

/**
 * What a fulfillment system must do for us. Every method rejects with a `PipelineError` of `@pipeline/streams` and with
 * nothing else; its class says what the runtime does about it.
 */
export interface FulfillmentProvider {
  readonly name: string;
  /**
   * Makes sure, as far as can be known without changing anything, that a request could be sent now: signs in if need be.
   * Called before an intent is recorded, so that an outage or a wrong credential leaves no attempt in doubt.
   */
  prepare(signal: AbortSignal): Promise<void>;
  /**
   * Sends nothing: done before the order has its place in flight, which is for the request alone. `warn` hears each kind
   * of what the request has and the order has not: of a list of few that the provider keeps closed, nothing of the order
   * itself. `permanent` with stage `map` and `notSent`: it cannot be made the provider's. `transient`: not now, or the
   * signal aborted.
   */
  mapOrder(request: FulfillmentRequest, signal: AbortSignal, warn?: (kind: string) => void): Promise<MappedOrder>;
  /**
   * Creates the order. Any 2xx resolves. `unknown-outcome` when it may or may not have been created; `permanent` when
   * it was refused (the vendor's text in the message), which for a repeated tenantOrderId says nothing about whose it is.
   */
  placeOrder(order: MappedOrder, permit: EffectPermit): Promise<PlacedOrder>;
  /** Orders with this tenantOrderId, in any status, each read by id. Reads that are eventually consistent may miss some. */
  findOrders(tenantOrderId: string, signal: AbortSignal): Promise<readonly PlacedOrder[]>;
  /** undefined: there is none (any more). Read-after-write consistent. */
  getOrder(providerOrderId: string, signal: AbortSignal): Promise<PlacedOrder | undefined>;
  /** `conflict` when the version is old, `permanent` when it can no longer be cancelled. */
  cancelOrder(
    order: { readonly providerOrderId: string; readonly version: number },
    permit: EffectPermit,
  ): Promise<PlacedOrder>;
  /** Has a held order worked on. `conflict` when the version is old, `permanent` when it cannot be unlocked. */
  unlockOrder(
    order: { readonly providerOrderId: string; readonly version: number },
    permit: EffectPermit,
  ): Promise<PlacedOrder>;
  /**
   * Compares one part with the provider's order. Read-after-write consistent. undefined: there is none (any more).
   * `permanent` with stage `map`: the content cannot be made the provider's.
   */
  compareOrder(
    asked: {
      readonly providerOrderId: string;
      readonly part: ChangeablePart;
      readonly content: OrderContent;
      /** As it would be placed now; undefined: it cannot be placed as it was. For what the shop's own code makes of orders. */
      readonly request?: FulfillmentRequest | undefined;
    },
    signal: AbortSignal,
  ): Promise<OrderComparison | undefined>;
  /**
   * Changes the order to what was compared. `conflict` when its version is old, `permanent` when it can no longer be
   * changed.
   */
  amendOrder(comparison: OrderComparison, permit: EffectPermit): Promise<PlacedOrder>;
  /** undefined: there is none (any more). */
  getProcess(processId: string, signal: AbortSignal): Promise<ProviderProcess | undefined>;
  /**
   * Has everything personal of the process made anonymous on the day of `at` (milliseconds since the epoch, UTC).
   * `conflict` when the version is old, `permanent` when it is refused.
   */
  anonymizeProcess(
    process: { readonly processId: string; readonly version: number; readonly at: number },
    permit: EffectPermit,
  ): Promise<ProviderProcess>;
}

/** Fields of the platform's order that we keep up to date; null: nothing to write. */
export interface StatusFields {
  readonly providerOrderId: string | null;
  readonly pickJobId: string | null;
  readonly shortId: string | null;
  readonly facilityId: string | null;
  readonly loadUnitsAmount: number | null;
  readonly handoverJobId: string | null;
  /** Tracking of the parcels as JSON; only for shops that come from the vendor's connector. */
  readonly parcels: string | null;
  /** All jobs as JSON; only for shops that have a field for it. */
  readonly jobs: string | null;
}

export type ShipmentState =
  | 'Pending'
  | 'Backorder'
  | 'Delayed'
  | 'Ready'
  | 'Partial'
  | 'Shipped'
  | 'Delivered'
  | 'Canceled';

/** A parcel of a delivery. null: not known, or no place for it. */
export interface ParcelDraft {
  readonly key: string;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly trackingUrl: string | null;
  /** Empty: it is not known which goods are in it. */
  readonly items: readonly LineQuantity[];
}

/** One step on the deliveries of an order. Keys are ours, unique in the order. */
export type DeliveryStep =
  | {
      readonly step: 'addDelivery';
      readonly key: string;
      /** Of an order with shippingMode Multiple; else null. */
      readonly shippingKey: string | null;
      readonly items: readonly LineQuantity[];
      readonly parcels: readonly ParcelDraft[];
    }
  | { readonly step: 'setDeliveryItems'; readonly key: string; readonly items: readonly LineQuantity[] }
  | { readonly step: 'removeDelivery'; readonly key: string }
  | { readonly step: 'addParcel'; readonly deliveryKey: string; readonly parcel: ParcelDraft }
  | {
      readonly step: 'setParcelTracking';
      readonly key: string;
      readonly carrier: string | null;
      readonly trackingNumber: string | null;
    }
  | { readonly step: 'setParcelLink'; readonly key: string; readonly trackingUrl: string }
  | { readonly step: 'setParcelItems'; readonly key: string; readonly items: readonly LineQuantity[] }
  | { readonly step: 'removeParcel'; readonly key: string };

export type ReturnState = 'Advised' | 'Returned';

/** One step on the returns of an order. `trackingId`: ours; an order may have several entries with it. */
export type ReturnStep =
  | {
      readonly step: 'addReturn';
      readonly trackingId: string;
      readonly items: readonly (LineQuantity & { readonly shipmentState: ReturnState })[];
    }
  | { readonly step: 'setReturnState'; readonly itemId: string; readonly shipmentState: ReturnState };

/** The mark that a channel carries of an order: its id at the provider. */
export interface SyncMark {
  readonly channelId: string;
  readonly externalId: string;
}

/** One update: only what changes. What is missing is left as it is. */
export interface StatusChange {
  readonly shipmentState: ShipmentState | null;
  readonly fields: Partial<StatusFields>;
  readonly deliveries?: readonly DeliveryStep[];
  readonly returns?: readonly ReturnStep[];
  readonly syncInfo?: SyncMark;
}

export interface WriteStatus {
  readonly orderId: string;
  readonly change: StatusChange;
  /** What the change was computed from; its version guards the update. */
  readonly platform: PlatformStatus;
}

/**
 * What a commerce platform must do for us. Every method rejects with a `PipelineError` of `@pipeline/streams` and with
 * nothing else.
 */
export interface CommercePlatform {
  readonly name: string;
  /** undefined: deleted, or of another project. */
  getOrder(orderId: string, signal: AbortSignal): Promise<OrderSnapshot | undefined>;
  /** What an update needs to know; undefined: deleted, or of another project. */
  getStatus(
    orderId: string,
    signal: AbortSignal,
  ): Promise<(PlatformStatus & { readonly fields: StatusFields }) | undefined>;
  /**
   * One update, all of it or nothing. Resolves with the status after it. `conflict`: the version is old, read and
   * compute again, never repeat blindly. `permanent`: something in it is refused, with the platform's words. `gone`: the
   * order was deleted.
   */
  writeStatus(write: WriteStatus, permit: EffectPermit): Promise<PlatformStatus>;
}
