import type { FulfillmentRequest } from '../../ports.ts';

export const ORDER_ID = '5b0d7a2e-8a11-4c5e-9d3f-6f2b1c4e7a90';
export const TENANT_ORDER_ID = 'WEB-1001';
export const PROJECT_KEY = 'shop';

/** In the sample request; never to be found in an error. */
export const personal: readonly string[] = ['Augusta', 'Lovelace', 'augusta@example.org', 'Rosenallee', '+491701234'];

const nobody = {
  salutation: null,
  title: null,
  company: null,
  additionalStreetInfo: null,
  additionalAddressInfo: null,
  building: null,
  apartment: null,
  pOBox: null,
  region: null,
  state: null,
  phone: null,
  customFields: {},
};

const address = {
  ...nobody,
  country: 'DE',
  firstName: 'Augusta',
  lastName: 'Lovelace',
  street: 'Rosenallee',
  houseNumber: '5',
  postalCode: '50667',
  city: 'Köln',
  mobile: '+491701234',
  email: 'augusta@example.org',
};

const line = (id: string, sku: string, quantity: number): FulfillmentRequest['lines'][number] => ({
  id,
  productId: `product-of-${sku}`,
  sku,
  name: { 'de-DE': `Artikel ${sku}`, en: `Article ${sku}` },
  quantity,
  gift: false,
  imageUrl: null,
  price: null,
  discountedPrice: null,
  totalPrice: null,
  attributes: {},
  supplyChannelKey: null,
  customFields: {},
  shippingTargets: [],
});

/** An order to be shipped, with three articles in four lines. */
export const aRequest = (over: Partial<FulfillmentRequest> = {}): FulfillmentRequest => ({
  orderId: ORDER_ID,
  projectKey: PROJECT_KEY,
  tenantOrderId: TENANT_ORDER_ID,
  orderDate: Date.UTC(2026, 0, 15, 9, 30),
  held: false,
  currency: 'EUR',
  locale: 'de-DE',
  delivery: { kind: 'shipping', serviceLevel: 'DELIVERY', carriers: [], facilityKeys: [] },
  shippingAddress: address,
  billingAddress: null,
  customerId: 'customer-7',
  customerEmail: 'augusta@example.org',
  paid: true,
  lines: [line('l1', 'sku-1', 2), line('l2', 'sku-2', 1), line('l3', 'sku-3', 5), line('l4', 'sku-1', 1)],
  tags: [],
  ...over,
});

/** The articles of the sample request, as an order is to show them. */
export const orderedLines = [
  { articleId: 'sku-1', quantity: 3 },
  { articleId: 'sku-2', quantity: 1 },
  { articleId: 'sku-3', quantity: 5 },
];
