/** The parts of commercetools documents that the simulator looks into; everything else is kept as it came. */

export type Fields = Record<string, unknown>;

export interface Reference {
  readonly typeId: string;
  readonly id: string;
  readonly obj?: unknown;
}

/** Who made a change: an API client, or a user of the Merchant Center. */
export interface Actor {
  readonly clientId?: string;
  readonly user?: Reference;
  readonly isPlatformClient: boolean;
}

export interface Resource {
  readonly id: string;
  readonly version: number;
  readonly createdAt: string;
  readonly lastModifiedAt: string;
  readonly createdBy?: Actor;
  readonly lastModifiedBy?: Actor;
}

export interface KeyedResource extends Resource {
  readonly key?: string;
  readonly [field: string]: unknown;
}

export interface Parcel {
  readonly id: string;
  readonly key?: string;
  readonly createdAt: string;
  readonly trackingData?: unknown;
  readonly custom?: CustomFields;
  readonly [field: string]: unknown;
}

export interface Delivery {
  readonly id: string;
  readonly key?: string;
  readonly createdAt: string;
  readonly items: readonly DeliveryItem[];
  readonly parcels: readonly Parcel[];
  readonly custom?: CustomFields;
  readonly [field: string]: unknown;
}

export interface DeliveryItem {
  readonly id: string;
  readonly quantity: number;
}

export interface ShippingInfo {
  readonly deliveries?: readonly Delivery[];
  readonly [field: string]: unknown;
}

/** One entry of `shipping[]`, used when `shippingMode` is Multiple. */
export interface Shipping {
  readonly shippingKey: string;
  readonly shippingInfo?: ShippingInfo;
  readonly [field: string]: unknown;
}

export interface CustomFields {
  readonly type: Reference;
  readonly fields: Fields;
}

export interface SyncInfo {
  readonly channel: Reference;
  readonly externalId?: string;
  readonly syncedAt: string;
}

/** A line item or a custom line item. */
export interface LineItem {
  readonly id: string;
  readonly key?: string;
  readonly quantity?: number;
  readonly state?: readonly ItemState[];
  readonly [field: string]: unknown;
}

/** How many of a line item are in which State. */
export interface ItemState {
  readonly quantity: number;
  readonly state: Reference;
}

export interface ReturnInfo {
  readonly items: readonly ReturnItem[];
  readonly [field: string]: unknown;
}

export interface ReturnItem {
  readonly id: string;
  readonly shipmentState: string;
  readonly paymentState: string;
  readonly [field: string]: unknown;
}

export interface Order extends Resource {
  readonly orderNumber?: string;
  readonly orderState: string;
  readonly shipmentState?: string;
  readonly paymentState?: string;
  readonly shippingMode: string;
  readonly shippingInfo?: ShippingInfo;
  readonly shipping: readonly Shipping[];
  readonly shippingAddress?: unknown;
  readonly custom?: CustomFields;
  readonly lineItems: readonly LineItem[];
  readonly customLineItems: readonly LineItem[];
  readonly syncInfo: readonly SyncInfo[];
  readonly returnInfo?: readonly ReturnInfo[];
  readonly state?: Reference;
  readonly store?: { readonly typeId: string; readonly key: string };
  readonly paymentInfo?: { readonly payments: readonly Reference[] };
  readonly [field: string]: unknown;
}

export interface FieldType {
  readonly name: string;
  readonly values?: readonly { readonly key: string }[];
  readonly elementType?: FieldType;
  readonly referenceTypeId?: string;
}

export interface FieldDefinition {
  readonly name: string;
  readonly type: FieldType;
  readonly required: boolean;
  readonly [field: string]: unknown;
}

/** Any JSON under a container and a key. */
export interface CustomObject extends Resource {
  readonly container: string;
  readonly key: string;
  readonly value: unknown;
}

/** A custom Type: which fields a resource may carry under `custom`. */
export interface CustomType extends KeyedResource {
  readonly key: string;
  readonly resourceTypeIds: readonly string[];
  readonly fieldDefinitions: readonly FieldDefinition[];
}

/** A State of a custom workflow; without `transitions` it may be followed by any. */
export interface WorkflowState extends KeyedResource {
  readonly type: string;
  readonly transitions?: readonly Reference[];
}
