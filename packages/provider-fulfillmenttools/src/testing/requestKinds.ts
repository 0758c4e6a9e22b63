import type { FulfillmentRequest } from '@pipeline/fulfillment';
import fc from 'fast-check';
import { address, fulfillmentRequest, lineItem } from './samples.ts';

const rich = address({
  email: 'ada@example.com',
  mobile: '1',
  phone: '2',
  building: 'B',
  state: 'NRW',
  company: 'C',
  salutation: 'Ms',
  title: 'Dr',
});

/** One request of each kind that there is. */
export const kinds = {
  plain: fulfillmentRequest(),
  'held, with all that an order can have': fulfillmentRequest({
    held: true,
    customerId: 'c1',
    customerEmail: 'ada@example.com',
    shippingAddress: rich,
    billingAddress: rich,
    tags: [{ id: 'store', value: 'de' }],
    lines: [lineItem({ attributes: { color: '"blue"' }, imageUrl: 'https://example.com/1.png' })],
    delivery: { kind: 'shipping', serviceLevel: 'SAMEDAY', carriers: ['DHL'], facilityKeys: ['f1'] },
  }),
  'to be collected, without an address': fulfillmentRequest({
    shippingAddress: null,
    customerEmail: 'ada@example.com',
    paid: true,
    delivery: { kind: 'collect', facilityKey: 'store-7' },
  }),
} as const;

const text = fc.constantFrom(
  'a',
  'ä ö',
  '',
  ' ',
  'a\nb',
  '\u2028',
  '\u0000',
  'x'.repeat(300),
  '"',
  '😀',
  'a@b',
  'a@b.de',
);
const maybe = fc.option(text);
const oddAddress = fc
  .record({
    country: fc.constantFrom('DE', 'de', ''),
    street: text,
    houseNumber: maybe,
    city: text,
    postalCode: text,
    company: maybe,
    firstName: maybe,
    state: maybe,
    phone: maybe,
    mobile: maybe,
    email: maybe,
    pOBox: maybe,
  })
  .map(address);
const oddLine = fc
  .record({
    sku: maybe,
    productId: text,
    name: fc.dictionary(fc.constantFrom('de-DE', 'en', 'x', ''), text, { maxKeys: 2 }),
    quantity: fc.constantFrom(1, 2, 0, -1, 1.5, 2 ** 53),
    imageUrl: maybe,
    attributes: fc.dictionary(text, fc.oneof(text, fc.json()), { maxKeys: 3 }),
  })
  .map(lineItem);

/** Requests with texts that no vendor expects; most of them cannot be mapped. */
export const oddRequest: fc.Arbitrary<FulfillmentRequest> = fc
  .record({
    tenantOrderId: text,
    held: fc.boolean(),
    currency: text,
    locale: maybe,
    customerId: maybe,
    customerEmail: maybe,
    paid: fc.boolean(),
    shippingAddress: fc.oneof(fc.constant(address()), oddAddress, fc.constant(null)),
    billingAddress: fc.oneof(fc.constant(null), oddAddress),
    lines: fc.array(fc.oneof(fc.constant(lineItem()), oddLine), { minLength: 1, maxLength: 3 }),
    tags: fc.array(fc.record({ id: text, value: text }), { maxLength: 2 }),
    delivery: fc.oneof(
      fc.record({ kind: fc.constant('collect' as const), facilityKey: text }),
      fc.record({
        kind: fc.constant('shipping' as const),
        serviceLevel: fc.constantFrom('DELIVERY' as const, 'SAMEDAY' as const, null),
        carriers: fc.array(text, { maxLength: 2 }),
        facilityKeys: fc.array(text, { maxLength: 2 }),
      }),
    ),
  })
  .map(fulfillmentRequest);
