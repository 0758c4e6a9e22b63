import { aDemoOrder, replayAll, type SimulatedOrder } from '@pipeline/sandbox';
import { expect, it } from 'vitest';
import { openReader, openShop, openStores, type Stores } from './shop.ts';
import { withSandbox } from './withSandbox.ts';

interface ShopOrder {
  readonly shipmentState?: string;
  readonly lineItems: readonly { readonly id: string; readonly quantity: number }[];
  readonly shipping: readonly {
    readonly shippingKey: string;
    readonly shippingInfo: {
      readonly deliveries: readonly { readonly items: readonly { readonly id: string; readonly quantity: number }[] }[];
    };
  }[];
}

interface FftOrder {
  readonly id: string;
  readonly tenantOrderId: string;
  readonly consumer: { readonly addresses: readonly { readonly city: string; readonly addressType: string }[] };
  readonly orderLineItems: readonly { readonly quantity: number }[];
}

it('an order whose goods go to two addresses is two orders in the stores, and one in the shop', async () => {
  await withSandbox({ duplicateWebhooks: 0.3, shuffleWebhooks: true }, async (sandbox) => {
    const [shop, stores, read] = [
      await openShop(sandbox),
      await openStores(sandbox),
      await openReader<ShopOrder>(sandbox),
    ];
    const order = await shop.place('SEVERAL-1', severalTargets());
    const cancelled = await shop.place('SEVERAL-2', severalTargets());
    await expect.poll(async () => (await stores.of(order)).length).toBe(2);
    await expect.poll(async () => (await stores.of(cancelled)).length).toBe(2);
    const [home, work] = await partsOf(stores, order);
    if (!home || !work) throw new Error('a part is missing');
    expect([home.tenantOrderId, work.tenantOrderId]).toEqual(['SEVERAL-1-home', 'SEVERAL-1-work']);
    expect([cityOf(home), cityOf(work)]).toEqual(['Köln', 'Potsdam']);
    expect([piecesOf(home), piecesOf(work)]).toEqual([1, 2]);

    await shop.setState(cancelled, 'Cancelled');
    await expect.poll(() => stores.statuses(cancelled)).toEqual(['CANCELLED', 'CANCELLED']);

    await liveOn(stores, work);
    await expect.poll(async () => (await read(order)).shipmentState).toBe('Partial');
    await liveOn(stores, home);
    await expect.poll(async () => (await read(order)).shipmentState).toBe('Shipped');
    const { shipping, lineItems } = await read(order);
    const delivered = shipping.map(({ shippingKey, shippingInfo: { deliveries } }) => [
      shippingKey,
      deliveries.flatMap(({ items }) => items).reduce((sum, { quantity }) => sum + quantity, 0),
    ]);
    expect(delivered).toEqual([
      ['home', 1],
      ['work', 2],
    ]);
    expect(lineItems).toHaveLength(1);
    expect((await stores.of(order)).length).toBe(2);
    expect(await sandbox.kafka.deadLetters()).toBe(0);
    const groupPrefix = `${sandbox.topicPrefix}again-`;
    expect(await replayAll(sandbox, { groupPrefix, timeoutMs: 60_000 })).toEqual({ posts: 0, updates: 0 });
  });
});

/** Three pieces of one line: one goes home, two to work. */
function severalTargets(): object {
  const { body } = aDemoOrder(0, 'SEVERAL');
  const { shippingInfo, shippingAddress, lineItems } = body as {
    readonly shippingInfo: object;
    readonly shippingAddress: object;
    readonly lineItems: readonly object[];
  };
  const home = { ...shippingAddress, key: 'home' };
  const work = { ...shippingAddress, key: 'work', city: 'Potsdam' };
  const by = (shippingKey: string, address: object) => ({ shippingKey, shippingInfo, shippingAddress: address });
  const targets = [
    { addressKey: 'home', shippingMethodKey: 'home', quantity: 1 },
    { addressKey: 'work', shippingMethodKey: 'work', quantity: 2 },
  ];
  return {
    shippingMode: 'Multiple',
    shippingInfo: undefined,
    shipping: [by('home', home), by('work', work)],
    itemShippingAddresses: [home, work],
    lineItems: [{ ...lineItems[0], quantity: 3, shippingDetails: { targets, valid: true } }],
  };
}

async function partsOf(stores: Stores, order: SimulatedOrder): Promise<FftOrder[]> {
  const found = await stores.of(order);
  const read = await Promise.all(found.map(({ id }) => stores.call<FftOrder>('GET', `/api/orders/${id}`)));
  return read.sort((a, b) => (a.tenantOrderId < b.tenantOrderId ? -1 : 1));
}

const cityOf = ({ consumer }: FftOrder) =>
  consumer.addresses.find(({ addressType }) => addressType === 'POSTAL_ADDRESS')?.city;
const piecesOf = ({ orderLineItems }: FftOrder) => orderLineItems.reduce((sum, { quantity }) => sum + quantity, 0);

/** To the end of its life. */
async function liveOn({ call }: Stores, { id }: FftOrder): Promise<void> {
  for (;;) {
    const { advanced } = await call<{ advanced: boolean }>('POST', `/_sim/orders/${id}/advance`);
    if (!advanced) return;
  }
}
