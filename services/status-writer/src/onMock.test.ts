import { statusPresets } from '@pipeline/fulfillment';
import { aFulfillmentEvent, aLedgerEntry, aPlacement, aReturn, NOON, ORDER_ID } from '@pipeline/fulfillment/testkit';
import { createCommercetoolsPlatform, ensureOrderType, fieldPresets } from '@pipeline/platform-commercetools';
import type { FulfillmentEvent } from '@pipeline/schemas';
import { afterAll, expect, test } from 'vitest';
import { clientOf } from '../../../packages/platform-commercetools/src/testing/client.ts';
import { startMock } from '../../../packages/platform-commercetools/src/testing/mockSide.ts';
import { aLineItem, anOrder, euros } from '../../../packages/platform-commercetools/src/testing/order.ts';
import { fiveNotifications } from '../../ingest-fft/src/testing/notifications.ts';
import { startNormaliser } from '../../ingest-fft/src/testing/normaliser.ts';
import { startWriter } from './testing/writer.ts';

/** Handlers, adapter, SDK and HTTP are the real ones; the community's mock is as it comes. */
const mock = await startMock();
afterAll(() => mock[Symbol.asyncDispose]());

const apiClient = { clientId: 'client', clientSecret: 'secret' };
/** It forgets the keys of deliveries. */
const policy = { ...statusPresets.docs, parts: ['state', 'fields', 'returns'] as const };
const { signal } = new AbortController();

async function startShop() {
  const side = await mock.start(apiClient);
  const client = clientOf(side.url, { ...apiClient, projectKey: side.projectKey });
  const { api } = client;
  const lineItems = [aLineItem({ variant: { id: 1, sku: 'sku-1' }, quantity: 1 })];
  const price = { price: euros(495), shippingRate: { price: euros(495), tiers: [] } };
  const shippingInfo = { ...price, shippingMethodName: 'DHL', shippingMethodState: 'MatchesCart' } as const;
  await side.seed(anOrder({ id: ORDER_ID, lineItems, shippingInfo }));
  const orderType = await ensureOrderType({ api, key: 'fft-order', fields: fieldPresets.docs, signal });
  const order = api.orders().withId({ ID: ORDER_ID });
  const read = async () => (await order.get().execute()).body;
  return {
    platform: createCommercetoolsPlatform({ api, orderType }),
    read,
    /** Somebody else adds a version. */
    async touch(paymentState: 'Pending' | 'Paid') {
      const { version } = await read();
      await order.post({ body: { version, actions: [{ action: 'changePaymentState', paymentState }] } }).execute();
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await side[Symbol.asyncDispose]();
    },
  };
}

async function eventsOf(channel: 'DELIVERY' | 'COLLECT'): Promise<FulfillmentEvent[]> {
  const normaliser = startNormaliser();
  for (const bytes of fiveNotifications(channel)) await normaliser.deliver(bytes);
  const item = { returnId: 'return-1', articleId: 'sku-1', quantity: 1, facilityId: null, accepted: 1 };
  const back = aFulfillmentEvent({ type: 'ReturnChanged', return: aReturn({ version: 3, items: [item] }) });
  const refund = { returnId: 'return-1', returnJobId: 'return-job-1', createdAt: NOON, status: 'OPEN' };
  return [...normaliser.events(), back, aFulfillmentEvent({ type: 'RefundTriggered', refund })];
}

test.each([
  ['DELIVERY', 'Shipped', 'forwards'],
  ['DELIVERY', 'Shipped', 'backwards'],
  ['COLLECT', 'Delivered', 'forwards'],
  ['COLLECT', 'Delivered', 'backwards'],
] as const)(
  'the life of a %s order ends as %s on the community’s mock, told %s, beside a foreign writer',
  async (channel, end, told) => {
    await using shop = await startShop();
    const { deliver, tester } = startWriter({ policy, shop: shop.platform });
    await deliver(aLedgerEntry({ placements: [aPlacement({ collect: channel === 'COLLECT' })] }));
    const happened = await eventsOf(channel);
    const events = told === 'forwards' ? happened : happened.toReversed();
    for (const [index, event] of events.entries()) {
      await shop.touch(index % 2 === 0 ? 'Paid' : 'Pending');
      await deliver(event);
    }
    const order = await shop.read();
    expect(order).toMatchObject({ shipmentState: end, paymentState: 'Paid' });
    expect(order.custom?.fields).toEqual({
      fft_order_id: 'fft-order-1',
      fft_pickjob_id: 'pick-1',
      fft_short_id: 'A1',
      fft_facility_id: 'facility-1',
      fft_load_units_amount: 2,
      fft_handoverjob_id: 'handover-1',
    });
    expect(order.returnInfo).toMatchObject([
      { returnTrackingId: 'return-1', items: [{ lineItemId: 'line-1', quantity: 1, shipmentState: 'Returned' }] },
    ]);
    expect([tester.state?.reopened, tester.letters]).toEqual([0, []]);
    for (const event of events) await deliver(event);
    expect((await shop.read()).version).toBe(order.version);
  },
);
