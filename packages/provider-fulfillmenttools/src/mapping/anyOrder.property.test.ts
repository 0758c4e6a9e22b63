import type { Address, CustomLineItem, LineItem, Order, TypedMoney } from '@commercetools/platform-sdk';
import { partsOf } from '@pipeline/fulfillment';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import { loadSchema } from '@pipeline/schemas';
import avro from 'avsc';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { openVendorApi, vendorApiPresent } from '../testing/vendorApi.ts';
import { explainOrder } from './explainOrder.ts';
import { defaultMappingConfig } from './mappingConfig.ts';
import { ctAddress, ctLine, ctOrder, custom, money, shippedBy } from './testing/ctOrder.ts';
import { fullConfig } from './testing/fullConfig.ts';
import { goldenRouting } from './testing/goldenOrders.ts';

/** The closed list of reasons for which an order is not sent. */
const REASONS = [
  ...['shipping-method-unknown', 'shipping-method-missing', 'several-shipping-targets', 'collect-facility-missing'],
  ...['collect-facility-ambiguous', 'collect-facility-unreadable', 'mapping-address-incomplete', 'mapping-invalid'],
];

const text = fc.oneof(
  fc.constantFrom('', ' ', 'a', 'Straße 1', 'a\nb', 'DE', 'ada@example.com', '\u2028', '😀', '__proto__', 'toString'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const locale = fc.constantFrom('de', 'de-DE', 'en-GB', 'zh-Hant-TW', 'x');
const localized = fc.dictionary(locale, text, { maxKeys: 3 });
/** The codec of the topic refuses what is beyond by name. */
const MOST = 2 ** 52;
const amount = fc.oneof(fc.integer({ min: -10_000, max: 100_000 }), fc.integer({ min: -MOST, max: MOST }));
const currency = fc.constantFrom(['EUR', 2], ['JPY', 0], ['KWD', 3], ['DEM', 2]);
const cents: fc.Arbitrary<ReturnType<typeof money>> = fc
  .tuple(amount, currency)
  .map(([cent, [code, digits]]) => money(cent, code as string, digits as number));
const precise: fc.Arbitrary<TypedMoney> = fc
  .tuple(amount, fc.integer({ min: 3, max: 12 }))
  .map(([preciseAmount, digits]) => ({
    ...{ type: 'highPrecision', currencyCode: 'EUR', centAmount: 1, preciseAmount, fractionDigits: digits },
  }));
const anyMoney: fc.Arbitrary<TypedMoney> = fc.oneof(cents, precise);

/** Of any type that a product attribute or a custom field has. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    localized,
    fc.record({ key: text, label: fc.oneof(text, localized) }),
    anyMoney,
    fc.record({ typeId: fc.constant('product'), id: text }),
    fc.constantFrom('2026-12-24', '2026-12-24T18:00:00Z', 'false', '4711'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.record({ name: text, value: tie('value') }), { maxLength: 2 }),
  ),
}));
const named = (...names: readonly string[]) =>
  fc.dictionary(fc.oneof(fc.constantFrom(...names), text), value, { maxKeys: 4 });

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
/** Drops what is undefined: the SDK's types have absent members. */
const present = <Value extends object>(parts: object): Value =>
  Object.fromEntries(Object.entries(parts).filter(([, each]) => each !== undefined)) as Value;

const address: fc.Arbitrary<Address> = fc
  .record({
    country: fc.constantFrom('DE', 'de', 'GB', 'AE'),
    ...{ streetName: maybe(text), streetNumber: maybe(text), postalCode: maybe(text), city: maybe(text) },
    ...{ company: maybe(text), state: maybe(text), region: maybe(text), pOBox: maybe(text), title: maybe(text) },
    ...{ phone: maybe(text), mobile: maybe(text), email: maybe(text), building: maybe(text), firstName: maybe(text) },
    custom: maybe(named('lockerNumber').map(custom)),
  })
  .map((parts) => present<Address>(parts));
const home = ctAddress({ key: 'home' });
const work = ctAddress({ key: 'work', streetName: 'Werkstraße' });
const likelyAddress = fc.oneof(fc.constant(ctAddress()), fc.constant(home), fc.constant(work), address);

const line: fc.Arbitrary<LineItem> = fc
  .record({
    id: fc.uuid(),
    name: localized,
    quantity: fc.constantFrom(1, 2, 0, 1_000_000),
    variant: fc
      .record({
        sku: maybe(text),
        attributes: maybe(
          named('gtin', 'codes', 'weight', 'unit', 'internal').map((each) =>
            Object.entries(each).map(([name, content]) => ({ name, value: content })),
          ),
        ),
      })
      .map((parts) => ({ id: 1, ...present<object>(parts) })),
    price: anyMoney.map((each) => ({ id: 'p', value: each })),
    totalPrice: cents,
    lineItemMode: fc.constantFrom('Standard', 'GiftLineItem'),
    custom: maybe(named('hazard', 'bundle', 'engraving').map(custom)),
    supplyChannel: maybe(text.map((key) => ({ typeId: 'channel', id: 'c', obj: { key } }))),
    taxRate: maybe(
      fc
        .double({ min: 0, max: 1, noNaN: true })
        .map((rate) => ({ name: 'x', amount: rate, includedInPrice: true, country: 'DE' })),
    ),
    shippingDetails: maybe(
      fc
        .array(
          fc.record({
            addressKey: fc.constantFrom('home', 'work'),
            quantity: fc.nat(2),
            shippingMethodKey: fc.constantFrom('a', 'a', 'b'),
          }),
          {
            maxLength: 2,
          },
        )
        .map((targets) => ({ valid: true, targets })),
    ),
  })
  .map((parts) => ctLine(present<Partial<LineItem>>(parts)));

const customLine = fc
  .record({
    slug: fc.oneof(fc.constant('gift-wrap'), text),
    name: localized,
    quantity: fc.nat(2),
    totalPrice: cents,
    money: anyMoney,
  })
  .map((parts) => ({ id: 'c', ...parts }) as unknown as CustomLineItem);
const method = fc.oneof(fc.constantFrom('standard', 'express', 'pickup', 'drone'), text).map((key) => shippedBy(key));

const order: fc.Arbitrary<Order> = fc
  .record({
    orderNumber: maybe(text),
    createdAt: fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((date) => date.toISOString()),
    locale: maybe(locale),
    customerId: maybe(text),
    customerEmail: maybe(text),
    totalPrice: cents,
    paymentState: maybe(fc.constantFrom('Paid', 'Pending', 'BalanceDue')),
    shippingMode: fc.constantFrom('Single', 'Single', 'Multiple'),
    shippingInfo: maybe(method),
    shipping: fc.array(
      fc.record({ shippingKey: fc.constantFrom('a', 'b'), shippingInfo: method, shippingAddress: likelyAddress }),
      { maxLength: 2 },
    ),
    itemShippingAddresses: fc.array(likelyAddress, { maxLength: 2 }),
    shippingAddress: maybe(likelyAddress),
    billingAddress: maybe(likelyAddress),
    lineItems: fc.array(line, { maxLength: 3 }),
    customLineItems: fc.array(customLine, { maxLength: 2 }),
    store: maybe(text.map((key) => ({ typeId: 'store', key }))),
    custom: maybe(named('pickupStore', 'urgent', 'tier', 'wanted', 'campaign', 'options').map(custom)),
    taxedPrice: maybe(
      cents.map((each) => ({
        ...{ totalNet: each, totalGross: each },
        taxPortions: [{ rate: 0.19, amount: each }],
      })),
    ),
    discountOnTotalPrice: maybe(anyMoney.map((discountedAmount) => ({ discountedAmount, includedDiscounts: [] }))),
  })
  .map((parts) => {
    const { shippingInfo: _s, shippingAddress: _a, billingAddress: _b, ...bare } = ctOrder();
    return { ...bare, ...present<Partial<Order>>(parts) } as Order;
  });

const type = avro.Type.forSchema(loadSchema('commerce.orders.v1') as avro.Schema, { logicalTypes: {} });
const snapshotType = (type as avro.types.RecordType).field('order')?.type as avro.Type;
const wrapped = (snapshot: object) => ({ 'pipeline.OrderSnapshot': snapshot });

/** Where lines say that their goods go, each once; null: nowhere that the order knows. */
function targetsOf({ lineItems, itemShippingAddresses = [], shipping = [], shippingAddress }: Order) {
  const known = [...itemShippingAddresses, ...shipping.map((each) => each.shippingAddress), shippingAddress];
  const targets = lineItems
    .filter(({ quantity }) => quantity > 0)
    .flatMap(({ shippingDetails }) => shippingDetails?.targets ?? []);
  const named = targets.filter(({ quantity }) => quantity > 0).map(({ addressKey }) => addressKey);
  return [...new Set(named)].map((key) => known.find((each) => each?.key === key) ?? null);
}

let violationsOf: ReturnType<typeof openVendorApi> = () => [];
beforeAll(() => {
  if (vendorApiPresent) violationsOf = openVendorApi();
});

const targetedPieces = ({ lineItems }: Order) =>
  lineItems.map(({ shippingDetails }) =>
    (shippingDetails?.targets ?? []).reduce((sum, each) => sum + each.quantity, 0),
  );

/** Pieces that the lines send to a street; lines without targets go, in mode Single, to the address of the order. */
function piecesTo({ lineItems, itemShippingAddresses = [], shippingAddress }: Order, street: string | undefined) {
  const streetOf = (key: string) =>
    [...itemShippingAddresses, shippingAddress].find((each) => each?.key === key)?.streetName;
  return lineItems.reduce((sum, { quantity, shippingDetails }) => {
    const named = (shippingDetails?.targets ?? []).filter((each) => each.quantity > 0);
    if (named.length === 0) return sum + (shippingAddress?.streetName === street ? quantity : 0);
    return sum + named.reduce((of, each) => of + (streetOf(each.addressKey) === street ? each.quantity : 0), 0);
  }, 0);
}

/** Orders whose lines, of two pieces each, name addresses, likely such that all of them are there. */
const targeted: fc.Arbitrary<Order> = fc
  .record({
    mode: fc.constantFrom('Single', 'Multiple'),
    targets: fc.array(
      fc.array(fc.record({ addressKey: fc.constantFrom('home', 'work'), quantity: fc.nat(2) }), { maxLength: 2 }),
      { minLength: 1, maxLength: 2 },
    ),
    known: fc.shuffledSubarray([home, work]),
    own: fc.constantFrom(home, work),
  })
  .map(({ mode, targets, known, own }) =>
    ctOrder({
      shippingMode: mode,
      shippingAddress: own,
      itemShippingAddresses: known,
      shipping: [{ shippingKey: 'a', shippingInfo: shippedBy('standard'), shippingAddress: own }],
      lineItems: targets.map((each) =>
        ctLine({
          shippingDetails: { valid: true, targets: each.map((one) => ({ ...one, shippingMethodKey: 'a' })) },
        }),
      ),
    }),
  );

test('every piece is sent to the address that its line names, in one order for each, or the order is refused', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(targeted, (given) => {
      const parts = partsOf(toOrderSnapshot(given, { readAt: 0 })).map((part) => {
        const context = { projectKey: 'shop', held: false, tenantOrderId: part.tenantOrderId };
        return explainOrder(part.order, { routing: goldenRouting, mapping: defaultMappingConfig, context });
      });
      const targets = targetsOf(given);
      const bodies = parts.flatMap(({ order: body }) => body ?? []);
      for (const { order: body, problem } of parts)
        if (body === null) expect(problem?.code).toBe('several-shipping-targets');
      seen.add(targets.length === 0 ? 'no targets' : bodies.length === 0 ? 'refused' : `sent as ${bodies.length}`);
      // Refused or sent as a whole, never in part.
      expect([0, parts.length]).toContain(bodies.length);
      const sent = bodies.map((body) => ({
        street: body.consumer.addresses?.find(({ addressType }) => addressType === 'POSTAL_ADDRESS')?.street,
        pieces: body.orderLineItems.reduce((sum, { quantity }) => sum + quantity, 0),
      }));
      if (bodies.length === 0 || targets.length === 0) return;
      // Each piece goes where its line says, and each just once.
      for (const street of new Set([...targets.map((each) => each?.streetName), ...sent.map((each) => each.street)]))
        expect(sent.filter((each) => each.street === street).reduce((sum, { pieces }) => sum + pieces, 0)).toBe(
          piecesTo(given, street),
        );
      const whole = given.shippingMode === 'Single' ? [0, 2] : [2];
      for (const pieces of targetedPieces(given)) expect(whole).toContain(pieces);
    }),
    { numRuns: 300 },
  );
  expect([...seen].sort()).toEqual(['no targets', 'refused', 'sent as 1', 'sent as 2']);
});

test('any order that the SDK’s types allow is an order for the vendor, or is refused for a named reason', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(order, fc.boolean(), fc.constantFrom(defaultMappingConfig, fullConfig), (given, held, mapping) => {
      const snapshot = toOrderSnapshot(given, { readAt: 0 });
      expect(snapshotType.isValid(snapshot) || snapshotType.isValid(wrapped(snapshot))).toBe(true);
      for (const { order: part, tenantOrderId } of partsOf(snapshot)) {
        const context = { projectKey: 'shop', held, tenantOrderId };
        const { order: body, problem } = explainOrder(part, { routing: goldenRouting, mapping, context });
        seen.add(problem?.code ?? 'sent');
        if (body === null) expect(REASONS).toContain(problem?.code);
        else expect(violationsOf({ method: 'POST', target: '/api/orders', body: JSON.stringify(body) })).toEqual([]);
      }
    }),
    { numRuns: 400 },
  );
  expect([...seen]).toContain('sent');
  expect(seen.size).toBeGreaterThan(4);
});
