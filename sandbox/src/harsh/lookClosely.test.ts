import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { lookClosely } from './lookClosely.ts';
import type { OrderRead, Work } from './parts.ts';
import { createVendorReads, type VendorReads } from './vendorReads.ts';

const order = { id: 'id-1', orderNumber: 'R-1', version: 1, orderState: 'Confirmed', shipmentState: 'Shipped' };
const settled = { shipmentState: 'Shipped', fields: {}, mayBe: {} };
const other = {
  id: 'f1',
  tenantOrderId: 'R-1',
  commercetoolsOrderId: 'id-1',
  status: 'OPEN',
  createdAtMs: 0,
  life: 'plain',
  expected: settled,
};
const work: Work = {
  handoverJobs: [
    {
      id: 'h1',
      channel: 'DELIVERY',
      status: 'HANDED_OVER',
      pickJobRef: 'p1',
      handoverJobLineItems: [{ article: { tenantArticleId: 'A' }, quantity: 2, handedOverQuantity: 2 }],
    },
  ],
  parcels: [],
  itemReturnJobs: [],
};
const withDelivery = (quantity: number): OrderRead => ({
  lineItems: [{ id: 'line-a', variant: { sku: 'A' } }],
  shippingInfo: { deliveries: [{ key: 'p1', items: [{ id: 'line-a', quantity }], parcels: [] }] },
});
const readsOf = (shown: OrderRead, done: Work = work): VendorReads => ({
  order: () => Promise.resolve(shown),
  work: () => Promise.resolve(done),
});
const addresses = { commercetoolsUrl: '', fulfillmenttoolsUrl: '' } as never;
const differences = async (reads: VendorReads, looked: object = {}) =>
  (await lookClosely({ addresses }, [{ order, other, expected: settled, ...looked }], reads)).map(
    ({ differs }) => differs,
  );

describe('a close look', () => {
  test('finds nothing where an order shows what was done for it', async () => {
    const looked = await lookClosely({ addresses }, [{ order, other, expected: settled }], readsOf(withDelivery(2)));
    expect(looked).toMatchObject([{ differs: undefined, parts: ['delivery p1'] }]);
  });

  test('names the order and only what differs', async () => {
    expect(await differences(readsOf(withDelivery(1)))).toEqual([
      { order: 'R-1', life: 'plain', expected: { 'delivery p1': '2 A' }, got: { 'delivery p1': '1 A' } },
    ]);
    expect(await differences(readsOf({ lineItems: [] }))).toMatchObject([{ got: { 'delivery p1': null } }]);
  });

  test('finds a delivery of an order that was never at fulfillmenttools', async () => {
    expect(await differences(readsOf(withDelivery(2)), { other: undefined })).toMatchObject([
      { expected: { 'delivery p1': null }, got: { 'delivery p1': '2 A' } },
    ]);
  });

  test('tells what an order shows whose life has not ended', async () => {
    expect(await differences(readsOf(withDelivery(2)), { expected: null })).toMatchObject([
      { expected: null, got: { shipmentState: 'Shipped', 'delivery p1': '2 A' } },
    ]);
  });
});

describe('the reads', () => {
  const stops: (() => void)[] = [];
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
  });

  /** Answers each path with the first of its answers, and the last for ever. */
  async function start(answers: Record<string, readonly (readonly [status: number, body: unknown])[]>) {
    const calls: string[] = [];
    const server = createServer((request, response) => {
      const path = request.url?.split('?')[0] ?? '';
      const before = calls.filter((call) => call === path).length;
      calls.push(path);
      const known = answers[path] ?? [[404, {}]];
      const [status, body] = known[Math.min(before, known.length - 1)] ?? [500, {}];
      response.writeHead(status).end(JSON.stringify(body));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(() => (server.close(), server.closeAllConnections()));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return {
      calls,
      reads: createVendorReads({ addresses: { commercetoolsUrl: url, fulfillmenttoolsUrl: url } as never }),
    };
  }

  const signIn = { '/v1/accounts:signInWithPassword': [[200, { idToken: 'token' }]] } as const;

  test('follow the process to the jobs, parcels and returns, through bad weather and an ended token', async () => {
    const [job] = work.handoverJobs;
    const { calls, reads } = await start({
      ...signIn,
      '/api/orders/f1': [
        [503, {}],
        [200, { processId: 'process-1' }],
      ],
      '/api/processes/process-1': [
        [401, {}],
        [200, { handoverJobRefs: ['h1'], itemReturnJobsRef: ['j1'] }],
      ],
      '/api/handoverjobs/h1': [[200, { ...job, handoverJobParcelInfo: { parcelRef: 'parcel-1' } }]],
      '/api/parcels/parcel-1': [[200, { id: 'parcel-1' }]],
      '/api/itemreturnjobs/j1': [[200, { status: 'OPEN', itemReturns: [] }]],
    });
    expect(await reads.work('f1')).toMatchObject({
      handoverJobs: [{ id: 'h1' }],
      parcels: [{ id: 'parcel-1' }],
      itemReturnJobs: [{ status: 'OPEN' }],
    });
    expect(calls.filter((path) => path.startsWith('/v1/'))).toHaveLength(2);
  });

  test('name what does not answer', async () => {
    const { reads } = await start(signIn);
    await expect(reads.work('f1')).rejects.toThrow(/\/api\/orders\/f1 .*404/);
  });
});
