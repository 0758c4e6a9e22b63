/** Orders of the stand-in that lists: made of their number, each time anew. */

export const firstCreatedAt = Date.UTC(2026, 0, 1);

/** Ids ascend with the number, and no other order has such a one. */
export const toOrderId = (kind: 'listed' | 'live', index: number): string =>
  `${index.toString(16).padStart(8, '0')}-0000-4000-8000-${kind === 'live' ? 'f' : '0'}00000000000`;

export const toOrderNumber = (orderId: string): string =>
  `${orderId.endsWith('-f00000000000') ? 'live' : 'listed'}-${toIndex(orderId)}`;

const toIndex = (orderId: string): number => Number.parseInt(orderId.slice(0, 8), 16);

/** A millisecond apart. */
export const toCreatedAt = (orderId: string): string => new Date(firstCreatedAt + toIndex(orderId)).toISOString();

/** Numbers of the listed orders behind the position in the predicate of a page. */
export function pageOf(where: string, { limit, count }: { limit: number; count: number }): readonly number[] {
  const [, after] = /id > "([^"]+)"/.exec(where) ?? [];
  const from = after === undefined ? 0 : toIndex(after) + 1;
  return Array.from({ length: Math.max(0, Math.min(limit, count - from)) }, (_, n) => from + n);
}

const euros = (centAmount: number) => ({
  ...{ type: 'centPrecision', currencyCode: 'EUR', centAmount, fractionDigits: 2 },
});

const lineItems = Array.from({ length: 5 }, (_, line) => ({
  id: `line-${line}`,
  productId: `product-${line}`,
  name: { 'de-DE': `Winterjacke Modell ${line}`, 'en-GB': `Winter jacket model ${line}` },
  productType: { typeId: 'product-type', id: 'type' },
  variant: { id: 1, sku: `SKU-${1_001 + line}`, images: [], attributes: [{ name: 'size', value: 'M' }] },
  price: { id: 'price', value: euros(4_990) },
  quantity: 1 + (line % 3),
  totalPrice: euros(4_990 * (1 + (line % 3))),
  discountedPricePerQuantity: [],
  taxedPricePortions: [],
  state: [],
  perMethodTaxRate: [],
  priceMode: 'Platform',
  lineItemMode: 'Standard',
}));

const address = { firstName: 'A', lastName: 'B', streetName: 'C', streetNumber: '1', postalCode: '10115', city: 'D' };
const method = { id: 'method', version: 1, key: 'standard', name: 'Standard' };

/** A confirmed order of five lines that is to be shipped, with its method expanded. */
export function toOrderText(orderId: string): string {
  const createdAt = toCreatedAt(orderId);
  return JSON.stringify({
    ...{ id: orderId, version: 2, orderNumber: toOrderNumber(orderId), createdAt, lastModifiedAt: createdAt },
    ...{ orderState: 'Confirmed', origin: 'Customer', shippingMode: 'Single', shipping: [], totalPrice: euros(39_920) },
    ...{ lineItems, customLineItems: [], refusedGifts: [], syncInfo: [], locale: 'de-DE', country: 'DE' },
    shippingAddress: { ...address, country: 'DE' },
    shippingInfo: {
      shippingMethodName: 'Standard',
      price: euros(490),
      shippingRate: { price: euros(490), tiers: [] },
      shippingMethodState: 'MatchesCart',
      shippingMethod: { typeId: 'shipping-method', id: method.id, obj: method },
    },
  });
}
