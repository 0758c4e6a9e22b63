import { describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '../index.ts';
import { anOrder, collectAt } from '../testing/orders.ts';
import { startSimulator } from '../testing/startSimulator.ts';
import { startReceiver } from '../testing/webhookReceiver.ts';

const address = { ...anOrder().consumer.addresses[0], street: 'Neue Str.' };

async function setUp({ order: changes = {}, ...options }: SimulatorOptions & { readonly order?: object } = {}) {
  const sim = await startSimulator(options);
  const receiver = await startReceiver();
  await receiver.subscribe(sim, 'ORDER_MODIFIED');
  const { body: order } = await sim.call('POST', '/api/orders', anOrder(changes));
  const effects = async () =>
    (await sim.call('GET', '/_sim/requests?method=PATCH')).body.filter((r: any) => r.effect).length;
  return {
    sim,
    receiver,
    order,
    effects,
    patch: (body: object) => sim.call('PATCH', `/api/orders/${order.id}`, body),
    read: async () => (await sim.call('GET', `/api/orders/${order.id}`)).body,
    async [Symbol.asyncDispose]() {
      await receiver[Symbol.asyncDispose]();
      await sim[Symbol.asyncDispose]();
    },
  };
}

describe('PATCH /api/orders/{id}', () => {
  it('changes consumer, attributes and time, raises the version and tells subscribers what changed', async () => {
    await using sut = await setUp();
    const changes = {
      consumer: { addresses: [address], consumerId: 'c-1' },
      customAttributes: { commercetoolsOrderId: 'ct-1', more: 1 },
      preferredHandlingTime: '2026-02-01T10:00:00.000Z',
    };
    const { status, body } = await sut.patch({ version: sut.order.version, comment: 'moved', ...changes });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      consumer: changes.consumer,
      customAttributes: changes.customAttributes,
      deliveryPreferences: { targetTime: changes.preferredHandlingTime },
      updateDetails: [{ comment: 'moved', changes, created: expect.any(String) }],
    });
    expect(body.version).toBeGreaterThan(sut.order.version);
    expect(await sut.read()).toEqual(body);
    const [event] = await sut.receiver.arrivals(1);
    expect(event?.payload).toEqual({ ...body, changes });
    expect((await sut.sim.call('GET', '/api/orders?consumerId=c-1')).body.total).toBe(1);
    const query = { customAttributes: { more: { eq: 1 } } };
    expect((await sut.sim.call('POST', '/api/orders/search', { query })).body.orders).toEqual([body]);
  });

  it('changes the provisioning time of a collect order, and takes attributes away with null', async () => {
    await using sut = await setUp({ order: collectAt('store-berlin') });
    const preferredHandlingTime = '2026-02-01T10:00:00.000Z';
    const { body } = await sut.patch({ version: sut.order.version, preferredHandlingTime, customAttributes: null });
    expect(body.deliveryPreferences.collect).toMatchObject([{ provisioningTime: preferredHandlingTime, paid: true }]);
    expect(body).not.toHaveProperty('customAttributes');
  });

  it('leaves version, dates and subscribers alone when nothing changes', async () => {
    await using sut = await setUp();
    const { consumer, customAttributes, version } = sut.order;
    expect(await sut.patch({ version, consumer, customAttributes, comment: 'again' })).toMatchObject({
      status: 200,
      body: sut.order,
    });
    expect(await sut.read()).toEqual(sut.order);
    expect(await sut.effects()).toBe(0);
    expect((await sut.sim.call('GET', '/_sim/webhooks')).body.sent).toBe(0);
  });

  it('raises the version and sends the event all the same when the switch says so', async () => {
    await using sut = await setUp({ bumpUnchanged: true });
    const { consumer, version } = sut.order;
    const { body } = await sut.patch({ version, consumer });
    expect(body.version).toBeGreaterThan(version);
    expect((await sut.receiver.arrivals(1))[0]?.payload).toMatchObject({ consumer, version: body.version });
    expect(await sut.effects()).toBe(1);
  });

  it('replaces order lines by their id: quantity and title change, what is not named goes', async () => {
    await using sut = await setUp();
    const [first] = sut.order.orderLineItems;
    const orderLineItems = [{ id: first.id, quantity: 5, article: { title: 'Blue shirt' } }];
    const { status, body } = await sut.patch({ version: sut.order.version, orderLineItems });
    expect(status).toBe(200);
    expect(body.orderLineItems).toEqual([
      { ...first, quantity: 5, article: { tenantArticleId: 'sku-1', title: 'Blue shirt' } },
    ]);
  });

  it('refuses lines that are new, named twice or of another article, and any that the tenant does not allow', async () => {
    await using sut = await setUp();
    const { version } = sut.order;
    const [{ id }] = sut.order.orderLineItems;
    const bodies = [
      { orderLineItems: [{ quantity: 1, article: { title: 'New' } }] },
      { orderLineItems: [{ id: 'none', quantity: 1 }] },
      { orderLineItems: [{ id }, { id }] },
      { orderLineItems: [{ id, article: { title: 'Shirt', tenantArticleId: 'sku-9' } }] },
      { orderLineItems: [{ id, quantity: 0 }] },
    ];
    for (const body of bodies) expect(await sut.patch({ version, ...body })).toMatchObject({ status: 400 });
    expect(await sut.read()).toEqual(sut.order);
    await sut.sim.call('POST', '/_sim/settings', { orderModification: false });
    expect(await sut.patch({ version, orderLineItems: [{ id, quantity: 9 }] })).toMatchObject({ status: 400 });
    expect(await sut.patch({ version, consumer: { addresses: [address] } })).toMatchObject({ status: 200 });
  });

  it('refuses lines once a pick job exists, and still takes an address', async () => {
    await using sut = await setUp();
    for (let step = 0; step < 2; step += 1) await sut.sim.call('POST', `/_sim/orders/${sut.order.id}/advance`);
    const { version } = await sut.read();
    const [{ id }] = sut.order.orderLineItems;
    expect(await sut.patch({ version, orderLineItems: [{ id, quantity: 9 }] })).toMatchObject({ status: 400 });
    expect(await sut.patch({ version, consumer: { addresses: [address] } })).toMatchObject({ status: 200 });
  });

  it('refuses another consumer once goods were handed over, and still takes attributes', async () => {
    await using sut = await setUp();
    const advance = async () => (await sut.sim.call('POST', `/_sim/orders/${sut.order.id}/advance`)).body;
    const last = { step: '' };
    while (last.step !== 'HANDOVERJOB_HANDED_OVER') Object.assign(last, await advance());
    const { version, consumer } = await sut.read();
    const refused = await sut.patch({ version, consumer: { addresses: [address] } });
    expect(refused).toMatchObject({ status: 400, body: [{ summary: 'Order cannot be modified' }] });
    expect((await sut.read()).consumer).toEqual(consumer);
    expect(await sut.patch({ version, customAttributes: { late: 1 } })).toMatchObject({ status: 200 });
  });

  it('refuses an old version with 409 and both versions, and an order that has ended', async () => {
    await using sut = await setUp();
    const { version } = (await sut.patch({ version: sut.order.version, consumer: {} })).body;
    const old = await sut.patch({ version: sut.order.version, consumer: { addresses: [address] } });
    expect(old).toMatchObject({ status: 409, body: [{ version, requestVersion: sut.order.version }] });
    expect((await sut.read()).consumer).toEqual({});
    const cancelled = await sut.sim.call('POST', `/api/orders/${sut.order.id}/actions`, { name: 'CANCEL', version });
    const late = await sut.patch({ version: cancelled.body.version, consumer: { addresses: [address] } });
    expect(late).toMatchObject({ status: 400 });
  });

  it.each<[string, object]>([
    ['no version', { version: undefined, consumer: {} }],
    ['an unknown field', { status: 'LOCKED' }],
    ['an unknown field of a line', { orderLineItems: [{ id: 'a', customAttributes: {} }] }],
    ['an empty street', { consumer: { addresses: [{ ...address, street: '' }] } }],
    ['an unknown facility', { consumer: { tenantFacilityId: 'store-away' } }],
    ['customAttributes over 15,360 characters', { customAttributes: { x: 'a'.repeat(15_360) } }],
    ['a time that is none', { preferredHandlingTime: 'soon' }],
  ])('refuses %s', async (_, body) => {
    await using sut = await setUp();
    const refused = await sut.patch({ version: sut.order.version, ...body });
    expect(refused).toMatchObject({ status: 400, body: [{ summary: expect.any(String) }] });
    expect(await sut.read()).toEqual(sut.order);
    expect(await sut.sim.call('PATCH', '/api/orders/none', { version: 1 })).toMatchObject({ status: 404 });
  });
});
