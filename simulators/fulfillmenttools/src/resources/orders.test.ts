import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { anOrder, collectAt } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';

const address = anOrder().consumer.addresses[0];
const line = anOrder().orderLineItems[0];
const withAddress = (changes: object) => anOrder({ consumer: { addresses: [{ ...address, ...changes }] } });
const withLine = (changes: object) => anOrder({ orderLineItems: [{ ...line, ...changes }] });
const withArticle = (changes: object) => withLine({ article: { ...line?.article, ...changes } });
const withDelivery = (deliveryPreferences: object) => anOrder({ deliveryPreferences });

describe('POST /api/orders', () => {
  it('answers 201 with the order, its ids, its first version and its location', async () => {
    await using sim = await startSimulator();
    const { status, headers, body } = await sim.call('POST', '/api/orders', anOrder());
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`/api/orders/${body.id}`);
    expect(body).toMatchObject({ ...anOrder(), status: 'OPEN', version: 1, processId: expect.any(String) });
    expect(body.created).toBe(body.lastModified);
    expect(new Set(body.orderLineItems.map(({ id }: { id: string }) => id)).size).toBe(2);
  });

  it.each<[string, unknown]>([
    ['an unknown field', anOrder({ extra: 1 })],
    ['no orderDate', anOrder({ orderDate: undefined })],
    ['an orderDate that is a number', anOrder({ orderDate: 1_768_471_200_000 })],
    ['an orderDate without a time zone', anOrder({ orderDate: '2026-01-15T10:00:00' })],
    ['no consumer', anOrder({ consumer: undefined })],
    ['no lines', anOrder({ orderLineItems: undefined })],
    ['501 lines', anOrder({ orderLineItems: Array(501).fill(line) })],
    ['a null tenantOrderId', anOrder({ tenantOrderId: null })],
    ['an unknown status', anOrder({ status: 'DONE' })],
    ['empty tags', anOrder({ tags: [] })],
    ['a tag without value', anOrder({ tags: [{ id: 'a' }] })],
    ['empty stickers', anOrder({ stickers: [] })],
    ['empty customServices', anOrder({ customServices: [] })],
    ['customAttributes that are no object', anOrder({ customAttributes: 'x' })],
    ['customAttributes over 15,360 characters', anOrder({ customAttributes: { x: 'a'.repeat(15_360) } })],
    ['a payment field that does not exist', anOrder({ paymentInfo: { currency: 'EUR', method: 'card' } })],
    ['an empty street', withAddress({ street: '' })],
    ['an empty houseNumber', withAddress({ houseNumber: '' })],
    ['an empty province', withAddress({ province: '' })],
    ['no city', withAddress({ city: undefined })],
    ['a country in small letters', withAddress({ country: 'de' })],
    ['an email that is none', withAddress({ email: 'nobody' })],
    ['a phone number without type', withAddress({ phoneNumbers: [{ value: '1' }] })],
    ['a quantity of 0', withLine({ quantity: 0 })],
    ['a fractional quantity', withLine({ quantity: 1.5 })],
    ['a quantity as text', withLine({ quantity: '1' })],
    ['a line id of our own', withLine({ id: 'mine' })],
    ['a line without article', withLine({ article: undefined })],
    ['an article without title', withArticle({ title: undefined })],
    ['an article attribute with an empty value', withArticle({ attributes: [{ key: 'color', value: '' }] })],
    [
      'an article attribute of an unknown category',
      withArticle({ attributes: [{ key: 'a', value: 'b', category: 'c' }] }),
    ],
    ['an unknown service level', withDelivery({ shipping: { serviceLevel: 'FAST' } })],
    [
      'two collect places',
      withDelivery({ collect: [{ tenantFacilityId: 'store-berlin' }, { tenantFacilityId: 'store-berlin' }] }),
    ],
    ['a collect place without facility', withDelivery({ collect: [{ paid: true }] })],
    ['a delivery field that does not exist', withDelivery({ pickup: [] })],
    ['a promise without end', anOrder({ promisesOptions: {} })],
    ['a body that is no object', '[]'],
    ['a body that is no JSON', '{"orderDate":'],
    ['no body', undefined],
  ])('refuses %s with an array of summary and description, and stores nothing', async (_, body) => {
    await using sim = await startSimulator();
    const refused = await sim.call('POST', '/api/orders', body);
    expect(refused.status).toBe(400);
    expect(refused.body[0]).toEqual({ summary: expect.any(String), description: expect.any(String) });
    expect((await sim.call('GET', '/api/orders')).body).toEqual({ orders: [], total: 0 });
    expect((await sim.call('GET', '/_sim/requests/summary')).body.effects).toBe(0);
  });

  it('names every violation at once', async () => {
    await using sim = await startSimulator();
    const { body } = await sim.call('POST', '/api/orders', withAddress({ street: '', city: '' }));
    expect(body.map(({ description }: { description: string }) => description)).toEqual([
      expect.stringContaining('addresses.0.street'),
      expect.stringContaining('addresses.0.city'),
    ]);
  });

  it.each<[string, object]>([
    ['an empty consumer and no lines', anOrder({ consumer: {}, orderLineItems: [] })],
    ['forbidden substitutes', withLine({ allowedSubstitutes: [] })],
    [
      'a bundle',
      anOrder({
        customServices: [
          {
            customServiceDefinition: { isBundled: true },
            articleItems: [{ tenantArticleRef: 'sku-1', quantity: 1 }],
            customServiceItems: [{ customServiceDefinition: {}, articleItems: [], customServiceItems: [] }],
          },
        ],
      }),
    ],
    [
      'everything about an address',
      withAddress({
        province: 'BE',
        addressType: 'INVOICE_ADDRESS',
        email: 'a@example.com',
        phoneNumbers: [{ type: 'MOBILE', value: '1', label: 'own' }],
        coordinates: { lat: 1, lon: 2 },
      }),
    ],
    ['carriers with product', withDelivery({ shipping: { preferredCarriersWithProduct: [{ carrierKey: 'DHL_V2' }] } })],
  ])('takes %s', async (_, body) => {
    await using sim = await startSimulator();
    expect(await sim.call('POST', '/api/orders', body)).toMatchObject({ status: 201 });
  });

  it('refuses an unknown field in a service inside a service', async () => {
    await using sim = await startSimulator();
    const service = { customServiceDefinition: {}, articleItems: [], customServiceItems: [] };
    const nested = { ...service, customServiceItems: [{ ...service, extra: 1 }] };
    expect(await sim.call('POST', '/api/orders', anOrder({ customServices: [nested] }))).toMatchObject({ status: 400 });
  });

  it('refuses a facility that does not exist, and shows the id of one that does', async () => {
    await using sim = await startSimulator({ facilities: ['store-here'] });
    const unknown = [
      collectAt('store-away'),
      { deliveryPreferences: { collect: [{ facilityRef: 'no-id' }] } },
      { deliveryPreferences: { shipping: { preselectedFacilities: [{ tenantFacilityId: 'store-away' }] } } },
      { consumer: { tenantFacilityId: 'store-away' } },
    ];
    for (const changes of unknown) {
      expect(await sim.call('POST', '/api/orders', anOrder(changes))).toMatchObject({ status: 400 });
    }
    const { status, body } = await sim.call('POST', '/api/orders', anOrder(collectAt('store-here')));
    expect(status).toBe(201);
    const facility = await sim.call('GET', '/api/facilities/urn:fft:facility:tenantFacilityId:store-here');
    expect(body.deliveryPreferences.collect[0]).toEqual({
      ...{ tenantFacilityId: 'store-here', paid: true, facilityRef: facility.body.id },
    });
  });
});

describe('the uniqueness of a tenantOrderId', () => {
  it.each(['OPEN', 'LOCKED', 'PROMISED'])('refuses a second order while the first is %s', async (status) => {
    await using sim = await startSimulator();
    await sim.call('POST', '/api/orders', anOrder({ status }));
    const second = await sim.call('POST', '/api/orders', anOrder());
    expect(second.status).toBe(409);
    expect(second.body[0]).toHaveProperty('summary');
    expect((await sim.call('GET', '/api/orders?tenantOrderId=order-1')).body.total).toBe(1);
  });

  it.each(['CANCELLED', 'OBSOLETE'])('takes a second order when the first is %s', async (status) => {
    await using sim = await startSimulator();
    await sim.call('POST', '/api/orders', anOrder({ status }));
    expect(await sim.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 201 });
  });

  it('takes a second order after the first was cancelled', async () => {
    await using sim = await startSimulator();
    const { body } = await sim.call('POST', '/api/orders', anOrder());
    await sim.call('POST', `/api/orders/${body.id}/actions`, { name: 'CANCEL', version: body.version });
    expect(await sim.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 201 });
    expect(await sim.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 409 });
  });

  it('lets exactly one of many concurrent orders through, also while the server is slow', async () => {
    await using sim = await startSimulator({ latencyMs: 20 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => sim.call('POST', '/api/orders', anOrder())));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
  });

  it('looks at a state of some age when told to: concurrent duplicates pass, later ones do not', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ uniquenessLagMs: 500, clock });
    const place = async () => (await sim.call('POST', '/api/orders', anOrder())).status;
    expect(await Promise.all([place(), place()])).toEqual([201, 201]);
    clock.advanceBy(499);
    expect(await place()).toBe(201);
    clock.advanceBy(1);
    expect(await place()).toBe(409);
    expect((await sim.call('GET', '/api/orders?tenantOrderId=order-1')).body.total).toBe(3);
  });

  it('frees a tenantOrderId late after a cancel when it looks at a state of some age', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ uniquenessLagMs: 500, clock });
    const { body } = await sim.call('POST', '/api/orders', anOrder());
    clock.advanceBy(1_000);
    await sim.call('POST', `/api/orders/${body.id}/actions`, { name: 'CANCEL', version: body.version });
    expect(await sim.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 409 });
    clock.advanceBy(500);
    expect(await sim.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 201 });
  });

  it('does not concern orders without a tenantOrderId', async () => {
    await using sim = await startSimulator();
    const body = anOrder({ tenantOrderId: undefined });
    expect(await sim.call('POST', '/api/orders', body)).toMatchObject({ status: 201 });
    expect(await sim.call('POST', '/api/orders', body)).toMatchObject({ status: 201 });
  });

  it('can be switched off, and its status chosen', async () => {
    await using off = await startSimulator({ uniqueness: false });
    await off.call('POST', '/api/orders', anOrder());
    expect(await off.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 201 });
    expect((await off.call('GET', '/api/orders?tenantOrderId=order-1')).body.total).toBe(2);
    await using other = await startSimulator({ duplicateStatus: 422 });
    await other.call('POST', '/api/orders', anOrder());
    expect(await other.call('POST', '/api/orders', anOrder())).toMatchObject({ status: 422 });
  });
});

it('creates the order of a caller that gave up while the server was slow', async () => {
  await using sim = await startSimulator({ latencyMs: 150 });
  const gaveUp = sim.call('POST', '/api/orders', anOrder(), AbortSignal.timeout(40));
  await expect(gaveUp).rejects.toThrow();
  await expect.poll(async () => (await sim.call('GET', '/_sim/orders')).body.length).toBe(1);
  const { body: requests } = await sim.call('GET', '/_sim/requests?method=post&path=/api/orders');
  expect(requests).toMatchObject([{ method: 'POST', status: 0, effect: true }]);
  expect((await sim.call('GET', '/_sim/requests/summary')).body.effects).toBe(1);
});

describe('GET /api/orders', () => {
  it('hides an order, and each of its changes, for the index lag, while the read by id shows them at once', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ indexLagMs: 200, clock });
    const { body: order } = await sim.call('POST', '/api/orders', anOrder());
    const listed = async () => (await sim.call('GET', '/api/orders?tenantOrderId=order-1')).body;
    expect((await sim.call('GET', `/api/orders/${order.id}`)).body).toEqual(order);
    clock.advanceBy(199);
    expect(await listed()).toEqual({ orders: [], total: 0 });
    expect((await sim.call('GET', '/api/orders')).body.total).toBe(0);
    clock.advanceBy(1);
    expect(await listed()).toMatchObject({ orders: [{ id: order.id, status: 'OPEN' }], total: 1 });

    await sim.call('POST', `/api/orders/${order.id}/actions`, { name: 'CANCEL', version: order.version });
    expect((await sim.call('GET', `/api/orders/${order.id}`)).body.status).toBe('CANCELLED');
    expect((await listed()).orders[0]).toMatchObject({ status: 'OPEN', version: order.version });
    clock.advanceBy(200);
    expect((await listed()).orders[0].status).toBe('CANCELLED');
  });

  it('shows stripped orders: no tenantOrderId, no customAttributes', async () => {
    await using sim = await startSimulator();
    const { body: order } = await sim.call('POST', '/api/orders', anOrder());
    const { body } = await sim.call('GET', '/api/orders?tenantOrderId=order-1');
    const { id, version, status, orderDate, created, lastModified, processId } = order;
    const orderLineItems = [
      { title: 'Shirt', quantity: 2 },
      { title: 'Shoe', quantity: 1 },
    ];
    expect(body.orders).toEqual([
      { id, version, status, orderDate, created, lastModified, orderLineItems, processRef: processId },
    ]);
  });

  it('finds ids that need escaping, and nothing for others', async () => {
    await using sim = await startSimulator();
    const tenantOrderId = 'A&size=1 100%/ö';
    await sim.call('POST', '/api/orders', anOrder({ tenantOrderId }));
    const find = async (id: string) =>
      (await sim.call('GET', `/api/orders?tenantOrderId=${encodeURIComponent(id)}`)).body.total;
    expect(await find(tenantOrderId)).toBe(1);
    expect(await find('A')).toBe(0);
  });

  it('pages by size and startAfterId, with and without a filter', async () => {
    await using sim = await startSimulator({ uniqueness: false });
    const consumer = { consumerId: 'c' };
    for (let nth = 0; nth < 5; nth += 1) await sim.call('POST', '/api/orders', anOrder({ consumer }));
    for (const filter of ['', '&tenantOrderId=order-1', '&consumerId=c']) {
      const first = (await sim.call('GET', `/api/orders?size=3${filter}`)).body;
      const rest = (await sim.call('GET', `/api/orders?size=3&startAfterId=${first.orders[2].id}${filter}`)).body;
      expect([first.orders.length, rest.orders.length, first.total]).toEqual([3, 2, 5]);
      expect(new Set([...first.orders, ...rest.orders].map(({ id }) => id)).size).toBe(5);
    }
    for (const size of ['0', '501', 'x', '1.5']) {
      expect(await sim.call('GET', `/api/orders?size=${size}`)).toMatchObject({ status: 400 });
    }
  });

  it('answers 404 for an id that it does not know', async () => {
    await using sim = await startSimulator();
    const answer = await sim.call('GET', '/api/orders/none');
    expect(answer).toMatchObject({ status: 404, body: [{ summary: 'order not found' }] });
  });
});
