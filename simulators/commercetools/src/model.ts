/** The parts of commercetools documents that the simulator looks into; everything else is kept as it came. */

export type Fields = Record<string, unknown>;

export interface Reference {
  readonly typeId: string;
  readonly id: string;
  readonly obj?: unknown;
}

export interface Actor {
  readonly clientId: string;
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
  readonly [field: string]: unknown;
}

export interface Delivery {
  readonly id: string;
  readonly key?: string;
  readonly createdAt: string;
  readonly items: readonly DeliveryItem[];
  readonly parcels: readonly Parcel[];
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
  readonly lineItems: readonly { readonly id: string }[];
  readonly customLineItems: readonly { readonly id: string }[];
  readonly syncInfo: readonly SyncInfo[];
  readonly returnInfo?: readonly unknown[];
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

/** A custom Type: which fields a resource may carry under `custom`. */
export interface CustomType extends KeyedResource {
  readonly key: string;
  readonly resourceTypeIds: readonly string[];
  readonly fieldDefinitions: readonly FieldDefinition[];
}
