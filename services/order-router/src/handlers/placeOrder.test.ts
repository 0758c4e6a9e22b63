import { aLedgerEntry, aLineItem, aPlacedOrder, aPlacement, aShipping, NOON } from '@pipeline/fulfillment/testkit';
import { deadLetterTopics, topics } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import type { Answer } from '../testing/fakeProvider.ts';
import { confirmed, routing, startRouter, theOrder, timing, WINDOW } from '../testing/router.ts';

const placingByAnother = aLedgerEntry({
  placements: [
    aPlacement({ status: 'placing', member: 'another', providerOrderId: null, processId: null, placedAt: null }),
  ],
});
const HOUR = 3_600_000;
const cancelOf = (version: number) => confirmed({ type: 'OrderCancelled', orderVersion: version, order: null });
const deletionOf = (version: number) => confirmed({ type: 'OrderDeleted', orderVersion: version, order: null });

describe('a confirmed order', () => {
  test('is announced in the ledger before the request, and its result goes on record together with the links', async () => {
    const { tester, provider, deliver } = startRouter();
    const seen: (string | undefined)[] = [];
    tester.beforeEffect = () => seen.push(tester.state?.placements[0]?.status);
    expect(await deliver()).toBe('done');
    expect(seen).toEqual(['placing']);
    expect(provider.requests).toHaveLength(1);
    expect(tester.appends.map(({ entry }) => entry.placements[0]?.status)).toEqual(['placing', 'placed']);
    const [intent, result] = tester.appends;
    expect(intent?.entry.placements[0]).toMatchObject({ attempt: 1, member: 'member-1', tenantOrderId: '4711' });
    expect(intent?.also).toEqual([]);
    expect(result?.entry.placements[0]).toMatchObject({ providerOrderId: 'fft-1', processId: 'process-1' });
    expect(result?.also.map(({ topic, key }) => [topic.name, key])).toEqual([
      [topics.fulfillmentLinks.name, 'process-1'],
      [topics.fulfillmentLinks.name, '4711'],
    ]);
    expect(result?.also[0]?.value).toMatchObject({ orderId: confirmed().orderId, providerOrderId: 'fft-1' });
    expect(tester.published).toEqual([]);
  });

  test('leaves no attempt in doubt when the provider cannot be reached or signed in to', async () => {
    const { tester, provider, deliver } = startRouter();
    provider.prepareFailures.push(new PipelineError('auth', 'provider-unauthorized', 'no', { notSent: true }));
    await deliver();
    const [first] = tester.appends;
    expect(first?.entry.placements[0]).toMatchObject({ status: 'placing', attempt: 1, uncertain: false });
    expect(tester.appends.map(({ entry }) => entry.placements[0]?.status)).toEqual(['placing', 'placed']);
    expect(provider.requests).toHaveLength(1);
  });

  test('leaves no attempt in doubt when it cannot be mapped now', async () => {
    const { tester, provider, deliver } = startRouter();
    const unloadable = new PipelineError('transient', 'transform-unloadable', 'no', { notSent: true, stage: 'map' });
    provider.mapFailures.push(unloadable);
    await deliver();
    expect(tester.appends.map(({ entry }) => [entry.placements[0]?.status, entry.placements[0]?.attempt])).toEqual([
      ['placing', 1],
      ['placed', 1],
    ]);
    expect(provider.requests).toHaveLength(1);
  });

  test('whose request alone keeps failing is given up, and looked for before it is sent again by a redrive', async () => {
    const { clock, tester, provider, deliver, observed } = startRouter();
    const began = clock.now().monotonic;
    tester.othersSucceed = true;
    provider.script.push(...Array<Answer>(100).fill('lost-before'));
    expect(await deliver()).toBe('done');
    expect(clock.now().monotonic - began).toBeGreaterThan(HOUR);
    expect(clock.now().monotonic - began).toBeLessThan(HOUR + 2 * WINDOW);
    const { length } = provider.requests;
    expect(tester.state?.placements[0]).toMatchObject({ status: 'rejected', attempt: length, uncertain: true });
    expect(tester.letters).toMatchObject([{ code: 'transient-exhausted', httpStatus: 503 }]);
    expect(tester.appends.at(-1)?.also.map(({ topic }) => topic)).toEqual([deadLetterTopics['order-router']]);
    expect(observed.at(-1)).toBe('rejected transient-exhausted');
    provider.script.length = 0;
    tester.restart();
    expect(await deliver()).toBe('done');
    expect(provider.requests).toHaveLength(length);
    const searches = provider.searches.length;
    await deliver(confirmed(), { 'redrive-id': 'redrive-1' });
    expect([provider.searches.length, provider.requests.length]).toEqual([searches + 1, length + 1]);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'placed', attempt: length + 1, uncertain: false });
  });

  test('whose last request only is in doubt when it is given up is uncertain, and is not when none was', async () => {
    for (const last of ['lost-before', 'unreachable'] as const) {
      const { clock, tester, provider, deliver } = startRouter();
      tester.othersSucceed = true;
      tester.retryMs = 60_000;
      const { placeOrder } = provider;
      const end = clock.now().monotonic + HOUR;
      provider.placeOrder = (...asked) => {
        provider.script.push(clock.now().monotonic < end ? 'unreachable' : last);
        return placeOrder(...asked);
      };
      await deliver();
      const uncertain = last === 'lost-before';
      expect(tester.state?.placements[0]).toMatchObject({ status: 'rejected', uncertain });
    }
  });

  test('that was given up and was made after all is adopted by a redrive', async () => {
    const { tester, provider, deliver, clock } = startRouter();
    tester.othersSucceed = true;
    provider.script.push(...Array<Answer>(100).fill('lost-before'));
    await deliver();
    provider.put(aPlacedOrder());
    clock.advance(WINDOW);
    const { length } = provider.requests;
    await deliver(confirmed(), { 'redrive-id': 'redrive-1' });
    expect([provider.requests.length, tester.state?.placements[0]?.providerOrderId]).toEqual([length, 'fft-order-1']);
  });

  test('that alone cannot be searched for is parked in doubt, and adopted by a redrive', async () => {
    const { clock, tester, provider, deliver, observed, status } = startRouter();
    tester.othersSucceed = true;
    tester.retryMs = 60_000;
    provider.script.push('answer-lost');
    const down = new PipelineError('transient', 'http-500', 'no');
    provider.searchFailures.push(...Array<typeof down>(10_000).fill(down));
    expect(await deliver()).toBe('dead-letter');
    expect([status(), tester.letters.map(({ code }) => code), observed.at(-1)]).toEqual([
      'placing',
      ['transient-exhausted'],
      'dropped',
    ]);
    provider.searchFailures.length = 0;
    clock.advance(WINDOW);
    await deliver(confirmed(), { 'redrive-id': 'redrive-1' });
    expect([provider.requests.length, provider.orders.length, status()]).toEqual([1, 1, 'placed']);
  });

  test('is waited for as long as nobody is placed, also where its searches fail now and then', async () => {
    const { tester, provider, deliver } = startRouter();
    provider.script.push(...Array<Answer>(100).fill('lost-before'));
    const down = new PipelineError('transient', 'http-500', 'no');
    const { findOrders } = provider;
    let searches = 0;
    provider.findOrders = (...asked) => (++searches % 5 === 0 ? Promise.reject(down) : findOrders(...asked));
    expect(await deliver()).toBe('done');
    expect([provider.requests.length, tester.letters]).toEqual([101, []]);
  });

  test('is sent until it is there while requests fail for others, too', async () => {
    const { tester, provider, deliver } = startRouter();
    provider.script.push(...Array<Answer>(100).fill('lost-before'));
    expect(await deliver()).toBe('done');
    expect([provider.requests.length, tester.letters, tester.state?.placements[0]?.status]).toEqual([
      101,
      [],
      'placed',
    ]);
  });

  test('leaves nothing on record when its partition is lost while it is mapped', async () => {
    const { tester, provider, deliver } = startRouter();
    const { mapOrder } = provider;
    provider.mapOrder = (...args) => {
      tester.losePartition();
      return mapOrder(...args);
    };
    await deliver().catch(() => undefined);
    expect([tester.appends, provider.requests]).toEqual([[], []]);
  });

  test('is recorded with the article that the provider is told, the product where the SKU is blank', async () => {
    const { tester, deliver } = startRouter();
    await deliver(confirmed({ order: theOrder({ lineItems: [aLineItem({ sku: ' ', productId: 'product-1' })] }) }));
    expect(tester.state?.placements[0]).toMatchObject({ lines: [{ articleId: 'product-1', quantity: 1 }] });
  });

  test('is read anew where its snapshot refers to a facility without its key, and only there', async () => {
    const own = { ...routing, collectFacilityField: 'pickupStore' };
    const { tester, provider, shop, deliver } = startRouter({ routing: own });
    const shippings = [aShipping({ methodKey: 'pickup' })];
    const reference = { typeId: 'channel', id: 'c-1' };
    const referring = (pickupStore: object) =>
      theOrder({ shippings, customFields: { pickupStore: JSON.stringify(pickupStore) } });
    shop.order = referring({ ...reference, key: 'store-7' });
    await deliver(confirmed({ order: referring(reference) }));
    expect(provider.requests).toMatchObject([{ delivery: { kind: 'collect', facilityKey: 'store-7' } }]);
    expect(tester.reads).toBe(1);
    const second = startRouter({ routing: own });
    await second.deliver(confirmed({ order: shop.order }));
    expect([second.provider.requests.length, second.tester.reads]).toEqual([1, 0]);
  });

  test('makes no call when it is replayed', async () => {
    const { tester, provider, deliver } = startRouter();
    await deliver();
    const { reads } = tester;
    tester.restart();
    expect(await deliver()).toBe('done');
    expect(await deliver(confirmed({ orderVersion: 9 }))).toBe('done');
    expect(provider.requests).toHaveLength(1);
    expect(tester.reads).toBe(reads);
    expect(tester.appends).toHaveLength(2);
  });

  test('keeps the tenantOrderId of its first attempt when it gets an order number later', async () => {
    const { shop, provider, deliver } = startRouter();
    provider.script.push('unreachable');
    shop.order = theOrder({ orderNumber: 'late-number' });
    await deliver(confirmed({ order: theOrder({ orderNumber: null }) }));
    expect(provider.requests.map(({ tenantOrderId }) => tenantOrderId)).toEqual([theOrder().id, theOrder().id]);
  });

  test('whose shipping method is still not mapped in a redrive makes one dead letter more, and none when that is replayed', async () => {
    const { tester, deliver } = startRouter();
    const unmapped = confirmed({ order: theOrder({ shippings: [aShipping({ methodKey: 'drone' })] }) });
    const letters = () => tester.appends.flatMap(({ also }) => also).length;
    await deliver(unmapped);
    expect(letters()).toBe(1);
    await deliver(unmapped, { 'redrive-id': 'redrive-1' });
    await deliver(unmapped, { 'redrive-id': 'redrive-1' });
    expect(letters()).toBe(2);
  });

  test('is judged by the snapshot that came with it', async () => {
    const { tester, deliver } = startRouter();
    await deliver();
    expect(tester.reads).toBe(0);
  });

  test('is read again when its snapshot is old', async () => {
    const { tester, clock, shop, provider, observed, deliver } = startRouter();
    clock.advance(300_001);
    shop.order = theOrder({ version: 8, orderState: 'Cancelled' });
    await deliver();
    expect(provider.requests).toEqual([]);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'skipped', reason: 'not-confirmed', orderVersion: 8 });
    expect(observed).toEqual(['skipped not-confirmed']);
  });

  test('is never judged by a snapshot below a version that was judged: an intent that was handed back was for that one', async () => {
    const { tester, shop, provider, deliver } = startRouter();
    tester.drain();
    const newer = confirmed({ orderVersion: 8, order: theOrder({ version: 8 }) });
    await expect(tester.call(tester.message(newer))).rejects.toMatchObject({ code: 'draining' });
    tester.restart();
    shop.order = theOrder({ version: 8, customerId: 'as-it-is-now' });
    await deliver();
    expect(provider.requests.map(({ customerId }) => customerId)).toEqual(['as-it-is-now']);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'placed', orderVersion: 8 });
  });

  test('is read when its snapshot was too large to come with it', async () => {
    const { tester, provider, deliver } = startRouter();
    await deliver(confirmed({ order: null, snapshotIncluded: false }));
    expect(tester.reads).toBe(1);
    expect(provider.requests).toHaveLength(1);
  });

  test('that was deleted meanwhile is skipped, not failed', async () => {
    const { tester, shop, provider, deliver } = startRouter();
    shop.order = undefined;
    expect(await deliver(confirmed({ order: null }))).toBe('done');
    expect(tester.state?.placements[0]).toMatchObject({ status: 'skipped', reason: 'order-gone' });
    expect(provider.requests).toEqual([]);
  });

  test('waits while the shop cannot be read', async () => {
    const { tester, shop, provider, deliver } = startRouter();
    shop.failures.push(...Array.from({ length: 20 }, () => new PipelineError('transient', 'platform-down', 'down')));
    expect(await deliver(confirmed({ order: null }))).toBe('done');
    expect(tester.retries).toHaveLength(20);
    expect(provider.requests).toHaveLength(1);
    expect(tester.letters).toEqual([]);
  });

  test.each([
    ['before-activation', confirmed({ occurredAt: NOON - 2_000 })],
    ['nothing-to-fulfill', confirmed({ order: theOrder({ lineItems: [] }) })],
    ['already-fulfilled', confirmed({ order: theOrder({ shipmentState: 'Shipped' }) })],
    ['no-shipping', confirmed({ order: theOrder({ shippings: [], shippingAddress: null }) })],
    ['imported-history', confirmed({ cause: 'OrderImported', order: theOrder({ createdAt: 0 }) })],
  ])('is skipped on record when it is not to be placed: %s', async (reason, event) => {
    const { tester, provider, observed, deliver } = startRouter();
    expect(await deliver(event)).toBe('done');
    expect(tester.state?.placements[0]).toMatchObject({ status: 'skipped', reason });
    expect([provider.requests, tester.letters, observed]).toEqual([[], [], [`skipped ${reason}`]]);
    expect(await deliver(event)).toBe('done');
    expect(tester.appends).toHaveLength(1);
  });

  test('whose shipping method nobody mapped is parked with what to do, and placed when it is redriven', async () => {
    const { tester, provider, shop, deliver } = startRouter();
    const event = confirmed({ order: theOrder({ shippings: [aShipping({ methodKey: 'drone' })] }) });
    await deliver(event);
    expect(tester.letters[0]).toMatchObject({ code: 'shipping-method-unknown', stage: 'map' });
    expect(tester.appends).toHaveLength(1);
    expect(tester.appends[0]?.also[0]?.topic).toBe(deadLetterTopics['order-router']);
    await deliver(event);
    expect(tester.appends).toHaveLength(1);
    shop.order = theOrder();
    await deliver(confirmed(), { 'redrive-id': 'redrive-1' });
    expect(provider.requests).toHaveLength(1);
  });

  test('for click & collect asks for the facility of its supply channel', async () => {
    const { provider, tester, deliver } = startRouter();
    const lineItems = [aLineItem({ supplyChannelKey: 'store-7' })];
    await deliver(confirmed({ order: theOrder({ shippings: [aShipping({ methodKey: 'pickup' })], lineItems }) }));
    expect(provider.requests[0]?.delivery).toEqual({ kind: 'collect', facilityKey: 'store-7' });
    expect(tester.state?.placements[0]?.collect).toBe(true);
  });

  test('is mapped before its intent, so that its place in flight is for the request alone', async () => {
    const { provider, tester, deliver, status } = startRouter();
    const onRecord: number[] = [];
    const { mapOrder } = provider;
    provider.mapOrder = (...args) => {
      onRecord.push(tester.appends.length);
      return mapOrder(...args);
    };
    await deliver();
    expect([status(), onRecord]).toEqual(['placed', [0]]);
  });
});

describe('an order that names a provider order already', () => {
  const named = confirmed({ order: theOrder({ customFields: { fft_order_id: '"fft-order-1"' } }) });

  test('is taken as placed there', async () => {
    const { provider, tester, observed, deliver } = startRouter();
    provider.put(aPlacedOrder({ orderId: null, projectKey: null }));
    await deliver(named);
    expect(provider.requests).toEqual([]);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'placed', providerOrderId: 'fft-order-1' });
    expect(observed).toEqual(['adopted']);
  });

  test('is not taken for the order of another one whose fields were copied', async () => {
    const { provider, tester, observed, deliver } = startRouter();
    provider.put(aPlacedOrder({ orderId: 'another-order' }));
    await deliver(named);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'skipped', providerOrderId: null });
    expect(observed).toEqual(['skipped adopt-not-ours !']);
  });

  test('that is not there is skipped with an alert', async () => {
    const { observed, deliver } = startRouter();
    await deliver(named);
    expect(observed).toEqual(['skipped adopt-not-found !']);
  });
});

describe('a request whose outcome is not known', () => {
  test('is looked up at once and adopted as soon as it shows', async () => {
    const { provider, clock, tester, observed, deliver } = startRouter();
    provider.script.push('answer-lost');
    const begin = clock.now().monotonic;
    expect(await deliver()).toBe('done');
    expect(provider.requests).toHaveLength(1);
    expect(provider.searches[0]).toBe(begin);
    expect(clock.now().monotonic - begin).toBeLessThan(WINDOW);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'placed', providerOrderId: 'fft-1', attempt: 1 });
    expect(tester.appends.at(-1)?.also).toHaveLength(2);
    expect(observed).toEqual(['attempt unknown', 'adopted']);
  });

  test.each(['lost-before', 'defect'] satisfies Answer[])(
    'is repeated only when it can no longer come true and two searches have found nothing: %s',
    async (answer) => {
      const { provider, clock, tester, deliver, status } = startRouter();
      provider.script.push(answer);
      if (answer === 'defect') provider.findOrders = () => Promise.resolve([]);
      const begin = clock.now().monotonic;
      await deliver();
      expect(provider.requests).toHaveLength(2);
      expect(clock.now().monotonic - begin).toBeGreaterThanOrEqual(WINDOW + timing.indexLagMs);
      expect(status()).toBe('placed');
      expect(tester.state?.placements[0]?.attempt).toBe(2);
      if (answer === 'defect') return;
      const after = provider.searches.filter((at) => at - begin >= WINDOW);
      expect(after).toHaveLength(2);
    },
  );

  test('is not repeated early when somebody sets the clock forward', async () => {
    const { provider, clock, deliver } = startRouter();
    provider.script.push('lost-before');
    const begin = clock.now().monotonic;
    const { findOrders } = provider;
    let set = false;
    provider.findOrders = (...args) => {
      if (!set) clock.setWall(24 * 3_600_000);
      set = true;
      return findOrders(...args);
    };
    await deliver();
    expect(clock.now().monotonic - begin).toBeGreaterThanOrEqual(WINDOW);
  });

  test('of another process is looked up since our claim, whatever its age', async () => {
    const { provider, clock, tester, deliver, status } = startRouter();
    tester.state = placingByAnother;
    clock.advance(1_000_000);
    tester.restart();
    const claimed = clock.now().monotonic;
    await deliver();
    expect(provider.searches[0]).toBe(claimed);
    expect(provider.requests).toHaveLength(1);
    expect(clock.now().monotonic - claimed).toBeGreaterThanOrEqual(WINDOW + timing.indexLagMs);
    expect(status()).toBe('placed');
  });

  test('of another process is adopted when it shows', async () => {
    const { provider, clock, tester, deliver } = startRouter();
    tester.state = placingByAnother;
    provider.put(aPlacedOrder());
    const begin = clock.now().monotonic;
    await deliver();
    expect(provider.requests).toEqual([]);
    expect(clock.now().monotonic).toBe(begin);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'placed', member: 'another' });
  });

  test('is not ended by the order of another owner: ours may still come', async () => {
    const { provider, tester, deliver } = startRouter();
    tester.state = placingByAnother;
    provider.put(aPlacedOrder({ providerOrderId: 'theirs', orderId: 'another-order' }));
    provider.script.push('refused');
    expect(await deliver()).toBe('done');
    expect(provider.requests).toHaveLength(1);
    expect(tester.letters.map(({ code }) => code)).toEqual(['tenant-order-id-clash']);
  });

  test('of our own counts from its end, also when the partition was claimed anew meanwhile', async () => {
    const { provider, clock, tester, deliver } = startRouter();
    provider.script.push('lost-before');
    const begin = clock.now().monotonic;
    await expect(tester.call(tester.message(confirmed()))).rejects.toThrow('outcome-unknown');
    clock.advance(100_000);
    tester.claimAnew();
    await deliver();
    expect(provider.requests).toHaveLength(2);
    const took = clock.now().monotonic - begin;
    expect(took).toBeGreaterThanOrEqual(WINDOW + timing.indexLagMs);
    expect(took).toBeLessThan(100_000 + WINDOW);
  });

  test('reports live orders beside the one that is adopted', async () => {
    const { provider, tester, observed, deliver } = startRouter();
    tester.state = placingByAnother;
    provider.put(aPlacedOrder({ providerOrderId: 'a' }));
    provider.put(aPlacedOrder({ providerOrderId: 'b' }));
    await deliver();
    expect(observed).toEqual(['duplicates b', 'adopted']);
  });
});

describe('a request that certainly created nothing', () => {
  test.each(['unauthorized', 'throttled', 'unreachable'] satisfies Answer[])(
    'leaves no doubt: the runtime tries again, with a new intent: %s',
    async (answer) => {
      const { provider, clock, tester, deliver } = startRouter();
      provider.script.push(answer);
      const begin = clock.now().monotonic;
      await deliver();
      expect(tester.retries).toHaveLength(1);
      expect(clock.now().monotonic - begin).toBe(answer === 'throttled' ? 2_000 : 500);
      expect(provider.searches).toEqual([]);
      expect(tester.appends.map(({ entry }) => entry.placements[0]).map((p) => `${p?.status} ${p?.attempt}`)).toEqual([
        'placing 1',
        'placing 2',
        'placed 2',
      ]);
    },
  );

  test('because a permission is missing leaves no doubt either, and no intent is recorded before it may be there', async () => {
    const { provider, tester, deliver } = startRouter();
    provider.script.push('forbidden', 'forbidden');
    await deliver();
    expect(tester.retries.map(({ code }) => code)).toEqual([
      'provider-forbidden',
      'effect-paused',
      'provider-forbidden',
      'effect-paused',
    ]);
    expect(provider.searches).toEqual([]);
    expect(tester.appends.map(({ entry }) => entry.placements[0]).map((p) => `${p?.status} ${p?.attempt}`)).toEqual([
      'placing 1',
      'placing 2',
      'placing 3',
      'placed 3',
    ]);
  });

  test('is judged by the order as it is at the next try', async () => {
    const { provider, shop, tester, deliver } = startRouter();
    provider.script.push('unreachable');
    shop.order = theOrder({ version: 7, orderState: 'Cancelled' });
    await deliver();
    expect(provider.requests).toHaveLength(1);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'skipped', reason: 'not-confirmed' });
  });

  test('because its intent was too old when its turn came gets a new intent', async () => {
    const { provider, clock, tester, deliver } = startRouter();
    let waits = 2;
    tester.beforeEffect = () => {
      if (waits-- > 0) clock.advance(timing.startWindowMs + 1);
    };
    await deliver();
    expect(provider.requests).toHaveLength(1);
    expect(provider.searches).toEqual([]);
    expect(tester.appends.map(({ entry }) => entry.placements[0]?.status)).toEqual([
      'placing',
      'placing',
      'placing',
      'placed',
    ]);
  });

  test('because the service stops is handed back, and the next process sends it without a doubt', async () => {
    const { provider, clock, tester, deliver, status } = startRouter();
    tester.drain();
    await expect(tester.call(tester.message(confirmed()))).rejects.toMatchObject({ code: 'draining' });
    expect(status()).toBe('released');
    tester.restart();
    const begin = clock.now().monotonic;
    await deliver();
    expect(provider.requests).toHaveLength(1);
    expect(clock.now().monotonic).toBe(begin);
  });

  test('because its partition was lost before the request left is handed back, and the next process sends it without a doubt', async () => {
    const { provider, clock, tester, status, deliver } = startRouter();
    provider.script.push('permit-withdrawn');
    tester.beforeEffect = () => void tester.losePartition();
    await expect(tester.call(tester.message(confirmed()))).rejects.toMatchObject({ code: 'permit-withdrawn' });
    expect(status()).toBe('released');
    tester.restart();
    tester.beforeEffect = () => undefined;
    const begin = clock.now().monotonic;
    await deliver();
    expect(provider.orders).toHaveLength(1);
    expect(clock.now().monotonic).toBe(begin);
  });
});

describe('a refused request', () => {
  test.each([
    ['refused', 'provider-refused', 400],
    ['conflict', 'provider-conflict', 409],
  ] as const)(
    'is looked up once, then rejected and parked in one append, and a replay lets it be: %s',
    async (answer, code, httpStatus) => {
      const { provider, tester, observed, deliver, status } = startRouter();
      provider.script.push(answer);
      expect(await deliver()).toBe('done');
      expect(provider.searches).toHaveLength(1);
      expect(status()).toBe('rejected');
      expect(tester.appends).toHaveLength(2);
      expect(tester.appends[1]?.also.map(({ topic }) => topic)).toEqual([deadLetterTopics['order-router']]);
      expect(tester.letters[0]).toMatchObject({ errorClass: 'permanent', code, httpStatus });
      expect(observed).toEqual(['attempt refused', `rejected ${code}`]);
      tester.restart();
      await deliver();
      expect([provider.requests.length, provider.searches.length, tester.appends.length]).toEqual([1, 1, 2]);
    },
  );

  test('that was refused because ours is there is adopted', async () => {
    const { provider, tester, deliver } = startRouter();
    provider.put(aPlacedOrder());
    provider.script.push('refused');
    await deliver();
    expect(tester.state?.placements[0]).toMatchObject({ status: 'placed', providerOrderId: 'fft-order-1' });
    expect(tester.letters).toEqual([]);
  });

  test('because of an order of another owner is a clash', async () => {
    const { provider, tester, deliver, status } = startRouter();
    provider.put(aPlacedOrder({ orderId: 'another-order' }));
    provider.script.push('refused');
    await deliver();
    expect(status()).toBe('rejected');
    expect(tester.letters[0]).toMatchObject({ code: 'tenant-order-id-clash', stage: 'call' });
    expect(tester.letters[0]?.message).toContain('fft-order-1');
  });

  test('that was never sent since the order cannot be mapped is rejected on record, too', async () => {
    const { provider, tester, deliver, status } = startRouter();
    provider.script.push('unmappable');
    expect(await deliver()).toBe('done');
    expect(status()).toBe('rejected');
    expect(tester.letters[0]).toMatchObject({ code: 'mapping-address-incomplete', stage: 'map' });
    tester.restart();
    await deliver();
    expect([provider.requests, tester.letters.length]).toEqual([[], 1]);
  });

  test('after one whose outcome was unknown is looked for twice, an index lag apart: an index may have been late', async () => {
    const { provider, tester, deliver, status } = startRouter();
    provider.script.push('lost-before', 'refused');
    let before = 0;
    const { placeOrder } = provider;
    provider.placeOrder = (...args) => {
      before = provider.searches.length;
      return placeOrder(...args);
    };
    await deliver();
    const [first = 0, second = 0, ...more] = provider.searches.slice(before);
    expect(second - first).toBeGreaterThanOrEqual(timing.indexLagMs);
    expect(more).toEqual([]);
    expect(tester.appends.map(({ entry }) => entry.placements[0]?.uncertain)).toEqual([false, true, true]);
    expect(status()).toBe('rejected');
    expect(tester.letters).toHaveLength(1);
  });

  test('after one that certainly created nothing is looked for once', async () => {
    const { provider, deliver, status } = startRouter();
    provider.script.push('throttled', 'refused');
    await deliver();
    expect([provider.searches.length, status()]).toEqual([1, 'rejected']);
  });

  test('after an uncertain one that an index showed late is adopted', async () => {
    const { provider, deliver, status } = startRouter();
    provider.script.push('answer-lost', 'refused');
    const { findOrders } = provider;
    provider.findOrders = async (...args) => (provider.requests.length < 2 ? [] : findOrders(...args));
    await deliver();
    expect([provider.requests.length, provider.orders.length, status()]).toEqual([2, 1, 'placed']);
  });

  test('is sent once more for each redrive, under the same tenantOrderId', async () => {
    const { provider, tester, deliver } = startRouter();
    provider.script.push('refused');
    await deliver();
    await deliver(confirmed(), { 'redrive-id': 'redrive-1' });
    expect(provider.requests.map(({ tenantOrderId }) => tenantOrderId)).toEqual(['4711', '4711']);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'placed', attempt: 2, redriveId: 'redrive-1' });
    await deliver(confirmed(), { 'redrive-id': 'redrive-1' });
    await deliver(confirmed(), { 'redrive-id': 'redrive-2' });
    expect(provider.requests).toHaveLength(2);
  });

  test('that is refused again in a redrive is not sent a third time when that message is replayed', async () => {
    const { provider, deliver } = startRouter();
    provider.script.push('refused', 'refused');
    await deliver();
    await deliver(confirmed(), { 'redrive-id': 'redrive-1' });
    await deliver(confirmed(), { 'redrive-id': 'redrive-1' });
    expect(provider.requests).toHaveLength(2);
  });
});

describe('an append whose outcome is not known', () => {
  test.each(['committed', 'not-committed'] as const)(
    'after the request, is made up for without another request: %s',
    async (how) => {
      const { provider, tester, deliver, status } = startRouter();
      tester.beforeEffect = () => tester.loseNextAppend(how);
      expect(await deliver()).toBe('done');
      expect(provider.requests).toHaveLength(1);
      expect(provider.searches).toEqual([]);
      expect(status()).toBe('placed');
      expect(tester.appends.at(-1)?.also).toHaveLength(2);
    },
  );

  test.each(['committed', 'not-committed'] as const)(
    'before the request, leaves no doubt: nothing was sent: %s',
    async (how) => {
      const { provider, clock, tester, deliver } = startRouter();
      tester.loseNextAppend(how);
      const begin = clock.now().monotonic;
      await deliver();
      expect(provider.requests).toHaveLength(1);
      expect(provider.searches).toEqual([]);
      expect(clock.now().monotonic - begin).toBe(500);
    },
  );
});

describe('a migration', () => {
  test('searches before the first request and adopts what is there in any status', async () => {
    const { provider, tester, deliver } = startRouter({ lookUpFirst: true });
    provider.put(aPlacedOrder({ status: 'CANCELLED' }));
    await deliver();
    expect(provider.requests).toEqual([]);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'placed', providerOrderId: 'fft-order-1' });
  });

  test('places what is not there', async () => {
    const { provider, deliver } = startRouter({ lookUpFirst: true });
    await deliver();
    expect([provider.searches.length, provider.requests.length]).toEqual([1, 1]);
  });

  test('parks an order whose id somebody else holds, once', async () => {
    const { provider, tester, deliver } = startRouter({ lookUpFirst: true });
    provider.put(aPlacedOrder({ orderId: 'another-order' }));
    await deliver();
    await deliver();
    expect(tester.letters).toHaveLength(1);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'skipped', reason: 'tenant-order-id-clash' });
  });
});

describe('a cancelled order', () => {
  test('is cancelled once at the provider, with what it does on record before', async () => {
    const { provider, tester, deliver, status } = startRouter();
    await deliver();
    expect(await deliver(cancelOf(6))).toBe('done');
    expect(provider.cancels).toEqual(['fft-1']);
    expect(tester.appends.slice(2).map(({ entry }) => entry.placements[0]?.status)).toEqual([
      'placed',
      'cancelling',
      'cancelled',
    ]);
    tester.restart();
    await deliver(cancelOf(6));
    await deliver();
    expect([provider.cancels.length, provider.requests.length, status()]).toEqual([1, 1, 'cancelled']);
  });

  test('before it is placed is never placed', async () => {
    const { provider, tester, observed, deliver } = startRouter();
    await deliver(cancelOf(6));
    expect(tester.state).toMatchObject({ cancelVersion: 6, placements: [] });
    await deliver();
    expect(provider.requests).toEqual([]);
    expect(observed.at(-1)).toBe('nothing late-confirmed');
  });

  test('and confirmed again needs somebody to look', async () => {
    const { provider, observed, deliver } = startRouter();
    await deliver();
    await deliver(cancelOf(6));
    await deliver(confirmed({ orderVersion: 7 }));
    expect(provider.requests).toHaveLength(1);
    expect(observed.at(-1)).toBe('nothing reconfirmed-after-cancel !');
  });

  test('while its request is in doubt is cancelled when it turns out to be there', async () => {
    const { provider, tester, deliver, status } = startRouter();
    tester.state = placingByAnother;
    provider.put(aPlacedOrder());
    await deliver(cancelOf(6));
    expect(provider.cancels).toEqual(['fft-order-1']);
    expect(status()).toBe('cancelled');
  });

  test('while its request is in doubt is not placed when nothing turns up', async () => {
    const { provider, tester, deliver } = startRouter();
    tester.state = placingByAnother;
    await deliver(cancelOf(6));
    expect([provider.requests, provider.cancels]).toEqual([[], []]);
    expect(tester.state?.placements[0]).toMatchObject({ status: 'skipped', reason: 'cancelled-before-placed' });
  });

  test('that the provider works on already stays, with an alert', async () => {
    const { provider, observed, tester, deliver, status } = startRouter();
    await deliver();
    provider.cancelFailures.push(() => new PipelineError('permanent', 'cancel-refused', 'too late'));
    expect(await deliver(cancelOf(6))).toBe('done');
    expect(status()).toBe('cancelRefused');
    expect(observed.at(-1)).toBe('cancelRefused too late !');
    expect(tester.letters).toEqual([]);
    await deliver(cancelOf(6));
    expect(provider.cancels).toHaveLength(1);
  });

  test.each([cancelOf(6), deletionOf(6)])(
    'whose cancel alone keeps failing is given up with a dead letter, and cancelled by a redrive: $type',
    async (event) => {
      const { tester, provider, deliver, status } = startRouter();
      await deliver();
      tester.retryMs = 60_000;
      tester.othersSucceed = true;
      const lost = () => new PipelineError('unknown-outcome', 'provider-timeout', 'no answer');
      provider.cancelFailures.push(...Array<typeof lost>(10_000).fill(lost));
      expect(await deliver(event)).toBe('done');
      expect([status(), tester.letters.map(({ code }) => code)]).toEqual(['cancelRefused', ['transient-exhausted']]);
      expect(tester.appends.at(-1)?.also.map(({ topic }) => topic)).toEqual([deadLetterTopics['order-router']]);
      provider.cancelFailures.length = 0;
      await deliver(event);
      expect(status()).toBe('cancelRefused');
      await deliver(event, { 'redrive-id': 'redrive-1' });
      expect(status()).toBe('cancelled');
    },
  );

  test('with data erasure is erased also when its cancel was given up', async () => {
    const { tester, provider, deliver, status } = startRouter();
    await deliver();
    tester.othersSucceed = true;
    tester.retryMs = 60_000;
    const lost = () => new PipelineError('unknown-outcome', 'provider-timeout', 'no answer');
    provider.cancelFailures.push(...Array<typeof lost>(10_000).fill(lost));
    expect(await deliver({ ...deletionOf(6), dataErasure: true })).toBe('done');
    expect([status(), provider.erasures, tester.letters.map(({ code }) => code)]).toEqual([
      'cancelRefused',
      ['process-1'],
      ['transient-exhausted'],
    ]);
  });

  test('that was given up uncertain is for a person', async () => {
    const { tester, deliver, observed } = startRouter();
    const unmade = { providerOrderId: null, processId: null, placedAt: null };
    tester.state = aLedgerEntry({ placements: [aPlacement({ ...unmade, status: 'rejected', uncertain: true })] });
    await deliver(cancelOf(6));
    expect(observed.at(-1)).toBe('nothing rejected !');
  });

  test('whose cancel lacks a permission waits for it and is not taken for refused', async () => {
    const { provider, tester, deliver, status } = startRouter();
    await deliver();
    const forbidden = () => new PipelineError('auth', 'provider-forbidden', 'needs ORDER_CANCEL', { httpStatus: 403 });
    provider.cancelFailures.push(forbidden, forbidden);
    await deliver(cancelOf(6));
    expect([provider.cancels.length, status()]).toEqual([3, 'cancelled']);
    expect(tester.retries.map(({ code }) => code).slice(0, 2)).toEqual(['provider-forbidden', 'effect-paused']);
    expect(tester.retries[1]?.message).toMatch(/^cancelOrder is paused.*ORDER_CANCEL/);
  });

  test('whose cancel was refused is tried once more by a newer cancel, not by the old one again', async () => {
    const { provider, observed, deliver, status } = startRouter();
    const refuse = () =>
      provider.cancelFailures.push(() => new PipelineError('permanent', 'cancel-refused', 'too late'));
    await deliver();
    refuse();
    await deliver(cancelOf(6));
    refuse();
    await deliver(cancelOf(9));
    expect([provider.cancels.length, status(), observed.at(-1)]).toEqual([
      2,
      'cancelRefused',
      'cancelRefused too late !',
    ]);
    for (const version of [6, 9]) await deliver(cancelOf(version));
    expect([provider.cancels.length, status()]).toEqual([2, 'cancelRefused']);
    await deliver(cancelOf(12));
    expect([provider.cancels.length, status()]).toEqual([3, 'cancelled']);
  });

  test('whose cancel is refused since an earlier one came through is cancelled', async () => {
    const { provider, deliver, status } = startRouter();
    await deliver();
    provider.cancelFailures.push(() => {
      provider.setStatus('fft-1', 'CANCELLED');
      return new PipelineError('permanent', 'cancel-refused', 'it is cancelled');
    });
    await deliver(cancelOf(6));
    expect(status()).toBe('cancelled');
  });

  test.each(['conflict', 'unknown-outcome', 'transient'] as const)(
    'is read again and cancelled after a failure: %s',
    async (errorClass) => {
      const { provider, tester, deliver, status } = startRouter();
      await deliver();
      provider.cancelFailures.push(() => new PipelineError(errorClass, 'any', 'any'));
      await deliver(cancelOf(6));
      expect([provider.cancels.length, tester.retries.length, status()]).toEqual([2, 1, 'cancelled']);
    },
  );

  test('that came through although its answer was lost is not cancelled twice', async () => {
    const { provider, deliver, status } = startRouter();
    await deliver();
    provider.cancelFailures.push(() => {
      provider.setStatus('fft-1', 'CANCELLED');
      return new PipelineError('unknown-outcome', 'provider-timeout', 'lost');
    });
    await deliver(cancelOf(6));
    expect([provider.cancels.length, status()]).toEqual([1, 'cancelled']);
  });

  test('that the provider no longer has is gone, also when that shows only at the cancel', async () => {
    for (const vanish of ['before', 'during'] as const) {
      const { provider, deliver, status, tester } = startRouter();
      await deliver();
      if (vanish === 'before') provider.orders.length = 0;
      provider.cancelFailures.push(() => {
        provider.orders.length = 0;
        return new PipelineError('gone', 'provider-not-found', 'gone');
      });
      expect(await deliver(cancelOf(6))).toBe('done');
      expect([vanish, status()]).toEqual([vanish, 'gone']);
      expect(tester.letters).toEqual([]);
    }
  });

  test('whose version is not told is read first', async () => {
    const { shop, provider, tester, deliver } = startRouter();
    await deliver();
    shop.order = theOrder({ version: 12, orderState: 'Cancelled' });
    await deliver(cancelOf(0));
    expect(tester.state?.cancelVersion).toBe(12);
    expect(provider.cancels).toEqual(['fft-1']);
  });
});

describe('a deleted order', () => {
  test('is cancelled; when that is refused it is gone, without an alert', async () => {
    const { provider, observed, deliver, status } = startRouter();
    await deliver();
    provider.cancelFailures.push(() => new PipelineError('permanent', 'cancel-refused', 'too late'));
    await deliver(deletionOf(6));
    expect(status()).toBe('gone');
    expect(observed.at(-1)).toBe('gone');
  });

  test('that is only not found changes nothing at the provider', async () => {
    const { provider, deliver, status } = startRouter();
    await deliver();
    await deliver(confirmed({ type: 'OrderGone', order: null }));
    expect([provider.cancels, status()]).toEqual([[], 'placed']);
  });
});

test('an event that cannot be handled is let go of, so that its order is not counted as waiting for ever', async () => {
  const { shop, observed, deliver } = startRouter();
  shop.failures.push(new PipelineError('permanent', 'mapping-invalid', 'unreadable'));
  expect(await deliver(confirmed({ order: null }))).toBe('dead-letter');
  expect(observed).toEqual(['dropped']);
});

test('an intent that is too old again and again does not keep the process busy for ever', async () => {
  const { tester, clock, provider } = startRouter();
  tester.beforeEffect = () => clock.advance(timing.startWindowMs + 1);
  await expect(tester.call(tester.message(confirmed()))).rejects.toMatchObject({ code: 'no-progress' });
  expect(provider.requests).toEqual([]);
});

test('the observer hears how the message came that made the order', async () => {
  const heard: unknown[] = [];
  const observer = {
    confirmed: () => undefined,
    inDoubt: () => undefined,
    attemptFailed: () => undefined,
    settled: (_: unknown, outcome: string, { origin }: { readonly origin?: string }) =>
      void heard.push([outcome, origin]),
    amended: () => undefined,
    dropped: () => undefined,
    duplicates: () => undefined,
  };
  const { deliver } = startRouter({ observer });
  await deliver(confirmed(), { origin: 'catch-up' });
  await deliver(confirmed({ type: 'OrderCancelled', orderVersion: 9, order: null }));
  expect(heard).toEqual([
    ['created', 'catch-up'],
    ['cancelled', 'live'],
  ]);
});

test('an old order that is sent again waits since then, and a live one since it was confirmed', async () => {
  const heard: number[] = [];
  const observer = {
    confirmed: ({ since }: { readonly since: number }) => void heard.push(since),
    inDoubt: () => undefined,
    attemptFailed: () => undefined,
    settled: () => undefined,
    amended: () => undefined,
    dropped: () => undefined,
    duplicates: () => undefined,
  };
  const { tester } = startRouter({ observer });
  const message = (origin: string) => ({
    ...tester.message(confirmed(), { headers: { origin } }),
    timestamp: NOON + 5,
  });
  await tester.deliver(message('backfill'));
  await tester.deliver(message('live'));
  expect(heard).toEqual([NOON + 5, confirmed().occurredAt]);
});
