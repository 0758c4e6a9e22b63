import { aDemoOrder, replayAll, type Sandbox, type SimulatedOrder } from '@pipeline/sandbox';
import { describe, expect, it } from 'vitest';
import { openReader, openShop, openStores } from './shop.ts';
import { withSandbox } from './withSandbox.ts';

interface Parcel {
  readonly key: string;
  readonly trackingData?: { readonly trackingId?: string; readonly carrier?: string };
  readonly custom?: { readonly fields: Readonly<Record<string, unknown>> };
}

interface ShopOrder {
  readonly shipmentState?: string;
  readonly lineItems: readonly { readonly id: string; readonly quantity: number }[];
  readonly shippingInfo: {
    readonly deliveries: readonly {
      readonly key: string;
      readonly items: readonly { readonly id: string; readonly quantity: number }[];
      readonly parcels: readonly Parcel[];
    }[];
  };
  readonly returnInfo: readonly {
    readonly returnTrackingId?: string;
    readonly items: readonly { readonly quantity: number; readonly shipmentState: string }[];
  }[];
  readonly syncInfo: readonly { readonly externalId?: string }[];
}

describe('what leaves the stores and what comes back', () => {
  it('is in commercetools: deliveries with their goods, parcels to be tracked, returns, once, also after a crash', async () => {
    const overridesByService = { 'status-writer': { SYNC_CHANNEL_KEY: 'fulfillmenttools' } };
    await withSandbox({ overridesByService, duplicateWebhooks: 0.3, shuffleWebhooks: true }, async (sandbox) => {
      await hearEverything(sandbox);
      const [shop, stores, read] = [
        await openShop(sandbox),
        await openStores(sandbox),
        await openReader<ShopOrder>(sandbox),
      ];
      const lived = async (life: string) => {
        const { lineItems } = aDemoOrder(4, 'DELIVERIES').body;
        const order = await shop.place(`DELIVERIES-${life}`, { lineItems });
        await expect.poll(() => stores.statuses(order)).toEqual(['OPEN']);
        await stores.live(order, life);
        return order;
      };
      const [split, tracked, returned, reverted] = await Promise.all(
        ['split', 'tracked', 'returned', 'reverted-left'].map(lived),
      );
      if (!split || !tracked || !returned || !reverted) throw new Error('an order is missing');
      const orders = [split, tracked, returned, reverted];
      for (const order of orders) await stores.until(order, 'HANDOVERJOB_HANDED_OVER');
      await expect.poll(async () => (await read(reverted)).shippingInfo.deliveries.length).toBe(1);
      await sandbox.services['status-writer'].kill();
      await sandbox.services['status-writer'].start();
      for (const order of orders) await stores.until(order);

      const stateOf = async (order: SimulatedOrder) => (await read(order)).shipmentState;
      await expect.poll(() => stateOf(split)).toBe('Shipped');
      await expect.poll(() => stateOf(tracked)).toBe('Delivered');
      await expect.poll(() => stateOf(reverted)).toBe('Ready');
      await expect
        .poll(async () => (await read(returned)).returnInfo.flatMap(({ items }) => items))
        .toMatchObject([{ quantity: 1, shipmentState: 'Returned' }]);

      const parts = await read(split);
      expect(parts.shippingInfo.deliveries).toHaveLength(2);
      expect(delivered(parts)).toEqual(ordered(parts));
      const { shippingInfo } = await read(tracked);
      expect(shippingInfo.deliveries.map(({ parcels }) => parcels.length)).toEqual([2]);
      for (const { trackingData, custom } of shippingInfo.deliveries.flatMap(({ parcels }) => parcels)) {
        expect(trackingData).toMatchObject({ trackingId: expect.stringMatching(/^SIM\d+$/), carrier: 'DHL_V2' });
        expect(custom?.fields['fft_tracking_url']).toBe(
          `https://tracking.example.com/${trackingData?.trackingId ?? ''}`,
        );
      }
      expect((await read(reverted)).shippingInfo.deliveries).toHaveLength(1);
      for (const order of orders) {
        const ids = (await stores.of(order)).map(({ id }) => id);
        expect((await read(order)).syncInfo.map(({ externalId }) => externalId)).toEqual(ids);
      }
      expect(await sandbox.kafka.deadLetters()).toBe(0);
      const groupPrefix = `${sandbox.topicPrefix}again-`;
      expect(await replayAll(sandbox, { groupPrefix, timeoutMs: 60_000 })).toEqual({ posts: 0, updates: 0 });
    });
  });
});

/** The sandbox subscribes to a few kinds of events only. */
async function hearEverything({ fulfillmenttools, ingest }: Sandbox): Promise<void> {
  await fulfillmenttools.subscribe(ingest.fulfillmenttools, ingest.secrets.fulfillmenttools, [
    'ROUTING_PLAN_SPLITTED',
    'ROUTING_PLAN_ROUTED',
    'PACK_JOB_CREATED',
    'PACK_JOB_UPDATED',
    'PACK_JOB_CLOSED',
    'HANDOVERJOB_REVERTED',
    'SHIPMENT_CREATED',
    'SHIPMENT_UPDATED',
    'PARCEL_CARRIER_REQUESTED',
    'PARCEL_CARRIER_CREATED',
    'PARCEL_CARRIER_ACKNOWLEDGED',
    'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED',
    'ITEM_RETURN_JOB_CREATED',
    'ITEM_RETURN_JOB_UPDATED',
    'REFUND_TRIGGERED',
  ]);
}

const ordered = ({ lineItems }: ShopOrder): Record<string, number> =>
  Object.fromEntries(lineItems.map(({ id, quantity }) => [id, quantity]));

function delivered({ shippingInfo }: ShopOrder): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { id, quantity } of shippingInfo.deliveries.flatMap(({ items }) => items))
    total[id] = (total[id] ?? 0) + quantity;
  return total;
}
