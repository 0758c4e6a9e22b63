import type { Address, LineItem, Order, ShippingInfo } from '@commercetools/platform-sdk';

export const money = (centAmount: number, currencyCode = 'EUR', fractionDigits = 2) =>
  ({ type: 'centPrecision', currencyCode, centAmount, fractionDigits }) as const;

export const custom = (fields: Record<string, unknown>) =>
  ({ type: { typeId: 'type', id: 'a-type' }, fields }) as const;

export const ctAddress = (over: Partial<Address> = {}): Address => ({
  country: 'DE',
  firstName: 'Ada',
  lastName: 'Byron',
  streetName: 'Am Ring',
  streetNumber: '7a',
  postalCode: '40764',
  city: 'Langenfeld',
  ...over,
});

export const shippedBy = (key: string, over: Partial<ShippingInfo> = {}): ShippingInfo => ({
  shippingMethodName: key,
  price: money(495),
  shippingRate: { price: money(495), tiers: [] },
  shippingMethodState: 'MatchesCart',
  shippingMethod: { typeId: 'shipping-method', id: key, obj: { key } as never },
  ...over,
});

export const ctLine = (over: Partial<LineItem> = {}): LineItem => ({
  id: 'line-1',
  productId: 'product-1',
  name: { 'de-DE': 'Hemd', 'en-GB': 'Shirt' },
  productType: { typeId: 'product-type', id: 'clothes' },
  variant: { id: 1, sku: 'SKU-1', images: [{ url: 'https://img.example.com/1.jpg', dimensions: { w: 1, h: 1 } }] },
  price: { id: 'price-1', value: money(2999) },
  quantity: 2,
  totalPrice: money(5998),
  discountedPricePerQuantity: [],
  taxedPricePortions: [],
  state: [],
  perMethodTaxRate: [],
  priceMode: 'Platform',
  lineItemMode: 'Standard',
  ...over,
});

/** A confirmed order with one line, shipped by `standard`. */
export const ctOrder = (over: Partial<Order> = {}): Order => ({
  id: '0b7d1c3e-5f7a-4c1d-9e2b-3a4f5c6d7e8f',
  version: 7,
  orderNumber: 'A-1001',
  createdAt: '2026-11-20T09:14:03.512Z',
  lastModifiedAt: '2026-11-20T09:15:40.018Z',
  locale: 'de-DE',
  customerId: 'customer-1',
  customerEmail: 'ada@example.com',
  totalPrice: money(6493),
  shippingMode: 'Single',
  shipping: [],
  shippingInfo: shippedBy('standard'),
  shippingAddress: ctAddress(),
  billingAddress: ctAddress({ company: 'Engines Ltd' }),
  lineItems: [ctLine()],
  customLineItems: [],
  refusedGifts: [],
  syncInfo: [],
  origin: 'Customer',
  orderState: 'Confirmed',
  paymentState: 'Paid',
  ...over,
});

/** The order with one line that has these product attributes. */
export const withAttributes = (attributes: Record<string, unknown>): Order =>
  ctOrder({
    lineItems: [
      ctLine({
        variant: {
          id: 1,
          sku: 'SKU-1',
          attributes: Object.entries(attributes).map(([name, value]) => ({ name, value })),
        },
      }),
    ],
  });
