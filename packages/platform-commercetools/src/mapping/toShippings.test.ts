import type { Order, Shipping as CtShipping } from '@commercetools/platform-sdk';
import { loadSchema } from '@pipeline/schemas';
import avro from 'avsc';
import { describe, expect, test } from 'vitest';
import { fixturesPresent, parseFixture } from '../testing/fixtures.ts';
import { aLineItem, anOrder, euros } from '../testing/order.ts';
import { toDeletedOrder } from './toDeletedOrder.ts';
import { toOrderSnapshot } from './toOrderSnapshot.ts';

const home = { key: 'home', country: 'DE', streetName: 'Am Ring' };
const work = { key: 'work', country: 'DE', streetName: 'Werkstraße' };
const by = (shippingKey: string, shippingAddress: CtShipping['shippingAddress'], method = 'dhl'): CtShipping => ({
  shippingKey,
  shippingAddress,
  shippingInfo: {
    shippingMethodName: method,
    price: euros(495),
    shippingRate: { price: euros(495), tiers: [] },
    shippingMethodState: 'MatchesCart',
    shippingMethod: { typeId: 'shipping-method', id: method, obj: { key: method } as never },
  },
});
const goesTo = (...targets: readonly [key: string, by: string, quantity: number][]) =>
  aLineItem({
    quantity: 2,
    shippingDetails: {
      valid: true,
      targets: targets.map(([addressKey, shippingMethodKey, quantity]) => ({
        addressKey,
        shippingMethodKey,
        quantity,
      })),
    },
  });
const several = (lineItems: Order['lineItems'], over: Partial<Order> = {}) =>
  toOrderSnapshot(
    anOrder({
      shippingMode: 'Multiple',
      shipping: [by('a', home), by('b', work)],
      itemShippingAddresses: [home, work],
      shippingAddress: home,
      lineItems,
      ...over,
    }),
    { readAt: 0 },
  );
const keys = ({ shippings }: ReturnType<typeof several>) => shippings.map(({ key }) => key);

describe('an order of mode Multiple', () => {
  test('all of whose goods go to one address by one method has one shipping, and is shipped there', () => {
    const mapped = several([goesTo(['work', 'b', 2]), goesTo(['work', 'b', 1], ['work', 'b', 1])]);
    expect(keys(mapped)).toEqual(['b']);
    expect(mapped.shippingAddress?.street).toBe('Werkstraße');
  });

  test('has one shipping for each destination that goods go to', () => {
    expect(keys(several([goesTo(['home', 'a', 1], ['work', 'b', 1])]))).toEqual(['a', 'b']);
    expect(several([goesTo(['home', 'a', 1], ['work', 'b', 1])]).shippingAddress?.street).toBe('Am Ring');
  });

  test('is not taken for one destination where one method goes to two addresses', () => {
    const mapped = several([goesTo(['home', 'a', 1], ['work', 'a', 1])], { shipping: [by('a', home)] });
    expect(mapped.shippings.map(({ address }) => address?.street)).toEqual(['Am Ring', 'Werkstraße']);
  });

  test('is not taken for one destination where two methods go to one address', () => {
    const shipping = [by('a', home), by('b', home, 'ups')];
    expect(keys(several([goesTo(['home', 'a', 1], ['home', 'b', 1])], { shipping }))).toEqual(['a', 'b']);
  });

  test('is one destination where the same method stands twice with the same address', () => {
    const shipping = [by('a', home), by('b', { ...home, key: 'other' })];
    const itemShippingAddresses = [home, { ...home, key: 'other' }];
    const lines = [goesTo(['home', 'a', 1], ['other', 'b', 1])];
    expect(keys(several(lines, { shipping, itemShippingAddresses }))).toEqual(['a']);
  });

  test.each([
    ['a line has no targets', [goesTo(['home', 'a', 2]), aLineItem()]],
    ['targets do not cover a line', [goesTo(['home', 'a', 1])]],
    ['targets are more than a line', [goesTo(['home', 'a', 3])]],
    ['a target names no shipping that there is', [goesTo(['home', 'x', 2])]],
  ])('shows all its shippings where %s', (_name, lines) => {
    expect(keys(several(lines))).toEqual(['a', 'b']);
  });

  test.each([
    ['cover one of two pieces', [goesTo(['home', 'a', 1])]],
    ['are those of one line of two', [goesTo(['home', 'a', 2]), aLineItem()]],
    ['lead to an address that is not there', [goesTo(['nowhere', 'a', 2])]],
  ])('with one shipping is not taken for one destination where the targets %s', (_name, lines) => {
    expect(several(lines, { shipping: [by('a', home)] })).toMatchObject({ targetsUnclear: true });
  });

  test('goes all by its one shipping where no line has targets', () => {
    const mapped = several([aLineItem()], { shipping: [by('a', work)] });
    expect(mapped).toMatchObject({ targetsUnclear: false, shippingAddress: { street: 'Werkstraße' } });
  });

  test('ignores lines without quantity and targets without any', () => {
    const none = aLineItem({ quantity: 0 });
    expect(keys(several([none, goesTo(['home', 'a', 0], ['work', 'b', 2])]))).toEqual(['b']);
  });

  test.skipIf(!fixturesPresent)('of the fixtures goes to a home and to a store', () => {
    const mapped = toOrderSnapshot(parseFixture<Order>('order.multiple-shipping.json'), { readAt: 0 });
    expect(mapped.shippings).toHaveLength(2);
  });
});

describe('what goes where', () => {
  const targets = ({ shippings }: ReturnType<typeof several>) => shippings.map(({ target }) => target);
  const pieces = ({ lineItems }: ReturnType<typeof several>) =>
    lineItems.map(({ targetQuantities }) => targetQuantities);

  test('is said of every piece, by the key of the shipping', () => {
    const mapped = several([goesTo(['home', 'a', 1], ['work', 'b', 1]), goesTo(['work', 'b', 2])]);
    expect(targets(mapped)).toEqual(['a', 'b']);
    expect(pieces(mapped)).toEqual([{ a: 1, b: 1 }, { b: 2 }]);
  });

  test('is not said where all goes to one destination', () => {
    const mapped = several([goesTo(['work', 'b', 2])]);
    expect([targets(mapped), pieces(mapped)]).toEqual([[undefined], [{}]]);
  });

  test('is named with the address too where a shipping goes elsewhere, whatever comes first', () => {
    const shipping = [by('a', home)];
    const lines = [goesTo(['home', 'a', 1], ['work', 'a', 1])];
    expect(targets(several(lines, { shipping }))).toEqual(['a', 'a.work']);
    const turned = several([goesTo(['work', 'a', 1], ['home', 'a', 1])], { shipping });
    expect([targets(turned), pieces(turned)]).toEqual([['a.work', 'a'], [{ 'a.work': 1, a: 1 }]]);
  });

  test('keeps its name when lines or other destinations change', () => {
    const third = { ...work, key: 'third', streetName: 'Gasse' };
    const shipping = [by('a', home), by('b', home), by('c', work)];
    const over = { shipping, itemShippingAddresses: [home, work, third] };
    const lines = [goesTo(['home', 'a', 2]), goesTo(['home', 'b', 2]), goesTo(['work', 'c', 2])];
    expect(targets(several(lines, over)).sort()).toEqual(['a', 'c']);
    expect(targets(several(lines.toReversed(), over)).sort()).toEqual(['a', 'c']);
    expect(targets(several([...lines, goesTo(['third', 'a', 2])], over)).sort()).toEqual(['a', 'a.third', 'c']);
  });

  test('is added up where the same address stands twice', () => {
    const itemShippingAddresses = [home, work, { ...home, key: 'also-home' }];
    const lines = [goesTo(['home', 'a', 1], ['also-home', 'a', 1]), goesTo(['work', 'b', 2])];
    expect(pieces(several(lines, { itemShippingAddresses }))).toEqual([{ a: 2 }, { b: 2 }]);
  });

  test('never has the name of an order that is not divided', () => {
    const shipping = [by('order', home), by('b', work)];
    expect(targets(several([goesTo(['home', 'order', 1], ['work', 'b', 1])], { shipping }))).toEqual(['order.', 'b']);
  });
});

describe('an order of mode Single', () => {
  const single = (...lineItems: Order['lineItems']) =>
    toOrderSnapshot(
      anOrder({
        lineItems,
        shippingInfo: by('a', home).shippingInfo,
        shippingAddress: home,
        itemShippingAddresses: [work],
      }),
      { readAt: 0 },
    );
  const to = (...targets: readonly [key: string, quantity: number][]) => ({
    ...goesTo(),
    shippingDetails: { valid: true, targets: targets.map(([addressKey, quantity]) => ({ addressKey, quantity })) },
  });
  const streets = ({ shippings }: ReturnType<typeof single>) => shippings.map(({ address }) => address?.street);

  test('has one shipping for each address that its lines name, by its one method', () => {
    const mapped = single(to(['home', 1], ['work', 1]));
    expect(streets(mapped)).toEqual(['Am Ring', 'Werkstraße']);
    expect(mapped.shippings.map(({ methodKey }) => methodKey)).toEqual(['dhl', 'dhl']);
  });

  test('says of every piece where it goes, by the key of the address', () => {
    const { shippings, lineItems } = single(to(['home', 1], ['work', 1]), aLineItem({ quantity: 3 }));
    expect(shippings.map(({ target }) => target)).toEqual(['home', 'work']);
    expect(lineItems.map(({ targetQuantities }) => targetQuantities)).toEqual([{ home: 1, work: 1 }, { home: 3 }]);
  });

  test('is shipped where all lines say, not to the address of the order', () => {
    expect(single(to(['work', 2]))).toMatchObject({
      shippings: [{ methodKey: 'dhl', address: { street: 'Werkstraße' } }],
      shippingAddress: { street: 'Werkstraße' },
      targetsUnclear: false,
    });
  });

  test('sends lines that name nothing to the address of the order', () => {
    expect(streets(single(to(['work', 2]), goesTo()))).toEqual(['Werkstraße', 'Am Ring']);
    expect(streets(single(to(['home', 2]), goesTo()))).toEqual(['Am Ring']);
  });

  test.each([[to(['work', 1])], [to(['nowhere', 2])]])('says when targets are unclear (%#)', (line) => {
    expect(single(line).targetsUnclear).toBe(true);
  });
});

describe('what joined the snapshot later', () => {
  const order = anOrder({
    customLineItems: [
      {
        id: 'c',
        key: 'k',
        name: { en: 'Gift wrap' },
        slug: 'wrap',
        quantity: 1,
        money: euros(390),
        totalPrice: euros(390),
        discountedPricePerQuantity: [],
        taxedPricePortions: [],
        state: [],
        perMethodTaxRate: [],
        priceMode: 'Standard',
        custom: { type: { typeId: 'type', id: 't' }, fields: { text: 'For Ada' } },
      },
    ],
    taxedPrice: {
      totalNet: euros(840),
      totalGross: euros(1000),
      taxPortions: [{ rate: 0.19, name: '19% MwSt', amount: euros(160) }],
    },
    discountOnTotalPrice: { discountedAmount: euros(500), includedDiscounts: [] },
    lineItems: [aLineItem({ taxRate: { name: 'MwSt', amount: 0.19, includedInPrice: true, country: 'DE' } })],
  });
  const money = (amount: number) => ({ currency: 'EUR', amount, fractionDigits: 2 });
  const type = avro.Type.forSchema(loadSchema('commerce.orders.v1') as avro.Schema, { logicalTypes: {} });
  const event = (snapshot: object) => ({
    ...{ type: 'OrderConfirmed', platform: 'p', instance: 'i', projectKey: 's', orderId: 'o', orderVersion: 1 },
    ...{ orderNumber: null, eventId: 'e', cause: 'c', occurredAt: 1, receivedAt: 1, dataErasure: false },
    ...{ snapshotIncluded: true, order: snapshot },
  });

  test('is taken from the order', () => {
    expect(toOrderSnapshot(order, { readAt: 0 })).toMatchObject({
      customLineItems: [
        {
          slug: 'wrap',
          name: { en: 'Gift wrap' },
          quantity: 1,
          totalPrice: money(390),
          customFields: { text: '"For Ada"' },
        },
      ],
      taxes: [{ name: '19% MwSt', rate: 0.19, amount: money(160) }],
      discountOnTotal: money(500),
      lineItems: [{ taxRate: 0.19, taxIncluded: true }],
    });
  });

  test('can be left out by whoever makes a snapshot, and is then read as the default', () => {
    const { customLineItems, taxes, discountOnTotal, ...old } = toOrderSnapshot(order, { readAt: 0 });
    expect([customLineItems, taxes, discountOnTotal]).not.toContain(undefined);
    const lineItems = old.lineItems.map(({ taxRate: _r, taxIncluded: _i, ...line }) => line);
    expect(type.fromBuffer(type.toBuffer(event({ ...old, lineItems })))).toMatchObject({
      order: {
        customLineItems: [],
        taxes: [],
        discountOnTotal: null,
        lineItems: [{ taxRate: null, taxIncluded: null }],
      },
    });
  });

  test('says nothing of a person once the order is deleted', () => {
    expect(JSON.stringify(toDeletedOrder(order, 0))).not.toContain('Ada');
  });
});
