import { createHash } from 'node:crypto';

/** Categories of article attributes (the vendor's OpenAPI of 2026-08-21, `ArticleAttributeItem`). */
export const attributeCategories = [
  ...(['descriptive', 'miscellaneous', 'pickingSequence', 'customs', 'insurance', 'shop', 'dimensions'] as const),
  ...([
    'carrierService',
    'salesPrice',
    'basePrice',
    'tax',
    'discount',
    'surcharge',
    'subtotalBeforeDiscounts',
  ] as const),
  ...(['subtotalAfterDiscounts', 'finalUnitPrice', 'finalLineItemPrice'] as const),
] as const;
export type AttributeCategory = (typeof attributeCategories)[number];

export interface StickerRule {
  /** Text of the field that asks for the sticker. null: any that is neither blank nor false. (Default: null) */
  readonly when: string | null;
  /** By locale with an underscore, e.g. de_DE; at most 14 characters each. */
  readonly nameLocalized: Readonly<Record<string, string>>;
  /** 1 to 10000. */
  readonly priority: number;
  /** e.g. #19b6b5 */
  readonly color: string | null;
}

/** What a shop can decide about the content of its fulfillment orders, as data. All of it is optional in pipeline.yaml. */
export interface MappingConfig {
  /** Written on every order: which mapping made it. */
  readonly version: string;
  /** Tried in this order for titles and localized attributes, after the order's own locale and its language. */
  readonly locales: readonly string[];
  readonly attributes: {
    /** By name of the product attribute; others are `miscellaneous`. */
    readonly categories: Readonly<Record<string, AttributeCategory>>;
    /** Product attributes that are not sent. */
    readonly exclude: readonly string[];
    /** Also nested attributes, as `outer.inner`. */
    readonly structured: boolean;
    /** Product attributes whose values (of an enum the key) identify the article when it is scanned. */
    readonly scannableCodes: readonly string[];
    readonly weight: { readonly attribute: string; readonly unit: 'g' | 'kg' } | null;
    /** Product attribute with the key of the measurement unit. */
    readonly measurementUnit: string | null;
    /** List price, final prices, discount and tax rate of each line as attributes of its article. */
    readonly prices: boolean;
  };
  readonly lines: {
    /** Tag id by custom field of the line. */
    readonly tags: Readonly<Record<string, string>>;
    /** Custom fields of the line that become custom attributes. */
    readonly customAttributes: readonly string[];
    /** Tag that gift lines carry with the value `gift`. */
    readonly giftTag: string | null;
    /** Custom field: lines with the same text in it are one bundle, picked in one facility. */
    readonly bundleField: string | null;
  };
  readonly order: {
    /** Custom fields of the order that become custom attributes. */
    readonly customAttributes: readonly string[];
    /** Sticker by custom field of the order; the field's name is the sticker's key. */
    readonly stickers: Readonly<Record<string, StickerRule>>;
    /** Custom field with the time when the result is expected. */
    readonly targetTimeField: string | null;
    /** Custom attribute that says whether the order is paid; what is collected says so in any case. */
    readonly paidAttribute: string | null;
    /** Says by `statusReasons` why an order is LOCKED. */
    readonly lockReason: boolean;
  };
  /** Facilities to prefer for shipping, beside those that the routing names for the store. */
  readonly facilities: {
    /** The key of the order's store is the facility's tenantFacilityId. */
    readonly fromStore: boolean;
    /** So are the keys of the lines' supply channels. */
    readonly fromSupplyChannels: boolean;
  };
  /** Custom field of the shipping address that marks a parcel locker; its text (a customer number) goes along. */
  readonly parcelLockerField: string | null;
  /** By country: sent in the place of the postal code, which fulfillmenttools demands, of an address that has none. */
  readonly postalCodePlaceholders: Readonly<Record<string, string>>;
  /** Tenant's id of the custom service by slug of the custom line item that asks for it; it applies to all articles. */
  readonly customServices: Readonly<Record<string, string>>;
  /** Discounts, fees (shipping, custom line items) and taxes of the order as `pricing`, which is Alpha at the vendor. */
  readonly pricing: boolean;
}

/** Of the rules in this folder: raised when the same order and configuration make another fulfillment order. */
export const MAPPING_VERSION = '1';

/** What was mapped before anything could be configured. */
export const defaultMappingConfig: MappingConfig = {
  version: MAPPING_VERSION,
  locales: ['en'],
  attributes: {
    categories: {},
    exclude: [],
    structured: false,
    scannableCodes: [],
    weight: null,
    measurementUnit: null,
    prices: false,
  },
  lines: { tags: {}, customAttributes: [], giftTag: null, bundleField: null },
  order: { customAttributes: [], stickers: {}, targetTimeField: null, paidAttribute: null, lockReason: false },
  facilities: { fromStore: false, fromSupplyChannels: false },
  parcelLockerField: null,
  postalCodePlaceholders: {},
  customServices: {},
  pricing: false,
};

/** The version of a configuration that is not the default's: the rules' and a fingerprint of all that was configured. */
export function toMappingVersion(configured: unknown): string {
  return `${MAPPING_VERSION}-${createHash('sha256').update(JSON.stringify(configured)).digest('hex').slice(0, 8)}`;
}
