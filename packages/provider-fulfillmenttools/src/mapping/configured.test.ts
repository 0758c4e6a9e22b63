import { anOrder, aShipping } from '@pipeline/fulfillment/testkit';
import type { OrderSnapshot } from '@pipeline/schemas/types';
import { describe, expect, test } from 'vitest';
import { address, fulfillmentRequest, lineItem } from '../testing/samples.ts';
import { defaultMappingConfig, type MappingConfig, toMappingVersion } from './mappingConfig.ts';
import type { MappingRequest } from './mappingRequest.ts';
import type { MappingNote } from './notes.ts';
import { assertOrderForCreation } from './orderForCreationSchema.ts';
import { fullConfig } from './testing/fullConfig.ts';
import { toOrderForCreation } from './toOrderForCreation.ts';

const eur = (amount: number, fractionDigits = 2) => ({ currency: 'EUR', amount, fractionDigits });

function mapped(request: Partial<MappingRequest> & { order?: OrderSnapshot }, config: MappingConfig = fullConfig) {
  const notes: MappingNote[] = [];
  const { order, ...over } = request;
  const whole = { ...fulfillmentRequest(over), ...(order ? { order } : {}) };
  const body = toOrderForCreation(whole, { config, note: (note) => notes.push(note) });
  assertOrderForCreation(body);
  return { body, notes, line: body.orderLineItems[0] };
}
const withFields = (customFields: Record<string, string>, over: Partial<OrderSnapshot> = {}) => ({
  order: anOrder({ customFields, ...over }),
});
const warnings = (notes: readonly MappingNote[]) =>
  notes.filter(({ kind }) => kind === 'warning').map(({ field }) => field);

describe('a line', () => {
  test('has its codes, its weight in grams and its unit from product attributes', () => {
    const attributes = { gtin: '"4006381333931"', codes: '["A","A","B",""]', weight: '0.35', unit: '"liter"' };
    const { line } = mapped({ lines: [lineItem({ attributes })] });
    expect(line).toMatchObject({
      scannableCodes: ['4006381333931', 'A', 'B'],
      measurementUnitKey: 'liter',
      article: { weight: 350 },
    });
  });

  test('has codes and unit by the keys of enums, which no label may stand for', () => {
    const attributes = { codes: '[{"key":"B-7","label":"Barcode"}]', unit: '{"key":"liter","label":{"en":"Litre"}}' };
    const { line } = mapped({ lines: [lineItem({ attributes })] });
    expect(line).toMatchObject({ scannableCodes: ['B-7'], measurementUnitKey: 'liter' });
  });

  test.each(['"heavy"', '-1'])('goes without a weight that is %s, and says so', (weight) => {
    const { line, notes } = mapped({ lines: [lineItem({ attributes: { weight } })] });
    expect(line?.article).not.toHaveProperty('weight');
    expect(warnings(notes)).toContain('orderLineItems.0.article.weight');
  });

  test('has nested attributes one by one, no references, and not what is excluded', () => {
    const attributes = {
      material: '{"fr":"Coton","en":"Cotton"}',
      internal: '"secret"',
      care: '[{"name":"wash","value":30},{"name":"by","value":[{"name":"hand","value":true}]}]',
      brand: '{"typeId":"category","id":"1"}',
    };
    const { line, notes } = mapped({ locale: 'it', lines: [lineItem({ attributes })] });
    expect(warnings(notes)).toContain('orderLineItems.0.article.attributes');
    expect(line?.article.attributes).toEqual([
      { key: 'material', value: 'Coton', category: 'descriptive' },
      { key: 'care.wash', value: '30', category: 'miscellaneous' },
      { key: 'care.by.hand', value: 'true', category: 'miscellaneous' },
    ]);
  });

  test('has its prices, what is off and the tax, each with the digits of its currency', () => {
    const price = { price: eur(2999), discountedPrice: eur(1999), totalPrice: eur(3998), taxRate: 0.19 };
    const { line } = mapped({ lines: [lineItem(price)] });
    expect(line?.article.attributes?.map(({ category, value }) => [category, value])).toEqual([
      ['basePrice', '29.99 EUR'],
      ['discount', '10.00 EUR'],
      ['finalUnitPrice', '19.99 EUR'],
      ['salesPrice', '19.99 EUR'],
      ['finalLineItemPrice', '39.98 EUR'],
      ['tax', '19'],
    ]);
  });

  test('has no unit price where its pieces have several', () => {
    const { line } = mapped({ lines: [lineItem({ price: eur(1000), totalPrice: eur(1500) })] });
    expect(line?.article.attributes?.map(({ category }) => category)).toEqual(['basePrice', 'finalLineItemPrice']);
  });

  test('that is a gift is tagged, and so is what a custom field says', () => {
    const { line } = mapped({ lines: [lineItem({ gift: true, customFields: { hazard: '"UN 1950"' } })] });
    expect(line?.tags).toEqual([
      { id: 'tag-gift', value: 'gift' },
      { id: 'tag-hazard', value: 'UN 1950' },
    ]);
  });

  test('carries custom fields as custom attributes, but none in the place of ours', () => {
    const customFields = { engraving: '{"text":"Ada"}', commercetoolsLineItemId: '"forged"' };
    const { line, notes } = mapped({ lines: [lineItem({ customFields })] });
    expect(line?.customAttributes).toEqual({ commercetoolsLineItemId: 'line-1', engraving: { text: 'Ada' } });
    expect(warnings(notes)).toContain('orderLineItems.0.customAttributes.commercetoolsLineItemId');
  });

  test('without a SKU or a name says what stands for them', () => {
    const { notes } = mapped({ lines: [lineItem({ sku: null, name: {} })] });
    expect(warnings(notes)).toEqual(['orderLineItems.0.article.tenantArticleId', 'orderLineItems.0.article.title']);
  });

  test('says that attributes are left out beyond the most that the vendor takes', () => {
    const attributes = Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`a${at}`, '1']));
    expect(warnings(mapped({ lines: [lineItem({ attributes })] }).notes)).toContain(
      'orderLineItems.0.article.attributes',
    );
  });
});

describe('the order', () => {
  test('has stickers that its fields ask for', () => {
    const { body } = mapped(withFields({ urgent: 'true', tier: '"gold"' }));
    expect(body.stickers?.map(({ key }) => key)).toEqual(['urgent', 'tier']);
    expect(mapped(withFields({ urgent: 'false', tier: '"silver"' })).body).not.toHaveProperty('stickers');
  });

  test('has fields, whether it is paid and the version of the mapping among its custom attributes', () => {
    const fields = { campaign: '"winter"', options: '["a"]', commercetoolsId: '"x"', other: '1' };
    const { body, notes } = mapped({ ...withFields(fields), paid: true });
    expect(body.customAttributes).toMatchObject({
      campaign: 'winter',
      options: ['a'],
      paid: true,
      commercetoolsMappingVersion: '1-test',
    });
    expect(body.customAttributes).not.toHaveProperty('commercetoolsId');
    expect(warnings(notes)).toEqual(['customAttributes.commercetoolsId']);
  });

  test('leaves out a custom attribute that there is no room for', () => {
    const { body, notes } = mapped(withFields({ campaign: JSON.stringify('x'.repeat(16_000)), options: '"small"' }));
    expect(body.customAttributes).not.toHaveProperty('campaign');
    expect(body.customAttributes).toHaveProperty('options', 'small');
    expect(warnings(notes)).toEqual(['customAttributes.campaign']);
  });

  test.each([
    ['"2026-12-24T18:00:00+01:00"', '2026-12-24T17:00:00.000Z'],
    ['"2026-12-24"', '2026-12-24T00:00:00.000Z'],
    ['"tomorrow"', undefined],
    ['"2026-12-24T18:00:00"', undefined],
    ['"2026-13-45"', undefined],
    ['7', undefined],
  ])('with the wanted time %s has the target time %s', (wanted, expected) => {
    const { body, notes } = mapped(withFields({ wanted }));
    expect(body.deliveryPreferences.targetTime).toBe(expected);
    expect(warnings(notes)).toEqual(expected === undefined ? ['deliveryPreferences.targetTime'] : []);
  });

  test('prefers the facilities of the routing, of its store and of its channels, each once', () => {
    const delivery = { kind: 'shipping', serviceLevel: null, carriers: [], facilityKeys: ['f1'] } as const;
    const lines = ['c1', 'f1', null].map((supplyChannelKey) => lineItem({ supplyChannelKey }));
    const { body } = mapped({ delivery, lines, order: anOrder({ storeKey: 'berlin' }) });
    expect(body.deliveryPreferences.shipping?.preselectedFacilities).toEqual(
      ['f1', 'berlin', 'c1'].map((tenantFacilityId) => ({ tenantFacilityId })),
    );
  });

  test('says why it is locked', () => {
    const { body } = mapped({ held: true, order: anOrder({ paymentState: 'Pending' }) });
    expect(body.statusReasons).toEqual([{ status: 'LOCKED', reason: 'Payment state Pending' }]);
    expect(mapped({ held: true }).body.statusReasons?.[0]?.reason).toBe('Held by the shop');
    expect(mapped({ held: false, order: anOrder() }).body).not.toHaveProperty('statusReasons');
  });

  test('to a parcel locker says so, with the number of the consumer there', () => {
    const shippingAddress = address({ customFields: { lockerNumber: '"4711"' }, additionalAddressInfo: 'c/o' });
    const [locker] = mapped({ shippingAddress, billingAddress: shippingAddress }).body.consumer.addresses ?? [];
    expect(locker).toMatchObject({ addressType: 'PARCEL_LOCKER', additionalAddressInfo: '4711, c/o' });
    const types = (lockerNumber: string) =>
      mapped({ shippingAddress: address({ customFields: { lockerNumber } }) }).body.consumer.addresses?.[0];
    expect(types('true')).toMatchObject({ addressType: 'PARCEL_LOCKER' });
    expect(types('true')).not.toHaveProperty('additionalAddressInfo');
    expect(types('false')).toMatchObject({ addressType: 'POSTAL_ADDRESS' });
  });

  test('says which address is left out where the goods are collected', () => {
    const { notes } = mapped({
      delivery: { kind: 'collect', facilityKey: 's' },
      shippingAddress: address({ city: null }),
    });
    expect(warnings(notes)).toEqual(['consumer.addresses']);
    expect(JSON.stringify(notes)).not.toContain('Byron');
  });
});

describe('services', () => {
  test('bundle the lines that say so, each article once', () => {
    const line = (sku: string, quantity: number, bundle: string) =>
      lineItem({ sku, quantity, customFields: { bundle: JSON.stringify(bundle) } });
    const lines = [line('A', 1, 'set'), line('B', 2, 'set'), line('A', 3, 'set'), line('C', 1, 'alone')];
    const { body, notes } = mapped({ lines });
    expect(body.customServices).toEqual([
      {
        customServiceDefinition: { isBundled: true },
        articleItems: [
          { tenantArticleRef: 'A', quantity: 4 },
          { tenantArticleRef: 'B', quantity: 2 },
        ],
        customServiceItems: [],
      },
    ]);
    expect(warnings(notes)).toEqual(['customServices']);
  });

  const wrap = { slug: 'gift-wrap', name: { en: 'Gift wrap' }, quantity: 1, totalPrice: eur(390), customFields: {} };

  test('are what custom line items ask for', () => {
    const { body } = mapped({ order: anOrder({ customLineItems: [wrap] }) });
    expect(body.customServices).toEqual([
      {
        customServiceDefinition: { tenantCustomServiceId: 'SVC-WRAP' },
        articleItems: [{ tenantArticleRef: 'SKU-1', quantity: 2 }],
        customServiceItems: [],
      },
    ]);
  });

  test('that nobody asked for are none: a custom line item that goes nowhere is a warning', () => {
    const { body, notes } = mapped({ order: anOrder({ customLineItems: [wrap] }) }, defaultMappingConfig);
    expect(body).not.toHaveProperty('customServices');
    expect(warnings(notes)).toEqual(['customServices']);
  });
});

describe('pricing', () => {
  const custom = (slug: string, amount: number) => ({
    ...{ slug, name: { en: slug }, quantity: 1, customFields: {} },
    totalPrice: eur(amount),
  });

  test('has shipping and custom lines as fees, what is below zero as discounts, and taxes', () => {
    const order = anOrder({
      shippings: [aShipping({ price: eur(495), discountedPrice: eur(295) })],
      customLineItems: [custom('fee', 100), custom('voucher', -500), custom('nothing', 0)],
      discountOnTotal: eur(1000),
      taxes: [{ name: 'MwSt', rate: 0.19, amount: eur(958) }],
    });
    expect(mapped({ order }).body.pricing).toEqual({
      fees: [
        { name: 'Standard', value: { value: 295, currency: 'EUR', decimalPlaces: 2 } },
        { name: 'fee', value: { value: 100, currency: 'EUR', decimalPlaces: 2 } },
      ],
      discounts: [
        { type: 'ABSOLUTE', value: { value: 1000, currency: 'EUR', decimalPlaces: 2 } },
        { name: 'voucher', type: 'ABSOLUTE', value: { value: 500, currency: 'EUR', decimalPlaces: 2 } },
      ],
      taxes: [{ type: 'MwSt', ratePercent: 19, value: { value: 958, currency: 'EUR', decimalPlaces: 2 } }],
    });
  });

  test.each([
    ['JPY', 1200, 0],
    ['KWD', 12_345, 3],
    ['EUR', 123_456_789, 7],
  ])('keeps the digits of %s', (currency, amount, fractionDigits) => {
    const order = anOrder({ discountOnTotal: { currency, amount, fractionDigits } });
    expect(mapped({ order }).body.pricing?.discounts?.[0]?.value).toEqual({
      value: amount,
      currency,
      decimalPlaces: fractionDigits,
    });
  });

  test('leaves out a currency that the vendor does not know, and is left out when nothing is known', () => {
    const { body, notes } = mapped({ order: anOrder({ discountOnTotal: { ...eur(1), currency: 'DEM' } }) });
    expect(body).not.toHaveProperty('pricing');
    expect(warnings(notes)).toEqual(['pricing']);
  });

  test('has at most a hundred fees', () => {
    const customLineItems = Array.from({ length: 120 }, () => custom('fee', 100));
    const { body, notes } = mapped({ order: anOrder({ customLineItems }) });
    expect(body.pricing?.fees).toHaveLength(100);
    expect(warnings(notes)).toContain('pricing.fees');
  });
});

test('without the order, whatever only the order knows is left out', () => {
  const { body } = mapped({});
  expect(Object.keys(body).sort()).toEqual(
    [
      'consumer',
      'customAttributes',
      'deliveryPreferences',
      'orderDate',
      'orderLineItems',
      'paymentInfo',
      'tenantOrderId',
    ].sort(),
  );
});

test('the version of a configuration is that of the rules and a fingerprint of what was configured', () => {
  expect(toMappingVersion({ a: 1 })).toMatch(/^1-[0-9a-f]{8}$/);
  expect(toMappingVersion({ a: 1 })).not.toBe(toMappingVersion({ a: 2 }));
});
