import type { LineItem } from '@pipeline/schemas/types';

/**
 * The article of a line item as the provider knows it: its SKU, else (none, or blank) its product. One rule for the order
 * that is placed, for the ledger and for deliveries: what left is found among what was ordered by it.
 */
export const articleIdOf = ({ sku, productId }: Pick<LineItem, 'sku' | 'productId'>): string =>
  sku !== null && sku.trim() !== '' ? sku : productId;

/** What a ledger entry keeps of the ordered lines, to be compared with what leaves. */
export const toOrderedLines = (lines: readonly Pick<LineItem, 'sku' | 'productId' | 'quantity'>[]) =>
  lines.map((line) => ({ articleId: articleIdOf(line), quantity: line.quantity }));
