import type { CustomLineItem, Order } from '@commercetools/platform-sdk';
import { defaultRoutingPolicy, type RoutingPolicy } from '@pipeline/fulfillment';
import { defaultMappingConfig, type MappingConfig } from '../mappingConfig.ts';
import { ctAddress, ctLine, ctOrder, custom, money, shippedBy, withAttributes } from './ctOrder.ts';
import { fullConfig } from './fullConfig.ts';

export interface GoldenOrder {
  readonly order: Order;
  /** (Default: the defaults.) */
  readonly config?: MappingConfig;
  readonly routing?: Partial<RoutingPolicy>;
  readonly held?: boolean;
}

export const goldenRouting: RoutingPolicy = {
  ...defaultRoutingPolicy,
  shippingMethods: {
    standard: { service: 'shipping' },
    express: { service: 'shipping', serviceLevel: 'SAMEDAY', carriers: ['DHL', 'UPS'] },
    pickup: { service: 'collect' },
  },
  collectFacilityField: 'pickupStore',
};

const plain = (over: Partial<Order> = {}): GoldenOrder => ({ order: ctOrder(over) });
const full = (over: Partial<Order> = {}): GoldenOrder => ({ order: ctOrder(over), config: fullConfig });
const collected = (over: Partial<Order> = {}) => plain({ shippingInfo: shippedBy('pickup'), ...over });
const channel = (key: string) => ({ typeId: 'channel', id: key, obj: { key } as never }) as const;
const in_ = (currency: string, digits: number, amount: number) => {
  const each = money(amount, currency, digits);
  const price = { id: 'p', value: each };
  return full({
    totalPrice: each,
    shippingInfo: shippedBy('standard', { price: each }),
    discountOnTotalPrice: { discountedAmount: each, includedDiscounts: [] },
    lineItems: [ctLine({ price, quantity: 1, totalPrice: each })],
  });
};
const extra = (slug: string, centAmount: number): CustomLineItem => ({
  id: slug,
  key: slug,
  name: { 'de-DE': `Extra ${slug}` },
  slug,
  quantity: 1,
  money: money(centAmount),
  totalPrice: money(centAmount),
  discountedPricePerQuantity: [],
  taxedPricePortions: [],
  state: [],
  perMethodTaxRate: [],
  priceMode: 'Standard',
});
const home = ctAddress({ key: 'home' });
const work = ctAddress({ key: 'work', streetName: 'Werkstraße' });
const target = (addressKey: string, shippingMethodKey: string, quantity: number) => ({
  addressKey,
  shippingMethodKey,
  quantity,
});
const toSeveral = (...targets: ReturnType<typeof target>[]) =>
  plain({
    shippingMode: 'Multiple',
    shippingInfo: undefined as never,
    shipping: [
      { shippingKey: 'a', shippingInfo: shippedBy('standard'), shippingAddress: home },
      { shippingKey: 'b', shippingInfo: shippedBy('express'), shippingAddress: work },
    ],
    itemShippingAddresses: [home, work],
    lineItems: [ctLine({ shippingDetails: { valid: true, targets } })],
  });

/** In mode Single. */
const toTargets = (...targets: { addressKey: string; quantity: number }[]) =>
  plain({
    shippingAddress: home,
    itemShippingAddresses: [home, work],
    lineItems: [ctLine({ shippingDetails: { valid: true, targets } })],
  });

/** Orders of every kind, by the name of their golden file. */
export const goldenOrders: Readonly<Record<string, GoldenOrder>> = {
  'shipped-standard': plain(),
  'shipped-express-with-carriers': plain({ shippingInfo: shippedBy('express') }),
  'shipped-store-facilities': {
    ...plain({ store: { typeId: 'store', key: 'berlin' } }),
    routing: { facilitiesByStore: { berlin: ['b1', 'b2'] }, storeTag: 'tag-store' },
  },
  'shipped-order-field-tags': {
    ...plain({ custom: custom({ season: 'winter', level: 3, bag: { a: 1 } }) }),
    routing: { customFieldTags: { season: 'tag-season', level: 'tag-level', bag: 'tag-bag' } },
  },
  'shipped-held-for-payment': { ...plain({ paymentState: 'Pending' }), held: true },
  'unknown-method-fails': plain({ shippingInfo: shippedBy('drone') }),
  'unknown-method-held': { ...plain({ shippingInfo: shippedBy('drone') }), routing: { unknownShippingMethod: 'hold' } },
  'unknown-method-shipped': {
    ...plain({ shippingInfo: shippedBy('drone') }),
    routing: { unknownShippingMethod: 'shipping' },
  },
  'custom-method-without-key': plain({
    shippingInfo: (({ shippingMethod: _, ...bare }) => bare)(shippedBy('standard')),
  }),
  'collect-by-field-paid': collected({ custom: custom({ pickupStore: 'store-7' }) }),
  'collect-by-field-unpaid': collected({ custom: custom({ pickupStore: 'store-7' }), paymentState: 'BalanceDue' }),
  'collect-by-channel-reference': collected({
    // As getOrder makes it of a reference.
    custom: custom({ pickupStore: { typeId: 'channel', id: 'x', key: 'store-8' } }),
  }),
  'collect-by-channel-reference-unread': collected({ custom: custom({ pickupStore: { typeId: 'channel', id: 'x' } }) }),
  'collect-by-supply-channel-of-goods': collected({
    lineItems: [
      ctLine({ supplyChannel: channel('store-9') }),
      ctLine({ id: 'none', quantity: 0, supplyChannel: channel('store-1') }),
    ],
  }),
  'collect-by-supply-channel': collected({ lineItems: [ctLine({ supplyChannel: channel('store-9') })] }),
  'collect-without-address': collected({
    custom: custom({ pickupStore: 'store-7' }),
    shippingAddress: undefined as never,
    billingAddress: undefined as never,
  }),
  'collect-incomplete-address': collected({
    custom: custom({ pickupStore: 'store-7' }),
    shippingAddress: { country: 'DE' },
  }),
  'collect-without-facility': collected(),
  'collect-ambiguous': collected({
    lineItems: [ctLine({ supplyChannel: channel('a') }), ctLine({ id: 'line-2', supplyChannel: channel('b') })],
  }),
  'multiple-one-destination': toSeveral(target('work', 'b', 2)),
  'multiple-two-destinations': toSeveral(target('home', 'a', 1), target('work', 'b', 1)),
  'multiple-unknown-targets': toSeveral(target('home', 'a', 1)),
  'multiple-one-shipping-half-targeted': {
    order: {
      ...toSeveral(target('home', 'a', 1)).order,
      shipping: [{ shippingKey: 'a', shippingInfo: shippedBy('standard'), shippingAddress: home }],
    },
  },
  'single-two-targets': toTargets({ addressKey: 'home', quantity: 1 }, { addressKey: 'work', quantity: 1 }),
  'single-one-target': toTargets({ addressKey: 'work', quantity: 2 }),
  'locale-exact': plain({ locale: 'en-GB' }),
  'locale-language': plain({ locale: 'de-AT', lineItems: [ctLine({ name: { en: 'Shirt', de: 'Hemd' } })] }),
  'locale-none': plain({ locale: undefined as never, lineItems: [ctLine({ name: { nl: 'Overhemd' } })] }),
  'locale-fallback-of-the-project': full({
    locale: 'ja-JP',
    lineItems: [ctLine({ name: { de: 'Hemd', fr: 'Chemise' } })],
  }),
  'locale-script': plain({ locale: 'zh-Hant-TW', lineItems: [ctLine({ name: { 'zh-Hant-TW': '襯衫' } })] }),
  'currency-jpy': in_('JPY', 0, 1200),
  'currency-kwd': in_('KWD', 3, 12_345),
  'currency-chf': in_('CHF', 2, 1995),
  'currency-high-precision': full({
    lineItems: [
      ctLine({
        price: {
          id: 'p',
          value: {
            type: 'highPrecision',
            currencyCode: 'EUR',
            centAmount: 12,
            preciseAmount: 123_456,
            fractionDigits: 6,
          },
        },
        totalPrice: money(25),
      }),
    ],
  }),
  'missing-sku': plain({ lineItems: [ctLine({ variant: { id: 1 } })] }),
  'missing-order-number': plain({ orderNumber: undefined as never }),
  'missing-name': plain({ lineItems: [ctLine({ name: {} })] }),
  'missing-customer': plain({ customerId: undefined as never, customerEmail: undefined as never }),
  'missing-street': plain({ shippingAddress: ctAddress({ streetName: '  ' }) }),
  'missing-house-number': plain({ shippingAddress: ctAddress({ streetNumber: '' }) }),
  'missing-shipping-address': plain({ shippingAddress: undefined as never }),
  'missing-postal-code': plain({ shippingAddress: ctAddress({ country: 'AE', postalCode: ' ' }) }),
  'missing-postal-code-with-placeholder': full({
    shippingAddress: ctAddress({ country: 'AE', postalCode: undefined as never }),
    billingAddress: ctAddress({ country: 'AE', postalCode: '' }),
  }),
  'missing-postal-code-of-the-invoice': plain({ billingAddress: ctAddress({ postalCode: undefined as never }) }),
  'address-with-everything': plain({
    shippingAddress: ctAddress({
      ...{ title: 'Dr.', salutation: 'Frau', company: 'Engines\nLtd', region: 'NRW', email: 'own@example.com' },
      ...{
        additionalStreetInfo: '3. OG',
        additionalAddressInfo: 'Hinterhof',
        building: 'B',
        apartment: '3',
        pOBox: '77',
      },
      ...{ phone: '+49 221 5550100', mobile: '+49 170 5550100' },
    }),
  }),
  'address-odd-email': plain({ shippingAddress: ctAddress({ email: 'ada at home' }), customerEmail: 'nobody' }),
  'parcel-locker': full({
    shippingAddress: ctAddress({ streetName: 'Packstation', custom: custom({ lockerNumber: '4711' }) }),
  }),
  'attributes-of-every-type': {
    ...{ config: fullConfig },
    order: withAttributes({
      text: 'blue',
      number: 42,
      flag: true,
      date: '2026-12-24',
      localized: { en: 'Cotton', de: 'Baumwolle' },
      enum: { key: 'l', label: 'Large' },
      localizedEnum: { key: 'l', label: { en: 'Large', 'de-DE': 'Groß' } },
      money: money(1050),
      set: ['a', { key: 'b', label: 'B' }],
      reference: { typeId: 'category', id: '1' },
      nested: [{ name: 'wash', value: 30 }],
      gtin: '4006381333931',
      weight: 0.35,
      unit: { key: 'piece', label: 'Stück' },
      codes: [{ key: 'B-7', label: 'Barcode 7' }, '4711'],
    }),
  },
  'attributes-without-text': {
    ...{ config: { ...fullConfig, attributes: { ...fullConfig.attributes, structured: false } } },
    order: withAttributes({
      reference: { typeId: 'category', id: '1' },
      references: [{ typeId: 'category', id: '1' }],
      nested: [{ name: 'wash', value: 30 }],
      ...{ empty: [], blank: '', nothing: null, internal: { typeId: 'category', id: '1' } },
      ...{ gtin: { typeId: 'product', id: '1' }, weight: [], unit: { typeId: 'product', id: '1' } },
    }),
  },
  'fields-without-text': {
    ...full({
      custom: custom({
        ...{ urgent: ['a'], tier: { en: 'gold' }, wanted: { typeId: 'order', id: '1' } },
        ...{ season: ['winter'], size: { en: 'L' }, fine: 'yes', blank: ' ' },
      }),
      lineItems: [ctLine({ custom: custom({ hazard: ['UN 1950'], bundle: { en: 'x' } }) })],
    }),
    routing: { customFieldTags: { season: 't1', size: 't2', fine: 't3', blank: 't4', absent: 't5' } },
  },
  'more-codes-and-tags-than-the-vendor-takes': {
    order: ctOrder({
      custom: custom(Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`f${at}`, 'x']))),
      lineItems: [
        ctLine({
          variant: {
            ...{ id: 1, sku: 'SKU-1' },
            attributes: [{ name: 'codes', value: Array.from({ length: 502 }, (_, at) => `code-${at}`) }],
          },
          custom: custom(Object.fromEntries(Array.from({ length: 503 }, (_, at) => [`f${at}`, 'x']))),
        }),
      ],
    }),
    config: {
      ...defaultMappingConfig,
      attributes: { ...defaultMappingConfig.attributes, scannableCodes: ['codes'], exclude: ['codes'] },
      lines: {
        ...defaultMappingConfig.lines,
        tags: Object.fromEntries(Array.from({ length: 503 }, (_, at) => [`f${at}`, `t${at}`])),
      },
    },
    routing: { customFieldTags: Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`f${at}`, `t${at}`])) },
  },
  'attributes-by-default': {
    order: withAttributes({ text: 'blue', gtin: '4006381333931', nested: [{ name: 'x', value: 1 }] }),
  },
  'discounted-price': full({
    lineItems: [
      ctLine({
        totalPrice: money(3998),
        discountedPricePerQuantity: [{ quantity: 2, discountedPrice: { value: money(1999), includedDiscounts: [] } }],
        taxRate: { name: 'MwSt', amount: 0.19, includedInPrice: true, country: 'DE' },
      }),
    ],
  }),
  'gift-line': full({
    lineItems: [
      ctLine(),
      ctLine({ id: 'gift', variant: { id: 1, sku: 'GIFT' }, lineItemMode: 'GiftLineItem', totalPrice: money(0) }),
    ],
  }),
  'custom-line-items-by-default': plain({ customLineItems: [extra('gift-wrap', 390)] }),
  'custom-line-items-as-service-fee-and-discount': full({
    customLineItems: [extra('gift-wrap', 390), extra('voucher', -500)],
    taxedPrice: {
      totalNet: money(5456),
      totalGross: money(6493),
      taxPortions: [{ rate: 0.19, name: '19% MwSt', amount: money(1037) }],
    },
  }),
  bundle: full({
    lineItems: ['A', 'B'].map((sku) =>
      ctLine({ id: sku, variant: { id: 1, sku }, custom: custom({ bundle: 'set-1' }) }),
    ),
  }),
  'line-fields': full({ lineItems: [ctLine({ custom: custom({ hazard: 'UN 1950', engraving: 'A. B.' }) })] }),
  'order-fields-stickers-target-time': full({
    custom: custom({ urgent: true, tier: 'gold', campaign: 'winter', wanted: '2026-12-24T18:00:00+01:00' }),
  }),
  'facilities-of-store-and-channels': full({
    store: { typeId: 'store', key: 'berlin' },
    lineItems: [ctLine({ supplyChannel: channel('b1') }), ctLine({ id: 'line-2', supplyChannel: channel('b2') })],
  }),
  'two-lines-of-one-article': plain({ lineItems: [ctLine(), ctLine({ id: 'line-2', quantity: 1 })] }),
  'line-without-quantity': plain({ lineItems: [ctLine(), ctLine({ id: 'line-2', quantity: 0 })] }),
  'no-lines': plain({ lineItems: [] }),
  'too-many-lines': plain({
    lineItems: Array.from({ length: 501 }, (_, at) =>
      ctLine({ id: `line-${at}`, variant: { id: 1, sku: `SKU-${at}` } }),
    ),
  }),
  'locked-unknown-method-with-reason': {
    ...full({ shippingInfo: shippedBy('drone') }),
    routing: { unknownShippingMethod: 'hold' },
  },
  'locked-without-method-with-reason': {
    ...full({ shippingInfo: (({ shippingMethod: _, ...bare }) => bare)(shippedBy('standard')) }),
    routing: { unknownShippingMethod: 'hold' },
  },
  'locked-with-reason': { ...full({ paymentState: 'Pending' }), held: true },
};
