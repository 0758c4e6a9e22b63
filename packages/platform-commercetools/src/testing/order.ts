import type { LineItem, Order } from '@commercetools/platform-sdk';

export const ORDER_ID = '0c8f4f3e-1111-4222-8333-9a6ce1000001';

export function euros(centAmount: number) {
  return { type: 'centPrecision', currencyCode: 'EUR', centAmount, fractionDigits: 2 } as const;
}

/** The least that an order of commercetools has, with what the test changes. */
export function anOrder(changes: Partial<Order> = {}): Order {
  return {
    id: ORDER_ID,
    version: 7,
    createdAt: '2026-11-20T09:14:03.512Z',
    lastModifiedAt: '2026-11-20T09:15:40.018Z',
    totalPrice: euros(1_000),
    shippingMode: 'Single',
    shipping: [],
    lineItems: [aLineItem()],
    customLineItems: [],
    refusedGifts: [],
    syncInfo: [],
    origin: 'Customer',
    orderState: 'Confirmed',
    ...changes,
  };
}

export function aLineItem(changes: Partial<LineItem> = {}): LineItem {
  return {
    id: 'line-1',
    productId: 'product-1',
    name: { 'de-DE': 'Artikel' },
    productType: { typeId: 'product-type', id: 'type-1' },
    variant: { id: 1 },
    price: { id: 'price-1', value: euros(500) },
    quantity: 2,
    totalPrice: euros(1_000),
    discountedPricePerQuantity: [],
    taxedPricePortions: [],
    state: [],
    perMethodTaxRate: [],
    priceMode: 'Platform',
    lineItemMode: 'Standard',
    ...changes,
  };
}
