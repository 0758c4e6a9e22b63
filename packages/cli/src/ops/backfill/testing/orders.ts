import type { OrderPage } from '@pipeline/platform-commercetools';
import type { ListedOrder } from '../notification.ts';
import { positionOf } from '../listOrders.ts';

const price = { type: 'centPrecision', currencyCode: 'EUR', centAmount: 1_000, fractionDigits: 2 } as const;

/** The least that a listed order has to be placed, with what the test changes. */
export const aListedOrder = (changes: Partial<ListedOrder> = {}): ListedOrder => ({
  id: 'order-1',
  version: 7,
  createdAt: '2026-11-20T09:00:00.000Z',
  lastModifiedAt: '2026-11-20T10:00:00.000Z',
  totalPrice: price,
  shippingMode: 'Single',
  shipping: [],
  shippingAddress: { country: 'DE', email: 'erika@example.com' },
  lineItems: [
    {
      ...{ id: 'line-1', productId: 'p', name: { de: 'Artikel' }, productType: { typeId: 'product-type', id: 't' } },
      ...{ variant: { id: 1 }, price: { id: 'price', value: price }, quantity: 1, totalPrice: price },
      ...{ discountedPricePerQuantity: [], taxedPricePortions: [], state: [], perMethodTaxRate: [] },
      ...{ priceMode: 'Platform', lineItemMode: 'Standard' },
    },
  ],
  customLineItems: [],
  refusedGifts: [],
  syncInfo: [],
  origin: 'Customer',
  orderState: 'Confirmed',
  ...changes,
});

/** So many orders, two of each moment. */
export const orders = (count: number): ListedOrder[] =>
  Array.from({ length: count }, (_, n) =>
    aListedOrder({
      id: `order-${String(n).padStart(4, '0')}`,
      createdAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(n / 2)).toISOString(),
    }),
  );

/** A listing of them in pages. */
export async function* pagesOf(listed: readonly ListedOrder[], size = 10): AsyncGenerator<OrderPage> {
  for (let from = 0; from < listed.length; from += size) {
    await Promise.resolve();
    const page = listed.slice(from, from + size);
    yield { orders: page, last: positionOf(page.at(-1) as ListedOrder) };
  }
}
