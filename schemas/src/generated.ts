// Generated from schemas/*.avsc by `npm run generate`. Do not edit.

export type CommerceChannelEventType = 'Unknown' | 'ChannelChanged' | 'ChannelDeleted';

/** Personal data. Only the country is certain. */
export interface Address {
  /** ISO 3166-1 alpha-2 */
  readonly country: string;
  readonly salutation: null | string;
  readonly title: null | string;
  readonly firstName: null | string;
  readonly lastName: null | string;
  readonly company: null | string;
  readonly street: null | string;
  readonly houseNumber: null | string;
  readonly additionalStreetInfo: null | string;
  readonly additionalAddressInfo: null | string;
  readonly building: null | string;
  readonly apartment: null | string;
  readonly pOBox: null | string;
  readonly postalCode: null | string;
  readonly city: null | string;
  readonly region: null | string;
  readonly state: null | string;
  readonly phone: null | string;
  readonly mobile: null | string;
  readonly email: null | string;
  /** JSON text by field name */
  readonly customFields: Readonly<Record<string, string>>;
}

/** The channel as it was read after the notification */
export interface ChannelSnapshot {
  readonly key: string;
  /** The platform's own names, e.g. InventorySupply */
  readonly roles: readonly string[];
  /** In the first language of the project that it is given in */
  readonly name: null | string;
  readonly address: null | Address;
  readonly latitude: null | number;
  readonly longitude: null | number;
}

/** Something happened to a channel of the commerce platform, a store or a warehouse. Key: channel id. Landing order means little: compare channelVersion. */
export interface CommerceChannelEvent {
  readonly type: CommerceChannelEventType;
  /** e.g. commercetools */
  readonly platform: string;
  readonly instance: string;
  readonly projectKey: string;
  readonly channelId: string;
  /** Version of the channel after the change; 0 when it is not known */
  readonly channelVersion: number;
  /** Id of the notification it was made from */
  readonly eventId: string;
  /** The platform's own name of the notification, e.g. ResourceUpdated */
  readonly cause: string;
  readonly occurredAt: number;
  /** When the notification was written to Kafka */
  readonly receivedAt: number;
  /** null: it is gone */
  readonly channel: null | ChannelSnapshot;
  /** Key of the channel, also of one that is gone, where the notification says it */
  readonly channelKey: null | string;
}

export type CommerceOrderEventType =
  | 'Unknown'
  | 'OrderConfirmed'
  | 'OrderCancelled'
  | 'OrderDeleted'
  | 'OrderGone'
  | 'OrderAmended'
  | 'OrderPaymentChanged';

/** An amount in minor units. amount / 10^fractionDigits is the value in currency (JPY 0 digits, KWD 3). */
export interface Money {
  /** ISO 4217 */
  readonly currency: string;
  /** Minor units */
  readonly amount: number;
  readonly fractionDigits: number;
}

export type ShippingMode = 'Single' | 'Multiple';

export interface Shipping {
  readonly key: null | string;
  readonly methodKey: null | string;
  readonly methodName: null | string;
  readonly address: null | Address;
  readonly price: null | Money;
  readonly discountedPrice?: null | Money;
  /** JSON text by field name */
  readonly methodCustomFields: Readonly<Record<string, string>>;
  /** JSON text by field name */
  readonly customFields: Readonly<Record<string, string>>;
  /** Names it where goods go to several destinations, the same in each version of the order: the shipping key, else with the address's */
  readonly target?: null | string;
}

export interface ShippingTarget {
  readonly addressKey: string;
  readonly quantity: number;
  readonly shippingKey: null | string;
}

export interface LineItem {
  readonly id: string;
  readonly productId: string;
  readonly sku: null | string;
  /** By locale, e.g. de-DE */
  readonly name: Readonly<Record<string, string>>;
  readonly quantity: number;
  readonly gift: boolean;
  readonly imageUrl: null | string;
  /** List price of one */
  readonly price: null | Money;
  /** Price of one after discounts, where one price holds for the whole line */
  readonly discountedPrice: null | Money;
  readonly totalPrice: null | Money;
  /** JSON text by attribute name */
  readonly attributes: Readonly<Record<string, string>>;
  readonly supplyChannelKey: null | string;
  /** JSON text by field name */
  readonly customFields: Readonly<Record<string, string>>;
  /** Only with several shipping addresses */
  readonly shippingTargets: readonly ShippingTarget[];
  /** 0.19 is 19 % */
  readonly taxRate?: null | number;
  /** Do the prices contain the tax? */
  readonly taxIncluded?: null | boolean;
  /** Pieces by target of the order's shippings; only where goods go to several */
  readonly targetQuantities?: Readonly<Record<string, number>>;
}

export interface SyncInfo {
  readonly channelId: string;
  readonly externalId: null | string;
}

export interface CustomLineItem {
  readonly slug: string;
  /** By locale, e.g. de-DE */
  readonly name: Readonly<Record<string, string>>;
  readonly quantity: number;
  /** Below zero: a discount */
  readonly totalPrice: null | Money;
  /** JSON text by field name */
  readonly customFields: Readonly<Record<string, string>>;
}

export interface TaxPortion {
  readonly name: null | string;
  /** 0.19 is 19 % */
  readonly rate: number;
  readonly amount: null | Money;
}

/** The order as the commerce platform showed it at version. Contains personal data. */
export interface OrderSnapshot {
  readonly id: string;
  readonly version: number;
  readonly orderNumber: null | string;
  readonly createdAt: number;
  readonly completedAt: null | number;
  /** When the platform was asked */
  readonly readAt: number;
  /** Open, Confirmed, Complete, Cancelled or what the platform adds */
  readonly orderState: string;
  readonly paymentState: null | string;
  readonly shipmentState: null | string;
  readonly customerId: null | string;
  readonly customerEmail: null | string;
  readonly locale: null | string;
  readonly country: null | string;
  readonly storeKey: null | string;
  readonly totalPrice: Money;
  readonly shippingMode: ShippingMode;
  /** One entry with shippingMode Single, none for a sale without shipping; with several destinations one for each */
  readonly shippings: readonly Shipping[];
  readonly shippingAddress: null | Address;
  readonly billingAddress: null | Address;
  readonly lineItems: readonly LineItem[];
  readonly customLineItemCount: number;
  readonly customTypeId: null | string;
  /** JSON text by field name */
  readonly customFields: Readonly<Record<string, string>>;
  readonly syncInfo: readonly SyncInfo[];
  readonly deliveryCount: number;
  readonly returnInfoCount: number;
  /** No goods: fees, services, discounts */
  readonly customLineItems?: readonly CustomLineItem[];
  /** Of the whole order, as far as the platform has computed them */
  readonly taxes?: readonly TaxPortion[];
  /** Taken off the total, beside what is off the lines */
  readonly discountOnTotal?: null | Money;
  /** The shipping targets of the lines do not say of every piece where it goes */
  readonly targetsUnclear?: boolean;
}

/** Something happened to an order of the commerce platform. Key: order id. Landing order means little: compare orderVersion. */
export interface CommerceOrderEvent {
  readonly type: CommerceOrderEventType;
  /** e.g. commercetools */
  readonly platform: string;
  readonly instance: string;
  readonly projectKey: string;
  readonly orderId: string;
  /** Version of the order after the change; 0 when it is not known */
  readonly orderVersion: number;
  readonly orderNumber: null | string;
  /** Id of the notification it was made from */
  readonly eventId: string;
  /** The platform's own name of the message, e.g. OrderStateChanged */
  readonly cause: string;
  readonly occurredAt: number;
  /** When the notification was written to Kafka */
  readonly receivedAt: number;
  readonly dataErasure: boolean;
  /** false: read the order from the platform */
  readonly snapshotIncluded: boolean;
  readonly order: null | OrderSnapshot;
}

export type FulfillmentEventType =
  | 'Unknown'
  | 'OrderChanged'
  | 'RoutingPlanChanged'
  | 'PickJobChanged'
  | 'HandoverJobChanged'
  | 'ParcelChanged'
  | 'ReturnChanged'
  | 'RefundTriggered'
  | 'ProcessGone'
  | 'ShipmentChanged'
  | 'PackJobChanged';

export type ProviderOrderStatus = 'UNKNOWN' | 'OPEN' | 'LOCKED' | 'PROMISED' | 'CANCELLED' | 'OBSOLETE';

export type Cancellation = 'NONE' | 'CANCELLED' | 'FORCE_CANCELLED' | 'EXPIRED';

export interface OrderedLine {
  /** The tenant's article id (SKU) */
  readonly articleId: string;
  readonly quantity: number;
}

/** The fulfillment provider's order at version. */
export interface ProviderOrder {
  readonly id: string;
  readonly version: number;
  readonly status: ProviderOrderStatus;
  readonly cancellation: Cancellation;
  readonly cancelReason: null | string;
  readonly lines: readonly OrderedLine[];
}

export type RoutingPlanStatus =
  | 'UNKNOWN'
  | 'ROUTED'
  | 'WAITING'
  | 'NOT_ROUTABLE'
  | 'FALLBACK'
  | 'SPLIT'
  | 'CANCELED'
  | 'OBSOLETE';

export interface RoutingPlan {
  readonly id: string;
  readonly version: number;
  readonly status: RoutingPlanStatus;
  readonly facilityId: null | string;
  readonly pickJobId: null | string;
  readonly parentId: null | string;
  readonly lines: readonly OrderedLine[];
}

export type PickJobStatus =
  | 'UNKNOWN'
  | 'OPEN'
  | 'IN_PROGRESS'
  | 'PAUSED'
  | 'WAITING_FOR_INPUT'
  | 'PICKED'
  | 'CLOSED'
  | 'ABORTED'
  | 'REROUTED'
  | 'REJECTED'
  | 'RESTOWED'
  | 'EXPIRED'
  | 'CANCELED'
  | 'OBSOLETE';

export type Channel = 'UNKNOWN' | 'DELIVERY' | 'COLLECT';

export interface PickLine {
  /** The ordered article; a substitute counts for its original */
  readonly articleId: string;
  readonly quantity: number;
  readonly picked: number;
}

export interface PickJob {
  readonly id: string;
  readonly version: number;
  readonly status: PickJobStatus;
  readonly channel: Channel;
  readonly shortId: null | string;
  readonly facilityId: null | string;
  readonly createdAt: number;
  /** A leg between two facilities, not to the customer */
  readonly internal: boolean;
  readonly routingPlanId: null | string;
  /** Read beside the event; null: not known */
  readonly loadUnitsAmount: null | number;
  readonly lines: readonly PickLine[];
}

export type HandoverJobStatus = 'UNKNOWN' | 'OPEN' | 'WAITING_FOR_INPUT' | 'HANDED_OVER' | 'CANCELED' | 'OBSOLETE';

export interface HandoverLine {
  /** The ordered article; a substitute counts for its original */
  readonly articleId: string;
  readonly quantity: number;
  readonly handedOver: number;
  readonly refused: number;
}

export interface HandoverJob {
  readonly id: string;
  readonly version: number;
  readonly status: HandoverJobStatus;
  readonly channel: Channel;
  readonly createdAt: number;
  readonly pickJobId: null | string;
  readonly facilityId: null | string;
  /** A leg between two facilities, not to the customer */
  readonly internal: boolean;
  readonly cancelReason: null | string;
  readonly shipmentId: null | string;
  readonly parcelId: null | string;
  readonly carrierKey: null | string;
  readonly trackingNumber: null | string;
  readonly lines: readonly HandoverLine[];
}

export type ParcelStatus =
  | 'UNKNOWN'
  | 'OPEN'
  | 'PROCESSING'
  | 'WAITING_FOR_INPUT'
  | 'DONE'
  | 'FAILED'
  | 'CANCELED'
  | 'OBSOLETE';

export interface Parcel {
  readonly id: string;
  readonly version: number;
  readonly status: ParcelStatus;
  readonly shipmentId: null | string;
  readonly pickJobId: null | string;
  readonly carrierKey: null | string;
  readonly trackingNumber: null | string;
  readonly trackingUrl: null | string;
  /** The carrier's state, lower case, e.g. delivered */
  readonly trackingStatus: null | string;
}

export type ReturnStatus = 'UNKNOWN' | 'OPEN' | 'IN_PROGRESS' | 'FINISHED' | 'CANCELED';

export interface ReturnedItem {
  /** One item return of the job */
  readonly returnId: string;
  readonly articleId: string;
  readonly quantity: number;
  readonly facilityId: null | string;
  /** Pieces that have come and were taken back */
  readonly accepted: number;
}

export interface Return {
  readonly id: string;
  readonly version: number;
  readonly status: ReturnStatus;
  readonly items: readonly ReturnedItem[];
}

/** Has neither an id nor a version: returnId and createdAt identify it. */
export interface Refund {
  readonly returnId: string;
  readonly returnJobId: null | string;
  readonly createdAt: number;
  readonly status: null | string;
}

export type ShipmentStatus =
  | 'UNKNOWN'
  | 'INITIAL'
  | 'REQUEST'
  | 'RETRYABLE'
  | 'CONFIRMED'
  | 'COMPLETED'
  | 'CANCELED'
  | 'OBSOLETE';

export interface ShipmentParcel {
  readonly id: string;
  readonly status: ParcelStatus;
  readonly trackingNumber: null | string;
}

export interface Shipment {
  readonly id: string;
  readonly version: number;
  readonly status: ShipmentStatus;
  readonly pickJobId: null | string;
  readonly carrierKey: null | string;
  readonly parcels: readonly ShipmentParcel[];
}

export type PackJobStatus = 'UNKNOWN' | 'OPEN' | 'IN_PROGRESS' | 'PAUSED' | 'CLOSED' | 'CANCELED' | 'OBSOLETE';

export interface PackJob {
  readonly id: string;
  readonly version: number;
  readonly status: PackJobStatus;
  readonly pickJobId: null | string;
  /** A leg between two facilities, not to the customer */
  readonly internal: boolean;
}

/** Something happened at the fulfillment provider. Key: the commerce platform's order id. Exactly one of the nullable parts is set: the entity as it is after the change, to be compared by its version. */
export interface FulfillmentEvent {
  readonly type: FulfillmentEventType;
  /** e.g. fulfillmenttools */
  readonly provider: string;
  readonly instance: string;
  /** Project of the commerce platform */
  readonly projectKey: string;
  /** Order id of the commerce platform */
  readonly orderId: string;
  readonly processId: null | string;
  readonly providerOrderId: null | string;
  readonly tenantOrderId: null | string;
  readonly eventId: string;
  /** The provider's own name of the event */
  readonly cause: string;
  /** Last modification of the entity, else when it was received */
  readonly occurredAt: number;
  readonly receivedAt: number;
  readonly order: null | ProviderOrder;
  readonly routingPlan: null | RoutingPlan;
  readonly pickJob: null | PickJob;
  readonly handoverJob: null | HandoverJob;
  readonly parcel: null | Parcel;
  readonly return: null | Return;
  readonly refund: null | Refund;
  readonly shipment: null | Shipment;
  readonly packJob: null | PackJob;
}

export type FacilityStatus = 'unknown' | 'creating' | 'online' | 'offline';

/** The provider's facility of a channel of the commerce platform. Key: channel id. One writer per partition, compacted, kept for ever. */
export interface FacilityEntry {
  readonly channelId: string;
  /** Version of the channel that was written last */
  readonly channelVersion: number;
  readonly platform: string;
  readonly instance: string;
  readonly projectKey: string;
  readonly provider: string;
  /** Key of the channel as the provider was told last */
  readonly tenantFacilityId: string;
  /** null: an attempt to create it is under way, or what came of it is not known */
  readonly facilityId: null | string;
  readonly status: FacilityStatus;
  /** SHA-256 of what was written last; the same again is not written */
  readonly fingerprint: null | string;
  readonly updatedAt: number;
}

/** Which order a process or a tenant order id belongs to. Key: the process id or the tenant order id. */
export interface OrderLink {
  /** null: looked up and not an order of ours */
  readonly orderId: null | string;
  readonly projectKey: null | string;
  readonly provider: string;
  readonly instance: string;
  readonly processId: null | string;
  readonly tenantOrderId: null | string;
  readonly providerOrderId: null | string;
  readonly linkedAt: number;
}

export type PlacementStatus =
  | 'unknown'
  | 'skipped'
  | 'placing'
  | 'released'
  | 'placed'
  | 'rejected'
  | 'cancelling'
  | 'cancelled'
  | 'cancelRefused'
  | 'gone';

export type PlacementLock = 'none' | 'payment' | 'routing' | 'unlocking' | 'unlocked' | 'unlockRefused';

export type PlacementErasure = 'none' | 'erasing' | 'erased' | 'erasureRefused';

export type AmendmentStatus = 'unknown' | 'none' | 'due' | 'amending' | 'amended' | 'amendRefused';

export interface AmendmentPart {
  /** address, lines or delivery */
  readonly part: string;
  /** Mark of what the provider was told; null: not known. 20 bits: too short to tell what it was made of */
  readonly shown: null | string;
  /** Mark of what was compared last */
  readonly judged: null | string;
  /** Why the provider has it otherwise; null: it has not */
  readonly reason: null | string;
}

/** What became of changes of the order after it was sent */
export interface Amendment {
  /** due: it is not certain what was sent; amendRefused: a part of the order is not as the platform has it */
  readonly status: AmendmentStatus;
  /** Version of the newest order that was sent or compared */
  readonly orderVersion: number;
  readonly parts: readonly AmendmentPart[];
}

export interface Placement {
  /** order, or the shipping key with several shipping addresses */
  readonly target: string;
  readonly provider: string;
  readonly status: PlacementStatus;
  /** Why skipped, rejected or refused */
  readonly reason: null | string;
  /** 1-based; grows with every intent to send */
  readonly attempt: number;
  /** An earlier attempt may have been accepted without our knowing */
  readonly uncertain: boolean;
  /** Process that wrote the entry */
  readonly member: null | string;
  /** Fixed at the first attempt */
  readonly tenantOrderId: null | string;
  readonly providerOrderId: null | string;
  readonly processId: null | string;
  readonly collect: boolean;
  readonly lines: readonly OrderedLine[];
  readonly orderVersion: number;
  readonly placedAt: null | number;
  readonly redriveId: null | string;
  /** Of a target: version of the order at which its lock was judged last */
  readonly judgedVersion?: number;
  /** Was it placed locked? payment: until the payment state allows more; routing: until a person unlocks it */
  readonly lock: PlacementLock;
  /** Was the provider told to make its process anonymous, after a deletion with data erasure? */
  readonly erasure: PlacementErasure;
  /** null: placed before this was kept, or nothing is known of what was sent */
  readonly amendment: null | Amendment;
}

/** What was done about an order of the commerce platform. Key: its id. One writer per partition, compacted, kept for ever. */
export interface LedgerEntry {
  readonly orderId: string;
  readonly orderNumber: null | string;
  readonly platform: string;
  readonly instance: string;
  readonly projectKey: string;
  /** Version of the order that the last decision was made on */
  readonly orderVersion: number;
  /** Version of the last cancel or deletion that was seen */
  readonly cancelVersion: null | number;
  readonly updatedAt: number;
  readonly placements: readonly Placement[];
}

/** From the ledger */
export interface CurrentPlacement {
  readonly providerOrderId: string;
  readonly processId: null | string;
  readonly tenantOrderId: null | string;
  readonly collect: boolean;
  readonly attempt: number;
  readonly lines: readonly OrderedLine[];
  /** order, or the shipping key with several shipping addresses */
  readonly target: string;
}

/** Everything known of one process of the provider */
export interface ProcessState {
  readonly processId: string;
  readonly order: null | ProviderOrder;
  readonly routingPlans: readonly RoutingPlan[];
  readonly pickJobs: readonly PickJob[];
  readonly handoverJobs: readonly HandoverJob[];
  readonly parcels: readonly Parcel[];
  readonly returns: readonly Return[];
  readonly refunds: readonly Refund[];
  readonly gone: boolean;
  readonly shipments: readonly Shipment[];
  readonly packJobs: readonly PackJob[];
}

/** What the last successful update left in the platform's order */
export interface WrittenStatus {
  /** null: never written by us */
  readonly shipmentState: null | string;
  readonly providerOrderId: null | string;
  readonly pickJobId: null | string;
  readonly shortId: null | string;
  readonly facilityId: null | string;
  readonly loadUnitsAmount: null | number;
  readonly handoverJobId: null | string;
  /** Tracking of the parcels, as JSON */
  readonly parcels: null | string;
  /** All jobs, as JSON */
  readonly jobs: null | string;
}

export interface PlatformLine {
  /** Line item id */
  readonly id: string;
  /** As the provider was given it: the SKU, else the product id */
  readonly articleId: string;
  readonly quantity: number;
}

export interface LineQuantity {
  readonly lineId: string;
  readonly quantity: number;
}

export interface PlatformParcel {
  readonly key: string;
  readonly carrier: null | string;
  readonly trackingNumber: null | string;
  readonly trackingUrl: null | string;
  /** It has a custom Type that is not ours: the tracking URL has no place */
  readonly foreignType: boolean;
  readonly items: readonly LineQuantity[];
}

export interface PlatformDelivery {
  readonly key: string;
  readonly items: readonly LineQuantity[];
  readonly parcels: readonly PlatformParcel[];
}

export interface PlatformReturnItem {
  readonly trackingId: string;
  readonly id: string;
  readonly lineId: string;
  readonly quantity: number;
  readonly shipmentState: string;
}

/** What the platform's order holds beside its state and fields, as far as writing it needs to know. Deliveries and parcels without a key, and returns without a tracking id, are somebody else's and left out. */
export interface OrderParts {
  readonly lines: readonly PlatformLine[];
  /** Where deliveries can be added: empty text with shippingMode Single, none for a sale without shipping */
  readonly shippingKeys: readonly string[];
  readonly deliveries: readonly PlatformDelivery[];
  readonly returns: readonly PlatformReturnItem[];
  readonly syncInfo: readonly SyncInfo[];
}

/** The platform's order as the last read or update showed it; the version holds only together with the rest */
export interface PlatformStatus {
  readonly version: number;
  readonly shipmentState: null | string;
  readonly customTypeId: null | string;
  readonly gone: boolean;
  /** null: not known, read the order before one of them is written */
  readonly parts: null | OrderParts;
}

/** A part of an update that the platform refused for good when it came alone */
export interface RefusedGroup {
  /** state, fields, deliveries, returns or syncInfo */
  readonly group: string;
  /** What was refused, as JSON: the same is not sent again by itself */
  readonly value: string;
  /** The platform's code */
  readonly code: string;
}

/** A target of a divided order of whose latest attempt no order at the provider is known */
export interface UnplacedTarget {
  readonly target: string;
  readonly attempt: number;
  /** Skipped or rejected: it is no longer waited for. Another attempt may still place it */
  readonly ended: boolean;
}

/** The folded state of one order: what the provider said, what was written to the commerce platform. Key: order id. */
export interface OrderFulfillmentState {
  readonly orderId: string;
  readonly orderNumber: null | string;
  readonly projectKey: string;
  readonly updatedAt: number;
  /** The order at the provider that counts; of a divided order that of the first target */
  readonly placement: null | CurrentPlacement;
  readonly processes: readonly ProcessState[];
  readonly written: null | WrittenStatus;
  readonly platform: null | PlatformStatus;
  /** How often a state was lowered on purpose */
  readonly reopened: number;
  /** At most one of each group; gone when the group is accepted */
  readonly refused: readonly RefusedGroup[];
  /** The latest redrives of this order's messages: each makes refused parts be tried once */
  readonly redriveIds: readonly string[];
  /** Of an order that was divided: the latest placement of each target, by target; placement is the first of them. Else empty */
  readonly targets?: readonly CurrentPlacement[];
  /** By target. While one has not ended the order is not complete */
  readonly unplaced?: readonly UnplacedTarget[];
}
