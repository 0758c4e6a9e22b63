import type { AttributeCategory } from './mappingConfig.ts';

/** What we send to `POST /api/orders`: the part of fulfillmenttools' OrderForCreation that we use. */
export interface OrderForCreation {
  readonly tenantOrderId: string;
  /** ISO 8601, UTC. */
  readonly orderDate: string;
  /** LOCKED holds the order until it is unlocked; absent means OPEN. */
  readonly status?: 'LOCKED';
  readonly statusReasons?: readonly { readonly status: 'LOCKED'; readonly reason: string }[];
  readonly consumer: Consumer;
  readonly orderLineItems: readonly OrderLine[];
  readonly paymentInfo?: { readonly currency: string };
  readonly deliveryPreferences: DeliveryPreferences;
  readonly customServices?: readonly CustomService[];
  /** Alpha at the vendor. */
  readonly pricing?: Pricing;
  readonly stickers?: readonly Sticker[];
  readonly customAttributes: {
    readonly commercetoolsOrderId: string;
    readonly commercetoolsProjectKey: string;
    /** Which mapping made the order. */
    readonly commercetoolsMappingVersion: string;
  } & Readonly<Record<string, unknown>>;
  /** Refused when empty. */
  readonly tags?: readonly Tag[];
}

export interface Consumer {
  readonly consumerId?: string;
  /** Deprecated by the vendor in favour of the addresses; only for an order that carries no address. */
  readonly email?: string;
  readonly addresses?: readonly ConsumerAddress[];
}

/** No field may be an empty string; line breaks are refused in most of them. */
export interface ConsumerAddress {
  readonly addressType: 'POSTAL_ADDRESS' | 'PARCEL_LOCKER' | 'INVOICE_ADDRESS';
  readonly street: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
  readonly houseNumber?: string;
  readonly province?: string;
  readonly additionalAddressInfo?: string;
  readonly companyName?: string;
  readonly salutation?: string;
  readonly personalTitle?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly phoneNumbers?: readonly { readonly type: 'MOBILE' | 'PHONE'; readonly value: string }[];
}

export interface OrderLine {
  readonly article: Article;
  readonly quantity: number;
  readonly scannableCodes?: readonly string[];
  readonly measurementUnitKey?: string;
  readonly tags?: readonly Tag[];
  readonly customAttributes: { readonly commercetoolsLineItemId: string } & Readonly<Record<string, unknown>>;
}

export interface Article {
  readonly tenantArticleId: string;
  readonly title: string;
  /** By locale with an underscore, e.g. de_DE. */
  readonly titleLocalized?: Readonly<Record<string, string>>;
  readonly imageUrl?: string;
  /** Grams. */
  readonly weight?: number;
  readonly attributes?: readonly ArticleAttribute[];
}

export interface ArticleAttribute {
  readonly key: string;
  readonly value: string;
  readonly category: AttributeCategory;
}

export interface DeliveryPreferences {
  readonly collect?: readonly [{ readonly tenantFacilityId: string; readonly paid: boolean }];
  readonly shipping?: {
    readonly serviceLevel?: 'DELIVERY' | 'SAMEDAY';
    readonly preferredCarriers?: readonly string[];
    readonly preselectedFacilities?: readonly { readonly tenantFacilityId: string }[];
  };
  /** When the result is expected: ISO 8601, UTC. */
  readonly targetTime?: string;
}

export interface CustomService {
  readonly customServiceDefinition: { readonly isBundled: true } | { readonly tenantCustomServiceId: string };
  readonly articleItems: readonly ArticleItem[];
  readonly customServiceItems: readonly [];
}

export interface ArticleItem {
  readonly tenantArticleRef: string;
  readonly quantity: number;
}

export interface MonetaryValue {
  /** Minor units. */
  readonly value: number;
  /** ISO 4217, of the vendor's list. */
  readonly currency: string;
  readonly decimalPlaces: number;
}

export interface Pricing {
  readonly discounts?: readonly { readonly name?: string; readonly type: 'ABSOLUTE'; readonly value: MonetaryValue }[];
  readonly fees?: readonly { readonly name?: string; readonly value: MonetaryValue }[];
  readonly taxes?: readonly { readonly type?: string; readonly ratePercent?: number; readonly value: MonetaryValue }[];
}

export interface Sticker {
  readonly key: string;
  /** By locale with an underscore. */
  readonly nameLocalized: Readonly<Record<string, string>>;
  readonly priority: number;
  readonly color?: string;
}

export interface Tag {
  readonly id: string;
  readonly value: string;
}
