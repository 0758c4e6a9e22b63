import { aPlacedOrder, NOON } from '@pipeline/fulfillment/testkit';
import { deadLetterTopics, type OrderSnapshot } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../testing/fakeProvider.ts';
import { MOST_CONFLICTS } from '../placement/changeOrder.ts';
import { confirmed, gate, startRouter, theOrder } from '../testing/router.ts';

const holding = { gate: { ...gate, hold: { Pending: 'lock', BalanceDue: 'wait' } as const } };
const start = () => startRouter(holding);

const orderAt = (version: number, paymentState: string, over: Partial<OrderSnapshot> = {}) =>
  theOrder({ version, paymentState, ...over });
/** The order is confirmed at version 5, in this payment state. */
const confirmedIn = (paymentState: string) => confirmed({ order: orderAt(5, paymentState) });
const changedTo = (paymentState: string, version = 6) =>
  confirmed({
    type: 'OrderPaymentChanged',
    cause: 'OrderPaymentStateChanged',
    orderVersion: version,
    order: orderAt(version, paymentState),
  });
const cancelOf = (version: number) => confirmed({ type: 'OrderCancelled', orderVersion: version, order: null });

const placementOf = ({ tester }: ReturnType<typeof start>) => tester.state?.placements.at(-1);

describe('an order that waits for its payment', () => {
  test('is not placed, and is placed once when its payment state changes', async () => {
    const router = start();
    const { provider, deliver, observed } = router;
    await deliver(confirmedIn('BalanceDue'));
    expect(placementOf(router)).toMatchObject({ status: 'skipped', reason: 'awaiting-payment' });
    await deliver(changedTo('Paid'));
    expect(provider.requests.map(({ held, paid }) => [held, paid])).toEqual([[false, true]]);
    expect(placementOf(router)).toMatchObject({ status: 'placed', lock: 'none' });
    expect(observed).toEqual(['skipped awaiting-payment', 'created', 'nothing placed']);
    await deliver(changedTo('Paid'));
    await deliver(changedTo('CreditOwed', 8));
    expect([provider.requests.length, provider.unlocks]).toEqual([1, []]);
  });

  test('makes no call when all of it is replayed', async () => {
    const { provider, tester, deliver } = start();
    const events = [confirmedIn('BalanceDue'), changedTo('BalanceDue'), changedTo('Paid', 7)];
    for (const event of events) await deliver(event);
    tester.restart();
    const before = [provider.requests.length, tester.appends.length, tester.reads, tester.effects.length];
    for (const event of events) await deliver(event);
    expect([provider.requests.length, tester.appends.length, tester.reads, tester.effects.length]).toEqual(before);
    expect(before[0]).toBe(1);
  });

  test('is placed locked when the new state says so', async () => {
    const router = start();
    await router.deliver(confirmedIn('BalanceDue'));
    await router.deliver(changedTo('Pending'));
    expect(router.provider.requests.map(({ held }) => held)).toEqual([true]);
    expect(placementOf(router)).toMatchObject({ status: 'placed', lock: 'payment' });
  });

  test('goes through the gate again: paid, but cancelled or fulfilled meanwhile, it is not placed', async () => {
    for (const over of [{ orderState: 'Cancelled' }, { shipmentState: 'Shipped' }]) {
      const { provider, deliver } = start();
      await deliver(confirmedIn('BalanceDue'));
      await deliver(confirmed({ type: 'OrderPaymentChanged', orderVersion: 6, order: orderAt(6, 'Paid', over) }));
      expect(provider.requests).toEqual([]);
    }
  });

  test('is not placed when it was cancelled before the payment', async () => {
    const { provider, deliver } = start();
    await deliver(confirmedIn('BalanceDue'));
    await deliver(cancelOf(7));
    await deliver(changedTo('Paid'));
    expect(provider.requests).toEqual([]);
  });

  test('is not placed by a payment alone: without a confirmation that was let through it is none of ours', async () => {
    const { provider, tester, deliver } = start();
    await deliver(changedTo('Paid'));
    expect([provider.requests, tester.appends]).toEqual([[], []]);
  });
});

describe('an order that was placed locked', () => {
  test('is unlocked when its payment state is held no more, with what it does on record before', async () => {
    const router = start();
    const { provider, tester, deliver, observed } = router;
    await deliver(confirmedIn('Pending'));
    expect(provider.requests.map(({ held }) => held)).toEqual([true]);
    const seen: unknown[] = [];
    tester.beforeEffect = () => seen.push(placementOf(router)?.lock);
    await deliver(changedTo('Paid'));
    expect([seen, provider.unlocks]).toEqual([['unlocking'], ['fft-1']]);
    expect(placementOf(router)).toMatchObject({ status: 'placed', lock: 'unlocked', orderVersion: 5 });
    expect(tester.state?.orderVersion).toBe(6);
    expect(observed).toEqual(['created', 'nothing placed', 'unlocked']);
  });

  test('is unlocked once: a replay makes no call', async () => {
    const { provider, tester, deliver } = start();
    const events = [confirmedIn('Pending'), changedTo('BalanceDue'), changedTo('Paid', 7), changedTo('Pending', 8)];
    for (const event of events) await deliver(event);
    tester.restart();
    const before = [tester.appends.length, tester.reads, tester.effects.length];
    for (const event of events) await deliver(event);
    expect([tester.appends.length, tester.reads, tester.effects.length]).toEqual(before);
    expect([provider.requests.length, provider.unlocks]).toEqual([1, ['fft-1']]);
  });

  test.each(['Pending', 'BalanceDue'])('stays locked in the state %s, which is judged once', async (paymentState) => {
    const { provider, tester, deliver, observed } = start();
    await deliver(confirmedIn('Pending'));
    await deliver(changedTo(paymentState));
    expect(observed.at(-1)).toBe('keptLocked awaiting-payment');
    await deliver(changedTo(paymentState));
    expect([provider.unlocks, tester.appends.length]).toEqual([[], 3]);
  });

  test('is judged by the order as it is, not by a snapshot that is old or older than what was judged', async () => {
    const old = start();
    await old.deliver(confirmedIn('Pending'));
    old.clock.advance(300_001);
    old.shop.order = orderAt(9, 'Pending');
    await old.deliver(changedTo('Paid'));
    expect(old.provider.unlocks).toEqual([]);
    const behind = start();
    await behind.deliver(confirmedIn('Pending'));
    await behind.deliver(changedTo('Pending', 7));
    behind.shop.order = orderAt(9, 'Paid');
    await behind.deliver(confirmed({ type: 'OrderPaymentChanged', orderVersion: 8, order: orderAt(6, 'Pending') }));
    expect(behind.provider.unlocks).toEqual(['fft-1']);
  });

  test('for a shipping method that nobody mapped is not unlocked by a payment', async () => {
    const router = startRouter({
      ...holding,
      routing: {
        shippingMethods: {},
        unknownShippingMethod: 'hold',
        collectFacilityField: null,
        facilitiesByStore: {},
        storeTag: null,
        customFieldTags: {},
      },
    });
    await router.deliver(confirmedIn('Pending'));
    await router.deliver(changedTo('Paid'));
    expect(placementOf(router)).toMatchObject({ status: 'placed', lock: 'routing' });
    expect([router.provider.requests[0]?.held, router.provider.unlocks]).toEqual([true, []]);
  });

  test('is cancelled, not unlocked, when the cancel came before the payment', async () => {
    const { provider, deliver, status } = start();
    await deliver(confirmedIn('Pending'));
    await deliver(cancelOf(7));
    await deliver(changedTo('Paid', 6));
    await deliver(changedTo('Paid', 8));
    expect([provider.cancels, provider.unlocks, status()]).toEqual([['fft-1'], [], 'cancelled']);
  });

  test('is not unlocked when it was cancelled between the payment and the look at it', async () => {
    const { provider, clock, shop, deliver, observed } = start();
    await deliver(confirmedIn('Pending'));
    clock.advance(300_001);
    shop.order = orderAt(7, 'Paid', { orderState: 'Cancelled' });
    await deliver(changedTo('Paid'));
    expect([provider.unlocks, observed.at(-1)]).toEqual([[], 'keptLocked not-confirmed']);
    await deliver(cancelOf(7));
    expect(provider.cancels).toEqual(['fft-1']);
  });

  test('that the provider shows open already is recorded without a call', async () => {
    const router = start();
    await router.deliver(confirmedIn('Pending'));
    router.provider.setStatus('fft-1', 'OPEN');
    await router.deliver(changedTo('Paid'));
    expect([router.provider.unlocks, placementOf(router)?.lock]).toEqual([[], 'unlocked']);
  });

  test('whose unlock has no known outcome is read first, and not unlocked twice', async () => {
    const router = start();
    const { provider, tester, deliver } = router;
    await deliver(confirmedIn('Pending'));
    provider.unlockFailures.push(() => {
      provider.setStatus('fft-1', 'OPEN');
      return new PipelineError('unknown-outcome', 'provider-timeout', 'lost');
    });
    await deliver(changedTo('Paid'));
    expect([provider.unlocks.length, placementOf(router)?.lock, tester.retries.length]).toEqual([1, 'unlocked', 1]);
  });

  test('is taken up by the next process when one dies in the unlock', async () => {
    const router = start();
    const { provider, tester, deliver } = router;
    await deliver(confirmedIn('Pending'));
    const { unlockOrder } = provider;
    provider.unlockOrder = async (...args) => {
      provider.unlockOrder = unlockOrder;
      await unlockOrder(...args);
      return tester.crash();
    };
    await deliver(changedTo('Paid'));
    expect([provider.unlocks.length, placementOf(router)?.lock]).toEqual([1, 'unlocked']);
  });

  test.each(['committed', 'not-committed'] as const)('is unlocked once when an append is lost: %s', async (how) => {
    for (const when of ['before', 'after'] as const) {
      const router = start();
      const { provider, tester, deliver } = router;
      await deliver(confirmedIn('Pending'));
      if (when === 'before') tester.loseNextAppend(how);
      else tester.beforeEffect = () => tester.loseNextAppend(how);
      await deliver(changedTo('Paid'));
      expect([when, provider.unlocks.length, placementOf(router)?.lock]).toEqual([when, 1, 'unlocked']);
    }
  });

  test('is read again and unlocked after a conflict', async () => {
    const router = start();
    const { provider, deliver } = router;
    await deliver(confirmedIn('Pending'));
    provider.unlockFailures.push(() => {
      const [accepted] = provider.orders;
      if (accepted) accepted.order = { ...accepted.order, version: 7 };
      return new PipelineError('conflict', 'provider-conflict', 'old', { httpStatus: 409 });
    });
    await deliver(changedTo('Paid'));
    expect([provider.unlocks.length, placementOf(router)?.lock]).toEqual([2, 'unlocked']);
  });

  test.each([
    ['permanent', 'unlock-refused', 400],
    ['permanent', 'unlock-refused', 422],
    ['conflict', 'provider-conflict', 409],
  ] as const)(
    'whose unlock is refused for good (%s, %s) is parked, once, until a redrive',
    async (errorClass, code, httpStatus) => {
      const router = start();
      const { provider, tester, deliver, observed } = router;
      const tries = errorClass === 'conflict' ? MOST_CONFLICTS : 1;
      const refuseNext = () => {
        const refusal = () => new PipelineError(errorClass, code, 'The provider: no.', { httpStatus });
        provider.unlockFailures.push(...Array.from({ length: tries }, () => refusal));
      };
      await deliver(confirmedIn('Pending'));
      refuseNext();
      expect(await deliver(changedTo('Paid'))).toBe('done');
      expect(placementOf(router)).toMatchObject({ status: 'placed', lock: 'unlockRefused', reason: code });
      expect(tester.letters).toMatchObject([{ errorClass: 'permanent', code: 'unlock-refused', httpStatus }]);
      expect(tester.appends.at(-1)?.also.map(({ topic }) => topic)).toEqual([deadLetterTopics['order-router']]);
      expect(observed.at(-1)).toBe('unlockRefused unlock-refused');
      tester.restart();
      await deliver(changedTo('Paid'));
      await deliver(changedTo('CreditOwed', 7));
      expect([provider.unlocks.length, tester.letters.length]).toEqual([tries, 1]);

      refuseNext();
      await deliver(changedTo('Paid'), { 'redrive-id': 'r1' });
      await deliver(changedTo('Paid'), { 'redrive-id': 'r1' });
      expect([provider.unlocks.length, tester.letters.length]).toEqual([2 * tries, 2]);
      await deliver(changedTo('Paid'), { 'redrive-id': 'r2' });
      expect([provider.unlocks.length, placementOf(router)?.lock]).toEqual([2 * tries + 1, 'unlocked']);
    },
  );

  test('whose unlock alone keeps failing is parked like one that is refused', async () => {
    const router = start();
    const { provider, tester, deliver } = router;
    await deliver(confirmedIn('Pending'));
    tester.othersSucceed = true;
    tester.retryMs = 60_000;
    const lost = () => new PipelineError('unknown-outcome', 'provider-timeout', 'no answer');
    provider.unlockFailures.push(...Array<typeof lost>(10_000).fill(lost));
    expect(await deliver(changedTo('Paid'))).toBe('done');
    expect(placementOf(router)).toMatchObject({ lock: 'unlockRefused', reason: 'transient-exhausted' });
    expect(tester.letters.map(({ code }) => code)).toEqual(['unlock-refused']);
    provider.unlockFailures.length = 0;
    await deliver(changedTo('Paid'), { 'redrive-id': 'r1' });
    expect(placementOf(router)?.lock).toBe('unlocked');
  });

  test('whose unlock is refused since somebody unlocked it meanwhile is unlocked', async () => {
    const router = start();
    const { provider, tester, deliver } = router;
    await deliver(confirmedIn('Pending'));
    provider.unlockFailures.push(() => {
      provider.setStatus('fft-1', 'OPEN');
      return new PipelineError('permanent', 'unlock-refused', 'it is open', { httpStatus: 400 });
    });
    await deliver(changedTo('Paid'));
    expect([tester.letters, placementOf(router)?.lock]).toEqual([[], 'unlocked']);
  });

  test('that has ended at the provider is parked, once for each redrive: somebody has to place it anew', async () => {
    const router = start();
    const { provider, tester, deliver } = router;
    await deliver(confirmedIn('Pending'));
    provider.setStatus('fft-1', 'CANCELLED');
    await deliver(changedTo('Paid'));
    expect(tester.letters).toMatchObject([{ code: 'unlock-refused' }]);
    expect(tester.letters[0]?.message).toContain('CANCELLED');
    expect([provider.unlocks, placementOf(router)?.lock]).toEqual([[], 'unlockRefused']);
    for (const id of ['r1', 'r1', 'r2', 'r2']) await deliver(changedTo('Paid'), { 'redrive-id': id });
    expect(tester.letters).toHaveLength(3);
  });

  test('that the provider no longer has is gone, with an alert', async () => {
    const { provider, deliver, status, observed } = start();
    await deliver(confirmedIn('Pending'));
    provider.orders.length = 0;
    await deliver(changedTo('Paid'));
    expect([status(), observed.at(-1)]).toEqual(['gone', 'gone provider-order-gone !']);
  });

  test('by an attempt in doubt is unlocked when it turns up after the payment', async () => {
    const router = start();
    const { provider, shop, deliver } = router;
    // Accepted, but no search shows it before the order is paid and sent once more, which is refused.
    provider.script.push('answer-lost', 'refused');
    const { findOrders } = provider;
    provider.findOrders = async (...args) => (provider.requests.length < 2 ? [] : findOrders(...args));
    shop.order = orderAt(6, 'Paid');
    // Too old to be judged by once more when the doubt is over.
    await deliver(confirmed({ order: orderAt(5, 'Pending', { readAt: NOON - 200_000 }) }));
    expect(provider.requests.map(({ held }) => held)).toEqual([true, false]);
    expect([provider.unlocks, placementOf(router)?.lock]).toEqual([['fft-1'], 'unlocked']);
  });

  test('by somebody else is adopted as it is', async () => {
    const router = start();
    router.provider.put(aPlacedOrder({ status: 'LOCKED' }));
    const named = { customFields: { fft_order_id: '"fft-order-1"' } };
    await router.deliver(confirmed({ order: orderAt(5, 'Pending', named) }));
    await router.deliver(confirmed({ type: 'OrderPaymentChanged', orderVersion: 6, order: orderAt(6, 'Paid', named) }));
    expect([router.provider.unlocks, placementOf(router)?.lock]).toEqual([[], 'none']);
  });
});

/** What goes wrong with a request to unlock. */
const mishaps = ['lost-before', 'lost-after', 'version-moved', 'throttled', 'crash-before', 'crash-after'] as const;
type Mishap = (typeof mishaps)[number];

function misbehave({ provider, tester }: ReturnType<typeof start>, script: readonly Mishap[]): void {
  const coming = [...script];
  const { unlockOrder } = provider;
  provider.unlockOrder = async (order, permit) => {
    const mishap = coming.shift();
    if (mishap === 'crash-before') return tester.crash();
    if (mishap === 'lost-before') provider.unlockFailures.push(() => new PipelineError('unknown-outcome', 'x', 'x'));
    if (mishap === 'throttled') provider.unlockFailures.push(() => new PipelineError('throttled', 'x', 'x'));
    if (mishap === 'version-moved') provider.touch(order.providerOrderId);
    const done = await unlockOrder(order, permit);
    if (mishap === 'lost-after') throw new PipelineError('unknown-outcome', 'x', 'x');
    return mishap === 'crash-after' ? tester.crash() : done;
  };
}

test('whatever fails, and in whichever order and how often it is told, a held order ends as its last state says', async () => {
  const answers: readonly Answer[] = ['created', 'answer-lost', 'late', 'lost-before', 'throttled', 'crash-after'];
  const reached = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...answers), { maxLength: 3 }),
      fc.array(fc.constantFrom(...mishaps), { maxLength: 4 }),
      fc.constantFrom('Pending', 'BalanceDue'),
      fc.array(fc.constantFrom('Pending', 'BalanceDue'), { maxLength: 3 }),
      fc.constantFrom('paid', 'held', 'cancelled', 'cancelled-after-payment'),
      fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
      async (script, unlockScript, first, between, end, lots) => {
        const router = start();
        const { provider, tester, shop, deliver } = router;
        provider.script.push(...script);
        misbehave(router, unlockScript);
        const paid = end === 'paid' || end === 'cancelled-after-payment';
        const cancelled = end === 'cancelled' || end === 'cancelled-after-payment';
        // What the shop answers when it is read: the order as it is in the end.
        const orderState = cancelled ? 'Cancelled' : 'Confirmed';
        shop.order = orderAt(20, paid ? 'Paid' : 'Pending', { orderState });
        const told = [
          ...between.map((state, index) => changedTo(state, 6 + index)),
          ...(paid ? [changedTo('Paid', 12)] : []),
          ...(cancelled ? [cancelOf(20)] : []),
        ];
        const shuffled = [...told, ...told]
          .map((event, index) => ({ event, lot: lots[index] ?? 0 }))
          .sort((a, b) => a.lot - b.lot)
          .map(({ event }) => event);
        for (const event of [confirmedIn(first), ...shuffled, confirmedIn(first)]) await deliver(event);
        const statuses = provider.orders.map(({ order }) => order.status);
        reached.add(`${end} ${statuses.join()}`);
        expect(statuses.length).toBeLessThanOrEqual(1);
        expect(tester.letters).toEqual([]);
        if (cancelled) expect(statuses).not.toContain('OPEN');
        if (cancelled) expect(statuses).not.toContain('LOCKED');
        if (end === 'paid') expect(statuses).toEqual(['OPEN']);
        if (end === 'held') expect(statuses).not.toContain('OPEN');
        const effects = tester.effects.length;
        tester.restart();
        for (const event of [confirmedIn(first), ...told]) await deliver(event);
        expect(tester.effects).toHaveLength(effects);
      },
    ),
    { numRuns: 1_000 },
  );
  expect([...reached].sort()).toEqual([
    'cancelled ',
    'cancelled CANCELLED',
    'cancelled-after-payment ',
    'cancelled-after-payment CANCELLED',
    'held ',
    'held LOCKED',
    'paid OPEN',
  ]);
});
