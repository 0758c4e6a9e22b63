import type { FulfillmentRequest } from '@pipeline/fulfillment';
import type { Address, LineItem } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';

export const ORDER_ID = '0b7d1c3e-5f7a-4c1d-9e2b-3a4f5c6d7e8f';

export const address = (over: Partial<Address> = {}): Address => ({
  country: 'DE',
  salutation: null,
  title: null,
  firstName: 'Ada',
  lastName: 'Byron',
  company: null,
  street: 'Am Ring',
  houseNumber: '7a',
  additionalStreetInfo: null,
  additionalAddressInfo: null,
  building: null,
  apartment: null,
  pOBox: null,
  postalCode: '40764',
  city: 'Langenfeld',
  region: null,
  state: null,
  phone: null,
  mobile: null,
  email: null,
  customFields: {},
  ...over,
});

export const lineItem = (over: Partial<LineItem> = {}): LineItem => ({
  id: 'line-1',
  productId: 'product-1',
  sku: 'SKU-1',
  name: { 'de-DE': 'Hemd', en: 'Shirt' },
  quantity: 2,
  gift: false,
  imageUrl: null,
  price: null,
  discountedPrice: null,
  totalPrice: null,
  attributes: {},
  supplyChannelKey: null,
  customFields: {},
  shippingTargets: [],
  ...over,
});

export const fulfillmentRequest = (over: Partial<FulfillmentRequest> = {}): FulfillmentRequest => ({
  orderId: ORDER_ID,
  projectKey: 'shop',
  tenantOrderId: 'A-1001',
  orderDate: Date.UTC(2026, 0, 2, 3, 4, 5),
  held: false,
  currency: 'EUR',
  locale: 'de-DE',
  delivery: { kind: 'shipping', serviceLevel: null, carriers: [], facilityKeys: [] },
  shippingAddress: address(),
  billingAddress: null,
  customerId: null,
  customerEmail: null,
  paid: false,
  lines: [lineItem()],
  tags: [],
  ...over,
});

/** The vendor's Order, as far as we read it. */
export const vendorOrder = (over: Readonly<Record<string, unknown>> = {}) => ({
  id: 'fft-1',
  version: 3,
  status: 'OPEN',
  processId: 'process-1',
  tenantOrderId: 'A-1001',
  customAttributes: { commercetoolsOrderId: ORDER_ID, commercetoolsProjectKey: 'shop' },
  orderLineItems: [{ id: 'l1', quantity: 2, article: { tenantArticleId: 'SKU-1', title: 'Hemd' } }],
  ...over,
});

/** The error that a call fails with; a call that does not fail, or fails with anything but a PipelineError, is a failed test. */
export async function failureOf(call: () => unknown): Promise<PipelineError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw new Error(`Not a PipelineError: ${String(error)}`, { cause: error });
  }
  throw new Error('The call did not fail.');
}
