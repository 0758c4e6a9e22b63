/**
 * The entities as the REST API and the webhooks show them (facts: OpenAPI of 2026-08-21). They are never changed in
 * place: a change replaces the entity, so an event keeps showing what was true when it was emitted.
 */
export interface Versioned {
  readonly id: string;
  readonly version: number;
  readonly created: string;
  readonly lastModified: string;
}

export type Attributes = Readonly<Record<string, unknown>>;

export interface Article {
  readonly tenantArticleId: string;
  readonly title: string;
  readonly [field: string]: unknown;
}

export interface OrderLine {
  readonly id: string;
  readonly article: Article;
  readonly quantity: number;
  readonly customAttributes?: Attributes;
  readonly tags?: readonly TagReference[];
}

export interface TagReference {
  readonly id: string;
  readonly value: string;
}

export interface Tag extends Versioned {
  readonly allowedValues: readonly string[];
}

export interface FacilityPointer {
  readonly facilityRef?: string;
  readonly tenantFacilityId?: string;
}

export interface DeliveryPreferences {
  readonly collect?: readonly (FacilityPointer & { readonly paid?: boolean; readonly provisioningTime?: string })[];
  readonly shipping?: {
    readonly preselectedFacilities?: readonly FacilityPointer[];
    readonly preferredCarriers?: readonly string[];
    readonly serviceLevel?: string;
  };
  readonly targetTime?: string;
}

export type OrderStatus = 'OPEN' | 'CANCELLED' | 'PROMISED' | 'LOCKED' | 'OBSOLETE';

export interface OrderForCreation {
  readonly orderDate: string;
  readonly consumer: FacilityPointer & {
    readonly consumerId?: string;
    readonly addresses?: readonly ConsumerAddress[];
  };
  readonly orderLineItems: readonly Omit<OrderLine, 'id'>[];
  readonly tenantOrderId?: string;
  readonly status?: OrderStatus;
  readonly deliveryPreferences?: DeliveryPreferences;
  readonly customAttributes?: Attributes;
  readonly stickers?: readonly object[];
  readonly tags?: readonly TagReference[];
  readonly promisesOptions?: { readonly validUntil: string };
}

export interface ConsumerAddress {
  readonly addressType?: string;
  readonly [field: string]: unknown;
}

export interface Order extends Omit<OrderForCreation, 'orderLineItems' | 'status'>, Versioned {
  readonly status: OrderStatus;
  readonly processId: string;
  readonly orderLineItems: readonly OrderLine[];
  readonly cancelationReason?: object;
  readonly updateDetails?: readonly object[];
  readonly anonymized?: boolean;
  readonly workflowInformation: typeof noWorkflow;
}

export const noWorkflow = { isAvailable: false } as const;

export interface Facility extends Versioned {
  readonly tenantFacilityId?: string;
  readonly name: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

/** Goods of another article that were taken for those of a line; they count in pieces of their own. */
export interface SubstituteLine {
  readonly id: string;
  readonly article: Article;
  readonly quantity: number;
  readonly picked?: number;
  readonly handedOverQuantity?: number;
}

export interface PickLine {
  readonly id: string;
  readonly article: Article;
  readonly quantity: number;
  readonly picked: number;
  readonly status: 'OPEN' | 'IN_PROGRESS' | 'CLOSED';
  readonly originId: string;
  readonly substituteLineItems?: readonly SubstituteLine[];
  readonly customAttributes?: Attributes;
}

/** Marks work of a leg between two facilities: SUPPLIER is the sending side, RECEIVER the other. */
export interface OperativeTransfer {
  readonly id: string;
  readonly type: 'SUPPLIER' | 'RECEIVER';
}

export type PickJobStatus =
  | ('OPEN' | 'IN_PROGRESS' | 'PAUSED' | 'WAITING_FOR_INPUT' | 'PICKED' | 'CLOSED')
  | ('ABORTED' | 'REROUTED' | 'REJECTED' | 'RESTOWED' | 'EXPIRED' | 'CANCELED' | 'OBSOLETE');

export interface PickJob extends Versioned {
  readonly orderRef: string;
  readonly tenantOrderId?: string;
  readonly processId: string;
  readonly facilityRef: string;
  readonly shortId: string;
  readonly status: PickJobStatus;
  readonly pickLineItems: readonly PickLine[];
  /** Goods that are still on their way from another facility. */
  readonly expectedPickLineItems?: readonly object[];
  readonly transfers?: readonly OperativeTransfer[];
  readonly customAttributes?: Attributes;
  readonly [field: string]: unknown;
}

export interface PackLine {
  readonly id: string;
  readonly article: Article;
  readonly quantity: number;
  readonly packed: number;
}

export interface PackJob extends Versioned {
  readonly orderRef: string;
  readonly processId: string;
  readonly pickJobRef: string;
  readonly facilityRef: string;
  readonly status: 'OPEN' | 'IN_PROGRESS' | 'PAUSED' | 'CLOSED' | 'CANCELED' | 'OBSOLETE';
  readonly lineItems: readonly PackLine[];
  readonly [field: string]: unknown;
}

export interface LoadUnit extends Versioned {
  readonly status: 'AVAILABLE' | 'OBSOLETE';
  readonly pickJobRefs: readonly string[];
  readonly facilityRef: string;
  readonly [field: string]: unknown;
}

export interface Parcel extends Versioned {
  readonly processRef: string;
  readonly shipmentRef: string;
  readonly status: string;
  readonly result?: { readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export interface Shipment extends Versioned {
  readonly processId: string;
  readonly pickJobRef: string;
  readonly status: string;
  readonly carrierKey: string;
  readonly parcels: readonly object[];
  readonly [field: string]: unknown;
}

export interface HandoverLine {
  readonly id: string;
  readonly article: Article;
  readonly quantity: number;
  readonly handedOverQuantity: number;
  readonly refused?: readonly { readonly quantity: number; readonly reason: string }[];
  readonly substituteLineItems?: readonly SubstituteLine[];
  readonly status: 'OPEN' | 'CLOSED';
}

/** Deliberately without any reference to the order: only process, pick job and tenantOrderId lead back to it. */
export interface HandoverJob extends Versioned {
  readonly tenantOrderId?: string;
  readonly processId: string;
  /** Goods that came from another facility were picked there, for another handover. */
  readonly pickJobRef?: string;
  readonly facilityRef: string;
  readonly channel: 'DELIVERY' | 'COLLECT';
  readonly status: 'OPEN' | 'WAITING_FOR_INPUT' | 'HANDED_OVER' | 'CANCELED' | 'OBSOLETE';
  readonly handoverJobLineItems: readonly HandoverLine[];
  /** Goods that are still on their way from another facility. */
  readonly expectedHandoverJobLineItems?: readonly object[];
  readonly transfers?: readonly OperativeTransfer[];
  readonly [field: string]: unknown;
}

export interface RoutingPlan extends Versioned {
  readonly orderRef: string;
  readonly processId: string;
  /** Absent until a facility is found. */
  readonly facilityRef?: string;
  readonly pickJobRef?: string;
  readonly status: string;
  readonly orderLineItems: readonly OrderLine[];
  readonly successorRerouteRoutingPlanRefs: readonly string[];
  readonly [field: string]: unknown;
}

export interface ReturnedLine {
  readonly id: string;
  readonly tenantArticleId: string;
  readonly status: 'OPEN' | 'IN_PROGRESS' | 'WAITING_FOR_INPUT' | 'REJECTED' | 'ACCEPTED' | 'CANCELED';
  readonly itemReturnJobLineItemRefs: readonly string[];
  readonly refund?: { readonly status: 'OPEN' | 'IN_PROGRESS' | 'CLOSED' };
  readonly [field: string]: unknown;
}

export interface ItemReturn {
  readonly id: string;
  readonly status: string;
  readonly returnFacilityRef: string;
  readonly returnedLineItems: readonly ReturnedLine[];
  readonly [field: string]: unknown;
}

export interface ItemReturnJob extends Versioned {
  readonly processRef: string;
  readonly status: 'OPEN' | 'IN_PROGRESS' | 'FINISHED' | 'CANCELED';
  readonly originFacilityRefs: readonly string[];
  readonly itemReturns: readonly ItemReturn[];
  readonly [field: string]: unknown;
}

/** One per order; carries the reference of everything that belongs to it. */
export interface Process extends Versioned {
  readonly orderRef: string;
  readonly tenantOrderId?: string;
  readonly facilityRefs: readonly string[];
  readonly routingPlanRefs: readonly string[];
  readonly pickJobRefs: readonly string[];
  readonly packJobRefs: readonly string[];
  readonly shipmentRefs: readonly string[];
  readonly handoverJobRefs: readonly string[];
  /** So called by the vendor, unlike the other lists. */
  readonly itemReturnJobsRef: readonly string[];
  readonly [field: string]: unknown;
}

export interface Subscription {
  readonly id: string;
  readonly name: string;
  readonly event: string;
  readonly created: string;
  readonly lastModified: string;
  readonly version: number;
  readonly target?: { readonly type: 'WEBHOOK'; readonly callbackUrl: string; readonly headers?: readonly Header[] };
  readonly callbackUrl?: string;
  readonly headers?: readonly Header[];
  readonly contexts?: readonly { readonly type: 'FACILITY' | 'FACILITY_GROUP'; readonly values: readonly string[] }[];
}

export interface Header {
  readonly key: string;
  readonly value: string;
}
