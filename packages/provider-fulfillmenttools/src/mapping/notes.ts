/** Kinds of what an order has and its fulfillment order has not, or otherwise. Closed: each is a label of a metric. */
export const warningCodes = [
  ...(['address-incomplete', 'email-invalid', 'sku-missing', 'name-missing', 'line-without-quantity'] as const),
  ...(['attribute-without-text', 'field-without-text', 'weight-invalid', 'time-invalid', 'currency-unknown'] as const),
  ...(['custom-line-item', 'bundle-of-one', 'attribute-reserved', 'attributes-full', 'too-many'] as const),
] as const;
export type WarningCode = (typeof warningCodes)[number];

interface Note {
  /** Where in the fulfillment order, e.g. `orderLineItems.0.article.weight`. */
  readonly field: string;
  /** Names fields and keys, of which a shop may have made something of an order: for who looks at this order. */
  readonly text: string;
}

/** What the mapping decided, or left out: `warning`. Neither names the consumer. */
export type MappingNote =
  | (Note & { readonly kind: 'reason' })
  | (Note & { readonly kind: 'warning'; readonly code: WarningCode });

export type TakeNote = (note: MappingNote) => void;
