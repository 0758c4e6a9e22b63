/** What the mapping decided or left out. It names fields and keys, never the consumer's data. */
export interface MappingNote {
  /** `warning`: something of the order is not in what was made of it. */
  readonly kind: 'reason' | 'warning';
  /** Where in the fulfillment order, e.g. `orderLineItems.0.article.weight`. */
  readonly field: string;
  readonly text: string;
}

export type TakeNote = (note: MappingNote) => void;
