import type { Order } from '@commercetools/platform-sdk';
import { issuePermit } from '@pipeline/streams';
import { afterEach, describe, expect, test } from 'vitest';
import { createCommercetoolsPlatform } from './platform.ts';
import type { CommercetoolsPlatformSettings, SkippedFields } from './platform.ts';
import { clientOf } from './testing/client.ts';
import { ORDER_ID, anOrder, euros } from './testing/order.ts';
import { ctError, html, json, startServer } from './testing/server.ts';
import type { Reply } from './testing/server.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

const orderType = { id: 'our-type', key: 'fft-order' };
const { signal } = new AbortController();
const permit = () => issuePermit('writeStatus', signal);

/** Routes by `METHOD path`; what is not listed answers 404 as commercetools does. */
async function start(routes: Record<string, Reply>, settings: Partial<CommercetoolsPlatformSettings> = {}) {
  const server = await startServer((request, response) =>
    (routes[`${request.method} ${request.path}`] ?? ctError(404, 'ResourceNotFound'))(request, response),
  );
  const client = clientOf(server.url);
  cleanup.push(
    () => client.close(),
    () => server.stop(),
  );
  const skipped: SkippedFields[] = [];
  const platform = createCommercetoolsPlatform({
    api: client.api,
    orderType,
    onSkippedFields: (each) => skipped.push(each),
    now: () => 42,
    ...settings,
  });
  return { server, platform, skipped };
}

const orderPath = `/shop/orders/${ORDER_ID}`;
const customType = (id: string) => ({ type: { typeId: 'type', id }, fields: {} }) as const;
/** Of the order with one line, which has no shipping. */
const parts = {
  lines: [{ id: 'line-1', articleId: 'product-1', quantity: 2 }],
  shippingKeys: [],
  deliveries: [],
  returns: [],
  syncInfo: [],
};
const status = (changes = {}) => ({
  version: 7,
  shipmentState: null,
  customTypeId: 'our-type',
  gone: false,
  parts,
  ...changes,
});
const shippingInfo = {
  shippingMethodName: 'DHL',
  price: euros(495),
  shippingRate: { price: euros(495), tiers: [] },
  shippingMethodState: 'MatchesCart',
  shippingMethod: { typeId: 'shipping-method', id: 'method-1' },
} satisfies Order['shippingInfo'];

describe('getOrder', () => {
  test('reads the order expanded, and says when', async () => {
    const { server, platform } = await start({ [`GET ${orderPath}`]: json(200, anOrder()) });
    expect(await platform.getOrder(ORDER_ID, signal)).toMatchObject({ id: ORDER_ID, version: 7, readAt: 42 });
    expect(server.requests.at(-1)?.query.getAll('expand')).toEqual([
      'shippingInfo.shippingMethod',
      'shipping[*].shippingInfo.shippingMethod',
      'lineItems[*].supplyChannel',
    ]);
  });

  test('reads a shipping method that is not expanded once', async () => {
    const { server, platform } = await start({
      [`GET ${orderPath}`]: json(200, anOrder({ shippingInfo })),
      'GET /shop/shipping-methods/method-1': json(200, { id: 'method-1', version: 1, key: 'dhl' }),
    });
    for (let round = 0; round < 2; round++)
      expect((await platform.getOrder(ORDER_ID, signal))?.shippings[0]?.methodKey).toBe('dhl');
    expect(server.calls().filter((each) => each.includes('shipping-methods'))).toHaveLength(1);
  });

  test('does without a shipping method that was deleted', async () => {
    const { server, platform } = await start({ [`GET ${orderPath}`]: json(200, anOrder({ shippingInfo })) });
    for (let round = 0; round < 2; round++)
      expect((await platform.getOrder(ORDER_ID, signal))?.shippings[0]).toMatchObject({
        methodKey: null,
        methodName: 'DHL',
      });
    expect(server.calls()).toHaveLength(3);
  });

  test('an order that is not there is undefined, but a 404 of a proxy is not an answer', async () => {
    const { platform } = await start({ 'GET /shop/orders/proxied': html(404) });
    expect(await platform.getOrder('nobody', signal)).toBeUndefined();
    expect(await platform.getStatus('nobody', signal)).toBeUndefined();
    await expect(platform.getOrder('proxied', signal)).rejects.toMatchObject({ errorClass: 'transient' });
  });

  test('an order id cannot leave its place in the path', async () => {
    const { server, platform } = await start({});
    expect(await platform.getOrder('../types?x=1', signal)).toBeUndefined();
    expect(server.calls()).toEqual(['GET /shop/orders/..%2Ftypes%3Fx%3D1']);
  });
});

test('getStatus shows version, state, Type and our fields, and expands nothing', async () => {
  const fields = { fft_order_id: 'F-1', fft_load_units_amount: 3, fft_short_id: 7, gift: true };
  const order = anOrder({ shipmentState: 'Ready', custom: { ...customType('their-type'), fields } });
  const { server, platform } = await start({ [`GET ${orderPath}`]: json(200, order) });
  expect(await platform.getStatus(ORDER_ID, signal)).toEqual({
    version: 7,
    shipmentState: 'Ready',
    customTypeId: 'their-type',
    gone: false,
    parts,
    fields: {
      providerOrderId: 'F-1',
      pickJobId: null,
      shortId: null,
      facilityId: null,
      loadUnitsAmount: 3,
      handoverJobId: null,
      parcels: null,
      jobs: null,
    },
  });
  expect(server.requests.at(-1)?.query.size).toBe(0);
});

describe('writeStatus', () => {
  const change = { shipmentState: 'Ready', fields: { pickJobId: 'P-1' } } as const;

  test('makes one update with the version, and shows the status after it', async () => {
    const after = anOrder({ version: 8, shipmentState: 'Ready', custom: customType('our-type') });
    const { server, platform } = await start({ [`POST ${orderPath}`]: json(200, after) });
    const written = await platform.writeStatus({ orderId: ORDER_ID, change, platform: status() }, permit());
    expect(written).toEqual({ version: 8, shipmentState: 'Ready', customTypeId: 'our-type', gone: false, parts });
    expect(server.calls()).toEqual([`POST ${orderPath}`]);
    expect(JSON.parse(server.requests.at(-1)?.body ?? '')).toEqual({
      version: 7,
      actions: [
        { action: 'setCustomField', name: 'fft_pickjob_id', value: 'P-1' },
        { action: 'changeShipmentState', shipmentState: 'Ready' },
      ],
    });
  });

  test('a change that is on the order already makes no call', async () => {
    const { server, platform } = await start({});
    const before = status({ shipmentState: 'Ready' });
    const nothing = { shipmentState: 'Ready', fields: { pickJobId: null } } as const;
    expect(await platform.writeStatus({ orderId: ORDER_ID, change: nothing, platform: before }, permit())).toBe(before);
    expect(server.requests).toEqual([]);
  });

  test('a permit is good for one update, and none is made without', async () => {
    const { server, platform } = await start({ [`POST ${orderPath}`]: json(200, anOrder()) });
    const write = { orderId: ORDER_ID, change, platform: status() };
    const once = permit();
    await platform.writeStatus(write, once);
    for (const [bad, code] of [
      [once, 'permit-refused'],
      [{ effect: 'forged', signal }, 'permit-refused'],
      [issuePermit('late', AbortSignal.abort()), 'permit-withdrawn'],
    ] as const)
      await expect(platform.writeStatus(write, bad)).rejects.toMatchObject({ code, notSent: true });
    expect(server.calls()).toHaveLength(1);
  });

  test.each<[string, Reply, string]>([
    ['an old version', ctError(409, 'ConcurrentModification'), 'conflict'],
    ['a deleted order', ctError(404, 'ResourceNotFound'), 'gone'],
    ['a refusal', ctError(400, 'InvalidOperation'), 'permanent'],
    ['a page of a proxy', html(502), 'unknown-outcome'],
  ])('%s: one POST, no repetition', async (_what, reply, errorClass) => {
    const { server, platform } = await start({ [`POST ${orderPath}`]: reply });
    const write = { orderId: ORDER_ID, change, platform: status() };
    await expect(platform.writeStatus(write, permit())).rejects.toMatchObject({ errorClass });
    expect(server.calls()).toEqual([`POST ${orderPath}`]);
  });

  test('ends with the signal of its permit', async () => {
    const { server, platform } = await start({ [`POST ${orderPath}`]: () => undefined });
    const deadline = new AbortController();
    const write = { orderId: ORDER_ID, change, platform: status() };
    const ended = expect(
      platform.writeStatus(write, issuePermit('writeStatus', deadline.signal)),
    ).rejects.toMatchObject({
      errorClass: 'unknown-outcome',
      code: 'aborted',
    });
    await expect.poll(() => server.calls()).toHaveLength(1);
    deadline.abort();
    await ended;
  });

  describe('to an order with a foreign Type', () => {
    const write = { orderId: ORDER_ID, change, platform: status({ customTypeId: 'their-type' }) };
    const theirType = (...names: string[]) =>
      json(200, {
        id: 'their-type',
        version: 1,
        key: 'theirs',
        resourceTypeIds: ['order'],
        fieldDefinitions: names.map((name) => ({ name, type: { name: 'String' } })),
      });

    test('reads its definition once and writes only what it defines', async () => {
      const { server, platform, skipped } = await start({
        'GET /shop/types/their-type': theirType('gift'),
        [`POST ${orderPath}`]: json(200, anOrder({ custom: customType('their-type') })),
      });
      await platform.writeStatus(write, permit());
      await platform.writeStatus(write, permit());
      expect(server.calls()).toEqual(['GET /shop/types/their-type', `POST ${orderPath}`, `POST ${orderPath}`]);
      expect(server.requests.at(-1)?.body).not.toContain('setCustom');
      expect(skipped[0]).toEqual({ orderId: ORDER_ID, typeId: 'their-type', fields: ['fft_pickjob_id'] });
    });

    test('does not read it for a change of the state alone', async () => {
      const { server, platform } = await start({ [`POST ${orderPath}`]: json(200, anOrder()) });
      await platform.writeStatus({ ...write, change: { shipmentState: 'Ready', fields: {} } }, permit());
      expect(server.calls()).toEqual([`POST ${orderPath}`]);
    });

    test('a Type that is not found does not make the order gone', async () => {
      const { platform, skipped } = await start({ [`POST ${orderPath}`]: json(200, anOrder()) });
      await expect(platform.writeStatus(write, permit())).resolves.toMatchObject({ gone: false });
      expect(skipped).toHaveLength(1);
    });

    test('a definition that cannot be read is a failed read: no update is made', async () => {
      const { server, platform } = await start({ 'GET /shop/types/their-type': html(502) });
      await expect(platform.writeStatus(write, permit())).rejects.toMatchObject({ errorClass: 'transient' });
      expect(server.calls()).toEqual(['GET /shop/types/their-type']);
    });
  });
});
