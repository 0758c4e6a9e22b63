/** What we send to `POST /api/orders`: the part of fulfillmenttools' OrderForCreation that we use. */
export interface OrderForCreation {
  readonly tenantOrderId: string;
  /** ISO 8601, UTC. */
  readonly orderDate: string;
  /** LOCKED holds the order until it is unlocked; absent means OPEN. */
  readonly status?: 'LOCKED';
  readonly consumer: Consumer;
  readonly orderLineItems: readonly OrderLine[];
  readonly paymentInfo?: { readonly currency: string };
  readonly deliveryPreferences: DeliveryPreferences;
  readonly customAttributes: { readonly commercetoolsOrderId: string; readonly commercetoolsProjectKey: string };
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
  readonly addressType: 'POSTAL_ADDRESS' | 'INVOICE_ADDRESS';
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
  readonly customAttributes: { readonly commercetoolsLineItemId: string };
}

export interface Article {
  readonly tenantArticleId: string;
  readonly title: string;
  /** By locale with an underscore, e.g. de_DE. */
  readonly titleLocalized?: Readonly<Record<string, string>>;
  readonly imageUrl?: string;
  readonly attributes?: readonly ArticleAttribute[];
}

export interface ArticleAttribute {
  readonly key: string;
  readonly value: string;
  readonly category: 'miscellaneous';
}

export interface DeliveryPreferences {
  readonly collect?: readonly [{ readonly tenantFacilityId: string; readonly paid: boolean }];
  readonly shipping?: {
    readonly serviceLevel?: 'DELIVERY' | 'SAMEDAY';
    readonly preferredCarriers?: readonly string[];
    readonly preselectedFacilities?: readonly { readonly tenantFacilityId: string }[];
  };
}

export interface Tag {
  readonly id: string;
  readonly value: string;
}
