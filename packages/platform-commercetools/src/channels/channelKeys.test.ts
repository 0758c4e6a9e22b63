import { defaultRoutingPolicy, toFulfillmentRequest } from '@pipeline/fulfillment';
import { channels, createCommercetoolsSimulator, shippingMethods } from '@pipeline/simulator-commercetools';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCommercetoolsPlatform } from '../platform.ts';
import { clientOf, SECRET } from '../testing/client.ts';
import { anOrder, euros, ORDER_ID } from '../testing/order.ts';
import { ctError, inTurn, json, startServer } from '../testing/server.ts';

const { signal } = new AbortController();
const [store] = channels;
const [method] = shippingMethods;
const referringTo = (id: string) =>
  anOrder({
    custom: { type: { typeId: 'type', id: 'a-type' }, fields: { pickupStore: { typeId: 'channel', id }, note: 'x' } },
    shippingInfo: {
      shippingMethodName: 'x',
      price: euros(0),
      shippingRate: { price: euros(0), tiers: [] },
      shippingMethodState: 'MatchesCart',
      shippingMethod: { typeId: 'shipping-method', id: method?.id ?? '' },
    },
  });
const policy = {
  ...defaultRoutingPolicy,
  shippingMethods: { [method?.key ?? '']: { service: 'collect' as const } },
  collectFacilityField: 'pickupStore',
};

describe('an order that the simulator has, whose field refers to a channel', () => {
  const simulator = () =>
    createCommercetoolsSimulator({ projectKey: 'shop', clients: [{ clientId: 'client-1', clientSecret: SECRET }] });
  let [side, url] = [simulator(), ''];
  beforeEach(async () => {
    side = simulator();
    url = await side.listen();
  });
  afterEach(() => side.close());

  async function read(id: string, channelFields: readonly string[]) {
    await fetch(`${url}/_sim/orders`, { method: 'POST', body: JSON.stringify(referringTo(id)) });
    const client = clientOf(url);
    try {
      const order = await createCommercetoolsPlatform({ api: client.api, channelFields }).getOrder(ORDER_ID, signal);
      return order && toFulfillmentRequest(order, policy, { projectKey: 'shop', held: false, tenantOrderId: null });
    } finally {
      await client.close();
    }
  }

  test('is collected at the facility with the key of the channel', async () => {
    expect(await read(store?.id ?? '', ['pickupStore'])).toMatchObject({
      request: { delivery: { kind: 'collect', facilityKey: store?.key } },
    });
  });

  test.each([
    ['of a channel that is gone', 'c1a00000-0000-4000-8000-0000000000aa', ['pickupStore']],
    ['in a field that nobody named', store?.id ?? '', []],
  ])('is refused by name where the reference is one %s', async (_, id, fields) => {
    expect(await read(id, fields)).toMatchObject({ problem: 'collect-facility-unreadable' });
  });
});

test('a channel is read once, and a missing scope is named', async () => {
  const found = json(200, { id: 'c-1', version: 1, key: 'store-1', roles: [] });
  const channel = inTurn(ctError(403, 'insufficient_scope'), found);
  const order = json(200, referringTo('c-1'));
  const server = await startServer((request, response) =>
    (request.path.includes('/channels/') ? channel : request.path.includes('/orders/') ? order : ctError(404, 'x'))(
      request,
      response,
    ),
  );
  const client = clientOf(server.url);
  const platform = createCommercetoolsPlatform({ api: client.api, channelFields: ['pickupStore', 'toString'] });
  try {
    await expect(platform.getOrder(ORDER_ID, signal)).rejects.toMatchObject({
      errorClass: 'auth',
      message: expect.stringContaining('view_channels'),
    });
    await expect(platform.getOrder(ORDER_ID, signal)).rejects.toMatchObject({ code: 'effect-paused' });
    const patient = createCommercetoolsPlatform({ api: client.api, channelFields: ['pickupStore'] });
    for (let round = 0; round < 2; round++)
      expect((await patient.getOrder(ORDER_ID, signal))?.customFields).toEqual({
        pickupStore: '{"typeId":"channel","id":"c-1","key":"store-1"}',
        note: '"x"',
      });
    expect(server.calls().filter((each) => each.includes('channels'))).toHaveLength(2);
  } finally {
    await client.close();
    await server.stop();
  }
});
