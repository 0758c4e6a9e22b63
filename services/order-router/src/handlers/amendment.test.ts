import { currentPlacement, notApplied } from '@pipeline/fulfillment';
import { aLineItem, anOrder, aPlacedOrder, NOON } from '@pipeline/fulfillment/testkit';
import type { OrderSnapshot } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test, vi } from 'vitest';
import { MOST_CONFLICTS } from '../placement/changeOrder.ts';
import { confirmed, gate, startRouter, theOrder } from '../testing/router.ts';

const home = anOrder().shippingAddress;
if (!home) throw new Error('The sample order has no address.');
/** The order at that version, to be sent to that city. */
const orderTo = (city: string | null, version: number, over: Partial<OrderSnapshot> = {}): OrderSnapshot =>
  theOrder({ version, shippingAddress: { ...home, city }, ...over });
const amendedTo = (city: string | null, version: number, over: Partial<OrderSnapshot> = {}) =>
  confirmed({
    type: 'OrderAmended',
    cause: 'OrderShippingAddressSet',
    orderVersion: version,
    order: orderTo(city, version, over),
  });
const first = () => confirmed({ order: orderTo('Köln', 5) });
const cancelOf = (version: number) => confirmed({ type: 'OrderCancelled', orderVersion: version, order: null });

type Router = ReturnType<typeof startRouter>;
const placementOf = ({ tester }: Router) => currentPlacement(tester.state);
const openParts = (router: Router) => {
  const placement = placementOf(router);
  return placement && notApplied(placement).map(({ part, reason }) => `${part} ${reason}`);
};
const cities = ({ provider }: Router) => provider.orders.map(({ content }) => content?.shippingAddress?.city);

async function placed(over: Parameters<typeof startRouter>[0] = {}) {
  const router = startRouter(over);
  await router.deliver(first());
  return router;
}

const refusal = () => new PipelineError('permanent', 'amend-refused', 'no', { httpStatus: 400 });

describe('an address that changes after the placement', () => {
  test('reaches the provider once, with the intent on record before', async () => {
    const router = await placed();
    const seen: unknown[] = [];
    router.tester.beforeEffect = () => seen.push(placementOf(router)?.amendment?.status);
    await router.deliver(amendedTo('Bonn', 6));
    expect([cities(router), router.provider.amendments, seen]).toEqual([['Bonn'], ['Bonn'], ['amending']]);
    expect(placementOf(router)).toMatchObject({ status: 'placed', amendment: { status: 'amended', orderVersion: 6 } });
    expect(router.observed).toEqual(['created', 'amended address applied', 'nothing placed']);
  });

  test('that alone keeps failing is parked as under way, and reaches the provider by a redrive', async () => {
    const router = await placed();
    const { tester, provider, deliver, shop } = router;
    shop.order = orderTo('Bonn', 6);
    tester.othersSucceed = true;
    tester.retryMs = 60_000;
    const lost = () => new PipelineError('unknown-outcome', 'provider-timeout', 'no answer');
    provider.amendFailures.push(...Array<typeof lost>(10_000).fill(lost));
    expect(await deliver(amendedTo('Bonn', 6))).toBe('dead-letter');
    expect(tester.letters.map(({ code }) => code)).toEqual(['transient-exhausted']);
    expect(placementOf(router)).toMatchObject({ status: 'placed', amendment: { status: 'amending' } });
    provider.amendFailures.length = 0;
    await deliver(amendedTo('Bonn', 6), { 'redrive-id': 'redrive-1' });
    expect([cities(router), placementOf(router)?.amendment?.status]).toEqual([['Bonn'], 'amended']);
  });

  test('is compared with the whole order as it would be placed now, under the id that it was placed with', async () => {
    const router = await placed();
    const compare = vi.spyOn(router.provider, 'compareOrder');
    await router.deliver(amendedTo('Bonn', 6, { orderNumber: 'other' }));
    const tenantOrderId = placementOf(router)?.tenantOrderId;
    expect(tenantOrderId).not.toBe('other');
    expect(compare.mock.calls.map(([asked]) => asked.request)).toEqual([
      expect.objectContaining({ tenantOrderId, shippingAddress: { ...home, city: 'Bonn' }, held: false }),
    ]);
  });

  test('that a catch-up brings is told as made good, and one that the provider has already is not', async () => {
    const amended: unknown[] = [];
    const router = await placed();
    vi.spyOn(router.observer, 'amended').mockImplementation((_, __, details) => void amended.push(details));
    await router.deliver(amendedTo('Bonn', 6), { origin: 'catch-up' });
    const [order] = router.provider.orders;
    if (order) order.content = { shippingAddress: { ...home, city: 'Ulm' }, billingAddress: home };
    await router.deliver(amendedTo('Ulm', 8), { origin: 'catch-up' });
    expect(amended).toEqual([
      { applied: true, origin: 'catch-up' },
      { applied: false, origin: 'catch-up' },
    ]);
  });

  test('is no business of a replay: no call, no read, no record', async () => {
    const { provider, tester, deliver } = await placed();
    const events = [first(), amendedTo('Bonn', 6), amendedTo('Ulm', 8)];
    for (const event of events) await deliver(event);
    tester.restart();
    const before = [tester.appends.length, tester.reads, tester.effects.length];
    for (const event of [...events, ...events.toReversed()]) await deliver(event);
    expect([tester.appends.length, tester.reads, tester.effects.length]).toEqual(before);
    expect(provider.amendments).toEqual(['Bonn', 'Ulm']);
  });

  test('never goes back to an older version', async () => {
    const router = await placed();
    await router.deliver(amendedTo('Ulm', 8));
    await router.deliver(amendedTo('Bonn', 6));
    expect([cities(router), router.provider.amendments]).toEqual([['Ulm'], ['Ulm']]);
  });

  test('before the placement is simply placed', async () => {
    const router = startRouter();
    router.shop.order = orderTo('Bonn', 6);
    await router.deliver(amendedTo('Bonn', 6));
    expect(router.provider.requests).toEqual([]);
    await router.deliver(confirmed({ order: orderTo('Bonn', 6) }));
    await router.deliver(amendedTo('Bonn', 6));
    expect([cities(router), router.provider.amendments, router.provider.requests.length]).toEqual([['Bonn'], [], 1]);
  });

  test('is not sent when the provider has it already, and nothing else is compared', async () => {
    const router = await placed();
    const [order] = router.provider.orders;
    if (order) order.content = { shippingAddress: { ...home, city: 'Bonn' }, billingAddress: home };
    await router.deliver(amendedTo('Bonn', 6));
    expect([router.provider.amendments, openParts(router)]).toEqual([[], []]);
  });

  test('leaves alone what a person has changed at the provider, when something else changes', async () => {
    const router = await placed();
    const [order] = router.provider.orders;
    if (order) order.content = { shippingAddress: { ...home, city: 'Corrected' }, billingAddress: home };
    await router.deliver(amendedTo('Köln', 6, { lineItems: [aLineItem({ quantity: 3 })] }));
    expect([cities(router), router.provider.amendments]).toEqual([['Corrected'], []]);
  });

  test('is refused once when the provider says no, alerted, and a later one is tried', async () => {
    const router = await placed();
    const { provider, tester, deliver, observed } = router;
    provider.amendFailures.push(refusal);
    await deliver(amendedTo('Bonn', 6));
    expect(observed.at(-2)).toBe('amended address amend-refused');
    expect([placementOf(router)?.amendment?.status, openParts(router)]).toEqual([
      'amendRefused',
      ['address amend-refused'],
    ]);
    expect(tester.letters).toEqual([]);
    await deliver(amendedTo('Bonn', 6));
    await deliver(amendedTo('Bonn', 7));
    expect([provider.amendments, openParts(router)]).toEqual([['Bonn'], ['address amend-refused']]);
    await deliver(amendedTo('Ulm', 8));
    expect([cities(router), provider.amendments, openParts(router)]).toEqual([['Ulm'], ['Bonn', 'Ulm'], []]);
  });

  test('that is taken back after a refusal leaves nothing open, and makes no call', async () => {
    const router = await placed();
    router.provider.amendFailures.push(refusal);
    await router.deliver(amendedTo('Bonn', 6));
    await router.deliver(amendedTo('Köln', 7));
    expect([router.provider.amendments, openParts(router)]).toEqual([['Bonn'], []]);
  });

  test.each<[string, Partial<OrderSnapshot>]>([
    ['shipped', { shipmentState: 'Shipped' }],
    ['delivered', { shipmentState: 'Delivered' }],
    ['complete', { orderState: 'Complete' }],
  ])('of an order that is %s is refused without a call', async (_, over) => {
    const router = await placed();
    await router.deliver(amendedTo('Bonn', 6, over));
    expect([router.provider.amendments, openParts(router)]).toEqual([[], ['address handed-over']]);
  });

  test('that cannot be mapped is refused without a call, until it is corrected', async () => {
    const router = await placed();
    await router.deliver(amendedTo(null, 6));
    expect([router.provider.amendments, openParts(router)]).toEqual([[], ['address mapping-address-incomplete']]);
    await router.deliver(amendedTo('Bonn', 7));
    expect([cities(router), openParts(router)]).toEqual([['Bonn'], []]);
  });

  test('never reaches an order that is cancelled, at the shop, on record, or at the provider', async () => {
    const atShop = await placed();
    await atShop.deliver(amendedTo('Bonn', 6, { orderState: 'Cancelled' }));
    await atShop.deliver(cancelOf(7));
    await atShop.deliver(amendedTo('Bonn', 8));
    const atProvider = await placed();
    atProvider.provider.setStatus('fft-1', 'CANCELLED');
    await atProvider.deliver(amendedTo('Bonn', 6));
    const gone = await placed();
    gone.provider.orders.length = 0;
    await gone.deliver(amendedTo('Bonn', 6));
    for (const router of [atShop, atProvider, gone]) expect(router.provider.amendments).toEqual([]);
    expect(openParts(atProvider)).toEqual(['address provider-order-ended']);
    expect(openParts(gone)).toEqual(['address provider-order-gone']);
  });

  test('of an order that was deleted changes nothing', async () => {
    const router = await placed();
    router.shop.order = undefined;
    await router.deliver({ ...amendedTo('Bonn', 6), order: null, snapshotIncluded: false });
    expect([router.provider.amendments, router.observed.at(-1)]).toEqual([[], 'nothing order-gone']);
  });

  test('without a snapshot, or with one that is old, is read', async () => {
    for (const over of [
      { order: null, snapshotIncluded: false },
      { order: orderTo('Bonn', 6, { readAt: NOON - 1e9 }) },
    ]) {
      const router = await placed();
      router.shop.order = orderTo('Ulm', 7);
      await router.deliver({ ...amendedTo('Bonn', 6), ...over });
      await router.deliver(amendedTo('Bonn', 6));
      await router.deliver(amendedTo('Ulm', 7));
      expect([cities(router), router.provider.amendments]).toEqual([['Ulm'], ['Ulm']]);
    }
  });

  test('whose version is not known is looked into, and ends', async () => {
    const router = await placed();
    router.shop.order = orderTo('Bonn', 6);
    await router.deliver({ ...amendedTo('Bonn', 0), order: null, snapshotIncluded: false });
    expect([cities(router), router.provider.amendments]).toEqual([['Bonn'], ['Bonn']]);
  });

  test('waits for a shop that does not show the announced version yet', async () => {
    const router = await placed();
    const { tester } = router;
    let reads = 0;
    const event = { ...amendedTo('Bonn', 6), order: null, snapshotIncluded: false };
    Object.defineProperty(router.shop, 'order', { get: () => (reads++ < 4 ? orderTo('Köln', 5) : orderTo('Bonn', 6)) });
    await router.deliver(event);
    expect([cities(router), tester.retries.map(({ code }) => code)]).toEqual([
      ['Bonn'],
      ['order-behind', 'order-behind'],
    ]);
  });

  test('whose answer was lost is read, and not sent twice', async () => {
    const router = await placed();
    router.shop.order = orderTo('Bonn', 6);
    const { provider, tester } = router;
    const { amendOrder } = provider;
    provider.amendOrder = async (...args) => {
      provider.amendOrder = amendOrder;
      await amendOrder(...args);
      throw new PipelineError('unknown-outcome', 'provider-timeout', 'lost');
    };
    await router.deliver(amendedTo('Bonn', 6));
    expect([cities(router), provider.amendments, tester.retries.length]).toEqual([['Bonn'], ['Bonn'], 1]);
    expect(openParts(router)).toEqual([]);
  });

  test('is taken up by the next process when one dies in the call, whichever event comes then', async () => {
    const router = await placed();
    const { provider, tester } = router;
    const { amendOrder } = provider;
    provider.amendOrder = async (...args) => {
      provider.amendOrder = amendOrder;
      await amendOrder(...args);
      return tester.crash();
    };
    await router.deliver(amendedTo('Bonn', 6));
    expect([cities(router), provider.amendments, placementOf(router)?.amendment?.status]).toEqual([
      ['Bonn'],
      ['Bonn'],
      'amended',
    ]);
  });

  test('that was on the way when its process died is not undone by an older event', async () => {
    const router = await placed();
    const { provider, tester } = router;
    router.shop.order = orderTo('Ulm', 8);
    const { amendOrder } = provider;
    provider.amendOrder = () => Promise.reject(new PipelineError('unknown-outcome', 'x', 'x'));
    await expect(tester.call(tester.message(amendedTo('Ulm', 8)))).rejects.toThrow();
    provider.amendOrder = amendOrder;
    tester.restart();
    await router.deliver(amendedTo('Bonn', 6));
    await router.deliver(amendedTo('Ulm', 8));
    expect([cities(router), provider.amendments]).toEqual([['Ulm'], ['Ulm']]);
  });

  test('is read again after a conflict, and given up when the conflict stays without a newer version', async () => {
    const moved = await placed();
    moved.shop.order = orderTo('Bonn', 6);
    moved.provider.amendFailures.push(() => {
      moved.provider.touch('fft-1');
      return new PipelineError('conflict', 'provider-conflict', 'old', { httpStatus: 409 });
    });
    await moved.deliver(amendedTo('Bonn', 6));
    expect([cities(moved), moved.provider.amendments.length]).toEqual([['Bonn'], 2]);
    const standing = await placed();
    standing.shop.order = orderTo('Bonn', 6);
    const conflict = () => new PipelineError('conflict', 'provider-conflict', 'odd', { httpStatus: 409 });
    standing.provider.amendFailures.push(...Array.from({ length: MOST_CONFLICTS }, () => conflict));
    await standing.deliver(amendedTo('Bonn', 6));
    expect([standing.provider.amendments.length, openParts(standing)]).toEqual([
      MOST_CONFLICTS,
      ['address provider-conflict'],
    ]);
  });

  test('of an order that is locked for its payment is applied, and the lock judged as ever', async () => {
    const router = startRouter({ gate: { ...gate, hold: { Pending: 'lock' } } });
    await router.deliver(confirmed({ order: orderTo('Köln', 5, { paymentState: 'Pending' }) }));
    await router.deliver(amendedTo('Bonn', 6, { paymentState: 'Pending' }));
    expect([cities(router), router.provider.unlocks, placementOf(router)?.lock]).toEqual([['Bonn'], [], 'payment']);
    await router.deliver(amendedTo('Ulm', 7, { paymentState: 'Paid' }));
    expect([cities(router), router.provider.unlocks, placementOf(router)?.lock]).toEqual([
      ['Ulm'],
      ['fft-1'],
      'unlocked',
    ]);
  });

  test('of an order that the ledger placed before it kept what was sent is compared with the provider', async () => {
    const router = await placed();
    const { tester } = router;
    if (tester.state)
      tester.state = {
        ...tester.state,
        placements: tester.state.placements.map((placement) => ({ ...placement, amendment: null })),
      };
    await router.deliver(amendedTo('Köln', 6));
    expect(router.provider.amendments).toEqual([]);
    await router.deliver(amendedTo('Bonn', 7));
    expect(cities(router)).toEqual(['Bonn']);
  });

  test('that an attempt in doubt may have missed is made good as soon as the order is found', async () => {
    const router = startRouter();
    const { provider } = router;
    // Accepted, but no search shows it before it is sent once more, which is refused.
    provider.script.push('answer-lost', 'refused');
    const { findOrders } = provider;
    provider.findOrders = async (...args) => (provider.requests.length < 2 ? [] : findOrders(...args));
    router.shop.order = orderTo('Bonn', 6);
    await router.deliver(confirmed({ order: orderTo('Köln', 5, { readAt: NOON - 200_000 }) }));
    await router.deliver(amendedTo('Bonn', 6));
    expect(provider.requests.map(({ shippingAddress }) => shippingAddress?.city)).toEqual(['Köln', 'Bonn']);
    expect([cities(router), provider.amendments]).toEqual([['Bonn'], ['Bonn']]);
  });
});

describe('an order of somebody else that was adopted', () => {
  test('is left as it is until the shop changes its address', async () => {
    const router = startRouter();
    router.provider.put(aPlacedOrder());
    const named = { customFields: { fft_order_id: '"fft-order-1"' } };
    await router.deliver(confirmed({ order: orderTo('Köln', 5, named) }));
    expect(router.provider.amendments).toEqual([]);
    await router.deliver(amendedTo('Bonn', 6, named));
    expect([cities(router), openParts(router)]).toEqual([['Bonn'], []]);
  });
});

describe('lines that change after the placement', () => {
  const lines = (quantity: number) => ({ lineItems: [aLineItem({ quantity })] });

  test('are recorded and alerted once, and the address is applied all the same', async () => {
    const router = await placed();
    await router.deliver(amendedTo('Bonn', 6, lines(3)));
    expect(router.observed.at(-2)).toBe('amended address applied lines lines-ignored');
    expect([cities(router), openParts(router)]).toEqual([['Bonn'], ['lines lines-ignored']]);
    expect(placementOf(router)?.lines).toEqual([{ articleId: 'sku-1', quantity: 1 }]);
    await router.deliver(amendedTo('Bonn', 7, lines(3)));
    expect([router.observed.at(-2), openParts(router)]).toEqual(['amended', ['lines lines-ignored']]);
    await router.deliver(amendedTo('Bonn', 8, lines(1)));
    expect(openParts(router)).toEqual([]);
  });

  test('are no change when the same articles are only divided into other lines', async () => {
    const router = startRouter();
    await router.deliver(confirmed({ order: theOrder({ ...lines(3) }) }));
    const lineItems = [aLineItem({ id: 'a', quantity: 1 }), aLineItem({ id: 'b', quantity: 2 })];
    await router.deliver(amendedTo('Köln', 6, { lineItems }));
    expect(openParts(router)?.filter((part) => part.startsWith('lines'))).toEqual([]);
  });

  test('are sent with AMEND_LINES=patch, and are the ordered ones from then on', async () => {
    const router = await placed({ amendLines: 'patch' });
    await router.deliver(amendedTo('Bonn', 6, lines(3)));
    expect([cities(router), router.provider.amendments, openParts(router)]).toEqual([['Bonn'], ['Bonn', null], []]);
    expect(placementOf(router)?.lines).toEqual([{ articleId: 'sku-1', quantity: 3 }]);
    await router.deliver(amendedTo('Bonn', 7, lines(3)));
    expect(router.provider.amendments).toHaveLength(2);
  });

  test('that are refused do not keep the address back', async () => {
    const router = await placed({ amendLines: 'patch' });
    const { amendOrder } = router.provider;
    router.provider.amendOrder = (comparison, permit) => {
      if ('lines' in (comparison.change as object)) router.provider.amendFailures.push(refusal);
      return amendOrder(comparison, permit);
    };
    await router.deliver(amendedTo('Bonn', 6, lines(3)));
    expect([cities(router), openParts(router)]).toEqual([['Bonn'], ['lines amend-refused']]);
  });
});

test('another way of delivery is recorded and alerted, until it is as it was', async () => {
  const router = await placed();
  const shippings = [{ ...(anOrder().shippings[0] ?? expect.unreachable()), methodKey: 'express' }];
  await router.deliver(amendedTo('Bonn', 6, { shippings }));
  expect([cities(router), openParts(router)]).toEqual([['Bonn'], ['delivery delivery-fixed']]);
  await router.deliver(amendedTo('Bonn', 7));
  expect(openParts(router)).toEqual([]);
});

test('the ledger holds nothing of an address, and marks that fit no other order', async () => {
  const router = await placed();
  await router.deliver(amendedTo('Bonn', 6));
  const text = JSON.stringify(router.tester.appends.map(({ entry }) => entry));
  for (const secret of ['Bonn', 'Köln', home.street, home.lastName, 'ada@example.com'])
    expect(text).not.toContain(secret);
  const marks = placementOf(router)?.amendment?.parts.map(({ shown }) => shown?.length);
  expect(marks).toEqual([5, 5, 5]);
});
