import { entryForTarget, type FulfillmentRequest } from '@pipeline/fulfillment';
import { NOON } from '@pipeline/fulfillment/testkit';
import type { CommerceOrderEvent, OrderSnapshot } from '@pipeline/schemas';
import { topics } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { addressIn, confirmed, gate, severalTargets, startRouter, WINDOW } from '../testing/router.ts';

const event = (over: Partial<CommerceOrderEvent> = {}) => confirmed({ order: severalTargets(), ...over });

function start(over: Parameters<typeof startRouter>[0] = {}) {
  const router = startRouter(over);
  router.shop.order = severalTargets();
  const placement = (target: string) =>
    router.tester.state && entryForTarget(router.tester.state, target).placements.at(-1);
  return { ...router, placement };
}

describe('an order with several targets', () => {
  test('becomes one order at the provider for each, with its goods and its address', async () => {
    const { provider, deliver, tester, placement } = start();
    expect(await deliver(event())).toBe('done');
    expect(
      provider.requests.map(({ tenantOrderId, shippingAddress, lines }) => [
        tenantOrderId,
        shippingAddress?.city,
        lines.map(({ sku, quantity }) => `${quantity} ${sku}`),
      ]),
    ).toEqual([
      ['4711-home', 'Köln', ['2 sku-1']],
      ['4711-work', 'Berlin', ['1 sku-1', '1 sku-2']],
    ]);
    expect(placement('home')).toMatchObject({ status: 'placed', attempt: 1, providerOrderId: 'fft-1' });
    expect(placement('work')).toMatchObject({ status: 'placed', attempt: 1, providerOrderId: 'fft-2' });
    const links = tester.appends.flatMap(({ also }) => also).filter(({ topic }) => topic === topics.fulfillmentLinks);
    expect(links.map(({ key }) => key)).toEqual(['process-1', '4711-home', 'process-2', '4711-work']);
  });

  test('has each target given up by itself, which leaves the other as it is', async () => {
    const { provider, deliver, tester, placement } = start();
    tester.othersSucceed = true;
    const { placeOrder } = provider;
    provider.placeOrder = (order, permit) => {
      const { tenantOrderId } = order.body as FulfillmentRequest;
      if (tenantOrderId === '4711-home') provider.script.unshift('lost-before');
      return placeOrder(order, permit);
    };
    expect(await deliver(event())).toBe('done');
    expect(placement('home')).toMatchObject({ status: 'rejected', uncertain: true });
    expect(placement('work')).toMatchObject({ status: 'placed', attempt: 1 });
    expect(tester.letters.map(({ code }) => code)).toEqual(['transient-exhausted']);
    provider.placeOrder = placeOrder;
    await deliver(event(), { 'redrive-id': 'redrive-1' });
    expect([placement('home')?.status, provider.orders.length]).toEqual(['placed', 2]);
  });

  test('makes no further call when it is replayed, with what the shop shows of it by then', async () => {
    const { provider, deliver, tester, shop } = start();
    await deliver(event());
    tester.restart();
    shop.order = severalTargets({ customFields: { fft_order_id: '"fft-1"' }, shipmentState: 'Partial' });
    expect(await deliver(event({ orderVersion: 9, order: null }))).toBe('done');
    expect(provider.requests).toHaveLength(2);
  });

  test.each(['crash-before', 'crash-after', 'answer-lost', 'late', 'lost-before'] as const)(
    'has one order for each whatever becomes of the first attempt: %s',
    async (answer) => {
      const { provider, deliver, clock, placement } = start();
      provider.script.push(answer);
      for (let time = 0; time < 40; time++) {
        if ((await deliver(event())) === 'done') break;
        clock.advance(WINDOW / 8);
      }
      expect(provider.orders.map(({ order }) => order.tenantOrderId).sort()).toEqual(['4711-home', '4711-work']);
      expect([placement('home')?.status, placement('work')?.status]).toEqual(['placed', 'placed']);
    },
  );

  test('one target that is refused does not keep the other from being placed, and is tried again by a redrive', async () => {
    const { provider, deliver, tester, placement } = start();
    provider.script.push('refused');
    await deliver(event());
    expect([placement('home')?.status, placement('work')?.status]).toEqual(['rejected', 'placed']);
    const letters = tester.appends.flatMap(({ also }) => also).filter(({ topic }) => topic !== topics.fulfillmentLinks);
    expect(letters).toHaveLength(1);
    await deliver(event(), { 'redrive-id': 'again' });
    expect([placement('home')?.status, placement('work')?.status]).toEqual(['placed', 'placed']);
    expect(provider.orders).toHaveLength(2);
  });

  test('is placed in full though a part of it has left already', async () => {
    const { provider, deliver, placement, shop } = start();
    provider.prepareFailures.push(new PipelineError('permanent', 'no-facility', 'no', { notSent: true }));
    await deliver(event());
    shop.order = severalTargets({ shipmentState: 'Partial', deliveryCount: 1 });
    await deliver(event({ order: null, orderVersion: 7 }), { 'redrive-id': 'again' });
    expect([placement('home')?.status, placement('work')?.status]).toEqual(['placed', 'placed']);
  });

  test('is cancelled at each, and a refusal of one says nothing about the other', async () => {
    const { provider, deliver, placement } = start();
    await deliver(event());
    provider.cancelFailures.push(() => new PipelineError('permanent', 'too-late', 'picked already', { stage: 'call' }));
    await deliver(event({ type: 'OrderCancelled', orderVersion: 7, order: null }));
    expect([placement('home')?.status, placement('work')?.status]).toEqual(['cancelRefused', 'cancelled']);
    await deliver(event({ type: 'OrderCancelled', orderVersion: 8, order: null }));
    expect([placement('home')?.status, placement('work')?.status]).toEqual(['cancelled', 'cancelled']);
  });

  test('that is cancelled before is placed nowhere', async () => {
    const { provider, deliver } = start();
    await deliver(event({ type: 'OrderCancelled', orderVersion: 7, order: null }));
    await deliver(event());
    expect(provider.requests).toEqual([]);
  });

  test('has each unlocked when its payment comes', async () => {
    const { provider, deliver, shop, placement } = start({ gate: { ...gate, hold: { Pending: 'lock' } } });
    await deliver(event({ order: severalTargets({ paymentState: 'Pending' }) }));
    expect([placement('home')?.lock, placement('work')?.lock]).toEqual(['payment', 'payment']);
    shop.order = severalTargets({ version: 8, paymentState: 'Paid' });
    await deliver(event({ type: 'OrderPaymentChanged', orderVersion: 8, order: null }));
    expect(provider.unlocks).toHaveLength(2);
    expect([placement('home')?.lock, placement('work')?.lock]).toEqual(['unlocked', 'unlocked']);
  });

  test('has a new address where it has changed, and only there', async () => {
    const { provider, deliver, shop } = start();
    await deliver(event());
    const [home, work] = severalTargets().shippings;
    shop.order = severalTargets({
      version: 8,
      shippings: [home, { ...work, address: addressIn('Hamburg') }] as OrderSnapshot['shippings'],
    });
    await deliver(event({ type: 'OrderAmended', orderVersion: 8, order: null }));
    expect(provider.amendments).toEqual(['Hamburg']);
  });

  test('that gets a further target needs a look, and nothing is placed there', async () => {
    const { provider, deliver, shop, observed } = start();
    await deliver(event());
    const { shippings } = severalTargets();
    const order = severalTargets({
      version: 8,
      shippings: [...shippings, { ...shippings[0], key: 'third', target: 'third' }] as OrderSnapshot['shippings'],
    });
    shop.order = order;
    await deliver(event({ type: 'OrderAmended', orderVersion: 8, order }));
    expect(observed.at(-1)).toBe('nothing target-added !');
    expect(provider.requests).toHaveLength(2);
  });

  test('that gets a further target is told of without a snapshot too, from one reading for all targets', async () => {
    const { deliver, tester, shop, observed } = start();
    await deliver(event());
    const { shippings } = severalTargets();
    shop.order = severalTargets({
      version: 8,
      shippings: [...shippings, { ...shippings[0], key: 'third', target: 'third' }] as OrderSnapshot['shippings'],
    });
    const { reads } = tester;
    await deliver(event({ type: 'OrderAmended', orderVersion: 8, order: null }));
    expect(observed.at(-1)).toBe('nothing target-added !');
    expect(tester.reads - reads).toBe(1);
  });

  test('is read anew where a snapshot does not name its targets yet', async () => {
    const { provider, deliver } = start();
    const { shippings } = severalTargets();
    const unnamed = severalTargets({ shippings: shippings.map((each) => ({ ...each, target: null })) });
    await deliver(event({ order: unnamed }));
    expect(provider.requests.map(({ tenantOrderId }) => tenantOrderId)).toEqual(['4711-home', '4711-work']);
  });

  test('a target that was not placed yet and is gone from the order is a dead letter', async () => {
    const { provider, deliver, tester, shop, placement } = start();
    provider.script.push('created', 'refused');
    await deliver(event());
    shop.order = severalTargets({ version: 8, shippings: severalTargets().shippings.slice(0, 1) });
    await deliver(event({ orderVersion: 8, order: null }), { 'redrive-id': 'again' });
    expect(provider.requests).toHaveLength(2);
    expect(placement('work')).toMatchObject({ status: 'skipped', reason: 'target-gone' });
    const letters = tester.appends.flatMap(({ also }) => also).filter(({ topic }) => topic !== topics.fulfillmentLinks);
    expect(letters).toHaveLength(2);
    shop.order = severalTargets({ version: 9 });
    await deliver(event({ orderVersion: 9, order: null }), { 'redrive-id': 'once more' });
    expect(placement('work')?.status).toBe('placed');
  });

  test('goods that are moved to a target which is not placed yet are not sent twice', async () => {
    const { provider, deliver, shop, placement } = start();
    provider.script.push('created', 'unreachable', 'unreachable');
    const deliveries = deliver(event());
    const [line, hat] = severalTargets().lineItems;
    const moved = { ...line, targetQuantities: { work: 3 } };
    shop.order = severalTargets({ version: 8, lineItems: [moved, hat] as OrderSnapshot['lineItems'] });
    await deliveries;
    expect(placement('work')).toMatchObject({ status: 'skipped', reason: 'target-changed' });
    expect(provider.orders.map(({ order }) => order.tenantOrderId)).toEqual(['4711-home']);
    await deliver(event({ orderVersion: 8, order: null }), { 'redrive-id': 'as it is' });
    expect(provider.requests.at(-1)?.lines).toMatchObject([{ quantity: 3 }, { quantity: 1 }]);
  });

  test('that is taken back before a target is placed is skipped, whatever has become of its goods', async () => {
    const { provider, deliver, shop, placement } = start();
    provider.script.push('created', 'unreachable', 'unreachable');
    const delivery = deliver(event());
    shop.order = severalTargets({ version: 8, orderState: 'Open', lineItems: [] });
    await delivery;
    expect(placement('work')).toMatchObject({ status: 'skipped', reason: 'not-confirmed' });
  });

  test('a target that was refused is placed by a redrive also when all the others have left', async () => {
    const { provider, deliver, shop, placement } = start();
    provider.script.push('created', 'refused');
    await deliver(event());
    shop.order = severalTargets({ version: 8, shipmentState: 'Shipped', deliveryCount: 1 });
    await deliver(event({ order: null }), { 'redrive-id': 'again' });
    expect(placement('work')?.status).toBe('placed');
  });

  test('stays locked when an older payment comes late, and is judged once for each version', async () => {
    const { provider, deliver, shop, tester, placement } = start({ gate: { ...gate, hold: { Pending: 'lock' } } });
    await deliver(event({ order: severalTargets({ paymentState: 'Pending' }) }));
    const payment = (version: number, paymentState: string) => {
      shop.order = severalTargets({ version, paymentState });
      return event({ type: 'OrderPaymentChanged', orderVersion: version, order: shop.order });
    };
    await deliver(payment(9, 'Pending'));
    const appends = tester.appends.length;
    await deliver(payment(9, 'Pending'));
    await deliver(payment(8, 'Paid'));
    expect([provider.unlocks.length, tester.appends.length]).toEqual([0, appends]);
    await deliver(payment(10, 'Paid'));
    expect([placement('home')?.lock, placement('work')?.lock]).toEqual(['unlocked', 'unlocked']);
  });

  test('that is there as a whole is adopted as that, where a migration looks for it', async () => {
    const { provider, deliver, tester, clock } = start({ lookUpFirst: true });
    const { tester: former, provider: theirs, deliver: place } = startRouter();
    await place();
    expect(former.state?.placements[0]?.status).toBe('placed');
    provider.orders.push(...theirs.orders);
    clock.advance(60_000);
    await deliver(event());
    expect(provider.requests).toEqual([]);
    expect(tester.state?.placements).toMatchObject([{ target: 'order', status: 'placed', providerOrderId: 'fft-1' }]);
  });

  test('reads the order once for all of its targets', async () => {
    const { deliver, tester } = start();
    await deliver(event({ order: null }));
    expect(tester.reads).toBe(1);
  });

  test('whose targets are unclear is a dead letter', async () => {
    const { provider, deliver, observed, tester } = start();
    await deliver(event({ order: severalTargets({ targetsUnclear: true, readAt: NOON }) }));
    expect(provider.requests).toEqual([]);
    expect(observed.at(-1)).toContain('several-shipping-targets');
    expect(tester.state?.placements).toMatchObject([{ target: 'order', status: 'skipped' }]);
  });
});
