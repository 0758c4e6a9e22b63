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
  readonly tags?: readonly object[];
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
  readonly workflowInformation: typeof noWorkflow;
}

export const noWorkflow = { isAvailable: false } as const;

export interface Facility extends Versioned {
  readonly tenantFacilityId?: string;
  readonly name: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

export interface PickLine {
  readonly id: string;
  readonly article: Article;
  readonly quantity: number;
  readonly picked: number;
  readonly status: 'OPEN' | 'IN_PROGRESS' | 'CLOSED';
  readonly originId: string;
  readonly customAttributes?: Attributes;
}

export interface PickJob extends Versioned {
  readonly orderRef: string;
  readonly tenantOrderId?: string;
  readonly processId: string;
  readonly facilityRef: string;
  readonly shortId: string;
  readonly status: 'OPEN' | 'IN_PROGRESS' | 'CLOSED' | 'CANCELED';
  readonly pickLineItems: readonly PickLine[];
  readonly customAttributes?: Attributes;
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
  readonly status: 'OPEN' | 'HANDED_OVER';
}

/** Deliberately without any reference to the order: only process, pick job and tenantOrderId lead back to it. */
export interface HandoverJob extends Versioned {
  readonly tenantOrderId?: string;
  readonly processId: string;
  readonly pickJobRef: string;
  readonly facilityRef: string;
  readonly channel: 'DELIVERY' | 'COLLECT';
  readonly status: 'OPEN' | 'HANDED_OVER' | 'CANCELED';
  readonly handoverJobLineItems: readonly HandoverLine[];
  readonly [field: string]: unknown;
}

export interface RoutingPlan extends Versioned {
  readonly orderRef: string;
  readonly processId: string;
  readonly facilityRef: string;
  readonly status: string;
  readonly [field: string]: unknown;
}

/** One per order; carries the reference of everything that belongs to it. */
export interface Process extends Versioned {
  readonly orderRef: string;
  readonly tenantOrderId?: string;
  readonly facilityRefs: readonly string[];
  readonly routingPlanRefs: readonly string[];
  readonly pickJobRefs: readonly string[];
  readonly shipmentRefs: readonly string[];
  readonly handoverJobRefs: readonly string[];
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
