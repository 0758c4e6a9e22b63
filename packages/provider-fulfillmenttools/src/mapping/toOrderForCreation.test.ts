import type { FulfillmentRequest } from '@pipeline/fulfillment';
import type { Address } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { address, failureOf, fulfillmentRequest, lineItem, ORDER_ID } from '../testing/samples.ts';
import { defaultMappingConfig } from './mappingConfig.ts';
import type { MappingNote } from './notes.ts';
import { assertOrderForCreation } from './orderForCreationSchema.ts';
import { toOrderForCreation } from './toOrderForCreation.ts';

const collect: FulfillmentRequest['delivery'] = { kind: 'collect', facilityKey: 'store-7' };
const bare = { street: null, city: null, postalCode: null };

describe('the order', () => {
  test('to be shipped carries exactly what is known and nothing empty', () => {
    expect(toOrderForCreation(fulfillmentRequest())).toEqual({
      tenantOrderId: 'A-1001',
      orderDate: '2026-01-02T03:04:05.000Z',
      consumer: {
        addresses: [
          {
            addressType: 'POSTAL_ADDRESS',
            firstName: 'Ada',
            lastName: 'Byron',
            street: 'Am Ring',
            houseNumber: '7a',
            postalCode: '40764',
            city: 'Langenfeld',
            country: 'DE',
          },
        ],
      },
      orderLineItems: [
        {
          article: { tenantArticleId: 'SKU-1', title: 'Hemd', titleLocalized: { de_DE: 'Hemd', en: 'Shirt' } },
          quantity: 2,
          customAttributes: { commercetoolsLineItemId: 'line-1' },
        },
      ],
      paymentInfo: { currency: 'EUR' },
      deliveryPreferences: { shipping: {} },
      customAttributes: {
        commercetoolsOrderId: ORDER_ID,
        commercetoolsProjectKey: 'shop',
        commercetoolsMappingVersion: '1',
      },
    });
  });

  test('that is held is LOCKED', () => {
    expect(toOrderForCreation(fulfillmentRequest({ held: true })).status).toBe('LOCKED');
  });

  test('never carries the mark of the vendor connector', () => {
    expect(JSON.stringify(toOrderForCreation(fulfillmentRequest()))).not.toContain('commercetoolsId');
  });

  test('keeps tags that say something, and has no tags at all without any', () => {
    const tags = [
      { id: 'store', value: 'de' },
      { id: 'empty', value: ' ' },
    ];
    expect(toOrderForCreation(fulfillmentRequest({ tags })).tags).toEqual([{ id: 'store', value: 'de' }]);
    expect(toOrderForCreation(fulfillmentRequest({ tags: tags.slice(1) }))).not.toHaveProperty('tags');
  });

  test('with preferences for shipping names level, carriers and facilities', () => {
    const delivery = {
      kind: 'shipping',
      serviceLevel: 'SAMEDAY',
      carriers: ['DHL'],
      facilityKeys: ['f1', 'f2'],
    } as const;
    expect(toOrderForCreation(fulfillmentRequest({ delivery })).deliveryPreferences).toEqual({
      shipping: {
        serviceLevel: 'SAMEDAY',
        preferredCarriers: ['DHL'],
        preselectedFacilities: [{ tenantFacilityId: 'f1' }, { tenantFacilityId: 'f2' }],
      },
    });
  });

  test('to be collected names the facility and whether it is paid', () => {
    const order = toOrderForCreation(fulfillmentRequest({ delivery: collect, paid: true }));
    expect(order.deliveryPreferences).toEqual({ collect: [{ tenantFacilityId: 'store-7', paid: true }] });
  });

  test('with a date that is none is refused by name', async () => {
    const error = await failureOf(() => toOrderForCreation(fulfillmentRequest({ orderDate: Number.NaN })));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'mapping-invalid', notSent: true });
    expect(error.message).toContain('orderDate');
  });
});

describe('an address', () => {
  test.each<[keyof Address, Partial<Address>]>([
    ['street', { street: null }],
    ['street', { street: ' \n ' }],
    ['city', { city: '' }],
    ['postalCode', { postalCode: null }],
    ['country', { country: 'Germany' }],
    ['country', { country: '' }],
  ])('of an order to be shipped that lacks %s is refused by the name of the field', async (field, over) => {
    const error = await failureOf(() => toOrderForCreation(fulfillmentRequest({ shippingAddress: address(over) })));
    expect(error).toMatchObject({ errorClass: 'permanent', code: 'mapping-address-incomplete', stage: 'map' });
    expect(error.message).toContain(`shippingAddress.${field}`);
    expect(error.message).not.toContain('Byron');
  });

  describe('in a country without postal codes', () => {
    const nowhere = address({ country: 'AE', postalCode: ' ' });
    const placeholders = (given: Record<string, string>, over: Parameters<typeof fulfillmentRequest>[0] = {}) => {
      const notes: MappingNote[] = [];
      const config = { ...defaultMappingConfig, postalCodePlaceholders: given };
      const request = fulfillmentRequest({ shippingAddress: nowhere, ...over });
      const { consumer } = toOrderForCreation(request, { config, note: (note) => notes.push(note) });
      return { codes: consumer.addresses?.map(({ postalCode }) => postalCode), notes };
    };

    test('has the placeholder that the shop named for it, for the invoice, too, and says so', () => {
      const { codes, notes } = placeholders({ AE: ' 00000', HK: '1' }, { billingAddress: nowhere });
      expect(codes).toEqual(['00000', '00000']);
      expect(notes.map(({ kind, text }) => [kind, text.split(' ')[0]])).toEqual([
        ['reason', 'shippingAddress'],
        ['reason', 'billingAddress'],
      ]);
    });

    test('keeps a postal code that it has', () => {
      expect(placeholders({ DE: '00000' }, { shippingAddress: address() })).toEqual({ codes: ['40764'], notes: [] });
    });

    test('is refused by name without one, with what to do', () => {
      const others: Record<string, string>[] = [{}, { HK: '1' }, { AE: ' ' }];
      for (const given of others)
        expect(() => placeholders(given)).toThrow(
          /shippingAddress\.postalCode is missing.*mapping\.postalCodePlaceholders/,
        );
      const odd = address({ country: 'toString', postalCode: null });
      expect(() => placeholders({}, { shippingAddress: odd })).toThrow('shippingAddress.postalCode');
    });
  });

  test('for the invoice that is incomplete is left out with a warning, and stops no order', () => {
    const notes: MappingNote[] = [];
    const request = fulfillmentRequest({ billingAddress: address(bare) });
    const { consumer } = toOrderForCreation(request, { note: (note) => notes.push(note) });
    expect(consumer.addresses?.map(({ addressType }) => addressType)).toEqual(['POSTAL_ADDRESS']);
    expect(notes).toEqual([
      expect.objectContaining({ kind: 'warning', text: expect.stringContaining('billingAddress lacks its street') }),
    ]);
  });

  test('that an order to be shipped does not have at all is refused', async () => {
    const error = await failureOf(() => toOrderForCreation(fulfillmentRequest({ shippingAddress: null })));
    expect(error.code).toBe('mapping-address-incomplete');
  });

  test('that is incomplete is left out where the goods are collected', () => {
    const order = toOrderForCreation(
      fulfillmentRequest({
        delivery: collect,
        shippingAddress: address(bare),
        billingAddress: address(),
        customerEmail: 'ada@example.com',
      }),
    );
    expect(order.consumer.addresses).toHaveLength(1);
    expect(order.consumer.addresses?.[0]).toMatchObject({ addressType: 'INVOICE_ADDRESS', email: 'ada@example.com' });
    expect(order.consumer).not.toHaveProperty('email');
  });

  test('that is nowhere leaves the e-mail address to the consumer', () => {
    const order = toOrderForCreation(
      fulfillmentRequest({
        delivery: collect,
        shippingAddress: null,
        customerId: 'c1',
        customerEmail: 'ada@example.com',
      }),
    );
    expect(order.consumer).toEqual({ consumerId: 'c1', email: 'ada@example.com' });
  });

  test('carries every part that the vendor has a field for, on one line each', () => {
    const full = address({
      salutation: 'Ms',
      title: 'Dr.',
      company: 'Engines\nLtd',
      additionalStreetInfo: 'Backyard',
      additionalAddressInfo: 'c/o Babbage',
      building: 'B',
      apartment: '3',
      pOBox: '77',
      region: 'NRW',
      phone: '+49 1',
      mobile: '+49 2',
      email: 'own@example.com',
    });
    const order = toOrderForCreation(fulfillmentRequest({ shippingAddress: full, customerEmail: 'other@example.com' }));
    expect(order.consumer.addresses?.[0]).toMatchObject({
      salutation: 'Ms',
      personalTitle: 'Dr.',
      companyName: 'Engines Ltd',
      additionalAddressInfo: 'Backyard, c/o Babbage, B, 3, 77',
      province: 'NRW',
      email: 'own@example.com',
      phoneNumbers: [
        { type: 'MOBILE', value: '+49 2' },
        { type: 'PHONE', value: '+49 1' },
      ],
    });
  });

  test('whose e-mail address is none falls back to the customer, and else goes without', () => {
    const odd = address({ email: 'ada at example' });
    const withCustomer = fulfillmentRequest({ shippingAddress: odd, customerEmail: 'ada@example.com' });
    expect(toOrderForCreation(withCustomer).consumer.addresses?.[0]?.email).toBe('ada@example.com');
    expect(toOrderForCreation(fulfillmentRequest({ shippingAddress: odd })).consumer.addresses?.[0]).not.toHaveProperty(
      'email',
    );
  });
});

describe('a line', () => {
  const articleOf = (over: Parameters<typeof lineItem>[0], locale: string | null = 'de-DE') =>
    toOrderForCreation(fulfillmentRequest({ locale, lines: [lineItem(over)] })).orderLineItems[0]?.article;

  test.each([
    ['the locale of the order', 'de-AT', { 'de-AT': 'A', de: 'B', en: 'C' }, 'A'],
    ['its language', 'de-AT', { fr: 'F', de: 'B', en: 'C' }, 'B'],
    ['English', 'it-IT', { fr: 'F', en: 'C' }, 'C'],
    ['the first that there is', null, { fr: 'F', nl: 'N' }, 'F'],
    ['the first that says something', 'fr', { fr: ' ', nl: 'N' }, 'N'],
    ['the article id where there is no name', 'fr', {}, 'SKU-1'],
  ])('has its title in %s', (_name, locale, name, title) => {
    expect(articleOf({ name }, locale)?.title).toBe(title);
  });

  test('without a SKU is known by its product', () => {
    expect(articleOf({ sku: null })?.tenantArticleId).toBe('product-1');
    expect(articleOf({ sku: '' })?.tenantArticleId).toBe('product-1');
  });

  test('has its attributes as texts; what has none is left out', () => {
    const attributes = {
      text: '"blue"',
      number: '42',
      flag: 'true',
      localized: '{"en":"Cotton","de":"Baumwolle"}',
      enum: '{"key":"l","label":"Large"}',
      localizedEnum: '{"key":"l","label":{"en":"Large","de-DE":"Groß"}}',
      money: '{"type":"centPrecision","currencyCode":"EUR","centAmount":1050,"fractionDigits":2}',
      set: '["a","b",{"key":"c","label":"C"}]',
      reference: '{"typeId":"product","id":"1"}',
      nested: '[[{"name":"x","value":1}]]',
      nothing: 'null',
      empty: '""',
      broken: '{"a',
      '': '"nameless"',
    };
    const texts = articleOf({ attributes })?.attributes?.map(({ key, value }) => [key, value]);
    expect(Object.fromEntries(texts ?? [])).toEqual({
      text: 'blue',
      number: '42',
      flag: 'true',
      localized: 'Baumwolle',
      enum: 'Large',
      localizedEnum: 'Groß',
      money: '10.50 EUR',
      set: 'a, b, C',
    });
  });

  test('with more attributes than the vendor takes keeps the first 500', () => {
    const attributes = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`a${index}`, '1']));
    expect(articleOf({ attributes })?.attributes).toHaveLength(500);
  });
});

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', 'a\nb', 'DE', 'x@y', 'ada@example.com', '\u2028', '\ud800', '__proto__', 'constructor'),
);
const maybe = fc.option(text);
const texts = fc.dictionary(text, text);
const json = fc.oneof(fc.json(), text);
const anyAddress: fc.Arbitrary<Address> = fc.record({
  country: fc.oneof(text, fc.constant('DE')),
  salutation: maybe,
  title: maybe,
  firstName: maybe,
  lastName: maybe,
  company: maybe,
  street: maybe,
  houseNumber: maybe,
  additionalStreetInfo: maybe,
  additionalAddressInfo: maybe,
  building: maybe,
  apartment: maybe,
  pOBox: maybe,
  postalCode: maybe,
  city: maybe,
  region: maybe,
  state: maybe,
  phone: maybe,
  mobile: maybe,
  email: fc.oneof(maybe, fc.emailAddress()),
  customFields: texts,
});
const anyRequest: fc.Arbitrary<FulfillmentRequest> = fc.record({
  orderId: text,
  projectKey: text,
  tenantOrderId: text,
  orderDate: fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.double()),
  held: fc.boolean(),
  currency: text,
  locale: maybe,
  delivery: fc.oneof(
    fc.record({ kind: fc.constant('collect' as const), facilityKey: text }),
    fc.record({
      kind: fc.constant('shipping' as const),
      serviceLevel: fc.constantFrom(null, 'DELIVERY' as const, 'SAMEDAY' as const),
      carriers: fc.array(text, { maxLength: 3 }),
      facilityKeys: fc.array(text, { maxLength: 3 }),
    }),
  ),
  shippingAddress: fc.option(anyAddress),
  billingAddress: fc.option(anyAddress),
  customerId: maybe,
  customerEmail: fc.oneof(maybe, fc.emailAddress()),
  paid: fc.boolean(),
  lines: fc.array(
    fc
      .record({
        sku: maybe,
        name: texts,
        quantity: fc.oneof(fc.nat(), fc.double()),
        imageUrl: maybe,
        attributes: fc.dictionary(text, json),
      })
      .map(lineItem),
    { maxLength: 3 },
  ),
  tags: fc.array(fc.record({ id: text, value: text }), { maxLength: 3 }),
});

test('any order at all either fits the strict schema or is refused by a named error', () => {
  fc.assert(
    fc.property(anyRequest, (request) => {
      try {
        assertOrderForCreation(toOrderForCreation(request));
      } catch (error) {
        expect(error).toBeInstanceOf(PipelineError);
        expect(error).toMatchObject({
          errorClass: 'permanent',
          code: expect.stringMatching(/^mapping-/),
          notSent: true,
        });
      }
    }),
    { numRuns: 300 },
  );
});

test('any texts in an order whose mandatory parts are there always fit the strict schema', () => {
  fc.assert(
    fc.property(anyRequest, anyAddress, (request, odd) => {
      const whole = { ...odd, street: 'Am Ring', city: 'Langenfeld', postalCode: '1', country: 'DE' };
      const lines = request.lines.map((line) => ({ ...line, quantity: 1 }));
      const body = toOrderForCreation({
        ...fulfillmentRequest({ lines: lines.length > 0 ? lines : [lineItem()] }),
        locale: request.locale,
        currency: request.currency,
        customerId: request.customerId,
        customerEmail: request.customerEmail,
        shippingAddress: whole,
        billingAddress: whole,
        tags: request.tags,
      });
      assertOrderForCreation(body);
    }),
    { numRuns: 300 },
  );
});
