import { describe, expect, it } from 'vitest';
import { defaultRoutingPolicy, isFacilityUnread, type RoutingPolicy, toFulfillmentRequest } from './routing.ts';
import { aLineItem, anOrder, aShipping } from './testkit/index.ts';

const policy: RoutingPolicy = {
  ...defaultRoutingPolicy,
  shippingMethods: {
    standard: { service: 'shipping', serviceLevel: 'DELIVERY', carriers: ['DHL'] },
    pickup: { service: 'collect' },
  },
  collectFacilityField: 'pickupStore',
};
const context = { projectKey: 'shop', held: false, tenantOrderId: null };
const routed = (order = anOrder(), over: Partial<RoutingPolicy> = {}) =>
  toFulfillmentRequest(order, { ...policy, ...over }, context);
const pickup = { shippings: [aShipping({ methodKey: 'pickup' })] };
const collect = (facilityKey: string) => ({ request: { delivery: { kind: 'collect', facilityKey } } });

describe('routing', () => {
  it('ships by the service level and the carriers of the shipping method', () => {
    expect(routed()).toMatchObject({
      request: {
        projectKey: 'shop',
        paid: true,
        held: false,
        delivery: { kind: 'shipping', serviceLevel: 'DELIVERY', carriers: ['DHL'], facilityKeys: [] },
      },
    });
  });

  it('names the facilities of the store', () => {
    const order = anOrder({ storeKey: 'berlin' });
    const over = { facilitiesByStore: { berlin: ['b1', 'b2'] } };
    expect(routed(order, over)).toMatchObject({ request: { delivery: { facilityKeys: ['b1', 'b2'] } } });
  });

  it.each([
    ['"store-7"', 'store-7'],
    ['{"typeId":"channel","id":"x","obj":{"key":"store-8"}}', 'store-8'],
  ])(
    'collects at the facility that the order field %s names, before any supply channel',
    (pickupStore, facilityKey) => {
      const order = anOrder({
        ...pickup,
        customFields: { pickupStore },
        lineItems: [aLineItem({ supplyChannelKey: 'other' })],
      });
      expect(routed(order)).toMatchObject(collect(facilityKey));
    },
  );

  it('collects at the one supply channel of the lines', () => {
    const lineItems = [aLineItem({ supplyChannelKey: 'c1' }), aLineItem({ supplyChannelKey: 'c1' }), aLineItem()];
    expect(routed(anOrder({ ...pickup, lineItems }))).toMatchObject(collect('c1'));
  });

  it('leaves lines out that are not sent when it looks for the supply channel', () => {
    const lineItems = [aLineItem({ supplyChannelKey: 'c1' }), aLineItem({ quantity: 0, supplyChannelKey: 'c2' })];
    expect(routed(anOrder({ ...pickup, lineItems }))).toMatchObject(collect('c1'));
    expect(routed(anOrder({ ...pickup, lineItems: lineItems.slice(1) }))).toMatchObject({
      problem: 'collect-facility-missing',
    });
  });

  it.each([
    [true, pickup, '{"typeId":"channel","id":"x"}'],
    [false, pickup, '{"typeId":"channel","id":"x","key":"store-8"}'],
    [false, pickup, '"store-7"'],
    [false, {}, '{"typeId":"channel","id":"x"}'],
  ])('says %s: the facility is still to be read (%#)', (unread, over, pickupStore) => {
    expect(isFacilityUnread(anOrder({ ...over, customFields: { pickupStore } }), policy)).toBe(unread);
  });

  it.each([
    ['collect-facility-missing', {}],
    [
      'collect-facility-ambiguous',
      { lineItems: [aLineItem({ supplyChannelKey: 'a' }), aLineItem({ supplyChannelKey: 'b' })] },
    ],
    ['collect-facility-unreadable', { customFields: { pickupStore: '{"id":"x"}' } }],
  ])('refuses with %s rather than choosing a facility', (problem, over) => {
    expect(routed(anOrder({ ...pickup, ...over }))).toMatchObject({ problem });
  });

  it('never ships an unknown method silently', () => {
    const order = anOrder({ shippings: [aShipping({ methodKey: 'drone' })] });
    expect(routed(order)).toMatchObject({
      problem: 'shipping-method-unknown',
      message: expect.stringContaining('drone'),
    });
    expect(routed(order, { unknownShippingMethod: 'shipping' })).toMatchObject({ request: { held: false } });
    expect(routed(order, { unknownShippingMethod: 'hold' })).toMatchObject({ request: { held: true } });
  });

  it.each([
    { shippings: [aShipping({ methodKey: null })] },
    { shippings: [] },
    { shippings: [aShipping({ methodKey: 'toString' })] },
  ])('asks the policy for an order whose method has no usable key (%#)', (over) => {
    expect(routed(anOrder(over))).toHaveProperty('problem');
    expect(routed(anOrder(over), { unknownShippingMethod: 'hold' })).toMatchObject({ request: { held: true } });
  });

  it('refuses an order to several addresses', () => {
    const order = anOrder({ shippingMode: 'Multiple', shippings: [aShipping({ key: 'a' }), aShipping({ key: 'b' })] });
    expect(routed(order)).toMatchObject({ problem: 'several-shipping-targets' });
    expect(routed({ ...order, shippingMode: 'Single' })).toMatchObject({ problem: 'several-shipping-targets' });
    expect(routed(anOrder({ targetsUnclear: true }))).toMatchObject({ problem: 'several-shipping-targets' });
  });

  it.each([
    ['4711', null, '4711'],
    [null, null, anOrder().id],
    ['', null, anOrder().id],
    ['4711', 'fixed', 'fixed'],
  ])('asks with order number %s and first id %s for tenant order id %s', (orderNumber, tenantOrderId, expected) => {
    expect(toFulfillmentRequest(anOrder({ orderNumber }), policy, { ...context, tenantOrderId })).toMatchObject({
      request: { tenantOrderId: expected },
    });
  });

  it('counts gifts as goods and keeps the held of the gate', () => {
    const order = anOrder({ lineItems: [aLineItem({ gift: true }), aLineItem({ id: 'none', quantity: 0 })] });
    const result = toFulfillmentRequest(order, policy, { ...context, held: true });
    expect(result).toMatchObject({ request: { held: true, lines: [{ id: 'line-1' }] } });
  });

  it('tags with texts only', () => {
    const customFields = { season: '"winter"', level: '3', bag: '{"a":1}', blank: '" "' };
    const order = anOrder({ storeKey: 'berlin', customFields });
    const customFieldTags = {
      season: 't-season',
      level: 't-level',
      bag: 't-bag',
      blank: 't-blank',
      absent: 't-absent',
    };
    expect(routed(order, { storeTag: 't-store', customFieldTags })).toMatchObject({
      request: {
        tags: [
          { id: 't-store', value: 'berlin' },
          { id: 't-season', value: 'winter' },
          { id: 't-level', value: '3' },
        ],
      },
    });
  });
});
