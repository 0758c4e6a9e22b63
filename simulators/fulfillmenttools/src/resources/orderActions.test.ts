import { describe, expect, it } from 'vitest';
import { anOrder } from '../testing/orders.ts';
import { type RunningSimulator, startSimulator } from '../testing/startSimulator.ts';
import { startReceiver } from '../testing/webhookReceiver.ts';

const address = anOrder().consumer.addresses[0];

async function placed(sim: RunningSimulator, { steps = 0, ...changes }: { steps?: number; status?: string } = {}) {
  const { id } = (await sim.call('POST', '/api/orders', anOrder(changes))).body;
  for (let step = 0; step < steps; step += 1) await sim.call('POST', `/_sim/orders/${id}/advance`);
  return {
    id,
    act: (body: object) => sim.call('POST', `/api/orders/${id}/actions`, body),
    version: await versionOf(sim, id),
  };
}

const versionOf = async (sim: RunningSimulator, id: string): Promise<number> =>
  (await sim.call('GET', `/api/orders/${id}`)).body.version;

describe('POST /api/orders/{id}/actions', () => {
  it('cancels an order whose pick job is open, with all that belongs to it', async () => {
    await using sim = await startSimulator();
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_CANCELLED', 'PICK_JOB_CANCELED');
    const order = await placed(sim, { steps: 2 });
    const { status, body } = await order.act({
      name: 'CANCEL',
      version: order.version,
      cancelationReasonId: 'changed-mind',
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'CANCELLED', cancelationReason: { id: 'changed-mind' } });
    expect(body.version).toBeGreaterThan(order.version);
    const events = await receiver.arrivals(2);
    expect(events.find(({ event }) => event === 'ORDER_CANCELLED')?.payload).toEqual(body);
    const pickJob = events.find(({ event }) => event === 'PICK_JOB_CANCELED')?.payload;
    expect(pickJob).toMatchObject({ status: 'CANCELED', orderRef: order.id });
    expect((await sim.call('GET', `/api/pickjobs/${pickJob.id}`)).body).toEqual(pickJob);
    expect((await sim.call('GET', '/_sim/orders')).body[0]).toMatchObject({ lifeEnded: true, step: 'ORDER_CANCELLED' });
    expect((await sim.call('POST', `/_sim/orders/${order.id}/advance`)).body.advanced).toBe(false);
  });

  it('refuses an old version with 409 and both versions, and changes nothing', async () => {
    await using sim = await startSimulator();
    const order = await placed(sim, { steps: 2 });
    const refused = await order.act({ name: 'CANCEL', version: 1 });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject([{ version: order.version, requestVersion: 1, summary: expect.any(String) }]);
    expect((await sim.call('GET', `/api/orders/${order.id}`)).body).toMatchObject({
      status: 'OPEN',
      version: order.version,
    });
  });

  it('refuses CANCEL once picking has commenced, and takes FORCE_CANCEL until the end', async () => {
    await using sim = await startSimulator();
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_FORCE_CANCELLED', 'HANDOVERJOB_CANCELED', 'PICK_JOB_CANCELED');
    for (const steps of [3, 4, 6]) {
      await sim.call('POST', '/_sim/reset', { keepSubscriptions: true });
      const order = await placed(sim, { steps });
      expect(await order.act({ name: 'CANCEL', version: order.version })).toMatchObject({ status: 400 });
      const forced = await order.act({ name: 'FORCE_CANCEL', version: order.version });
      expect(forced).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
    }
    const events = (await receiver.arrivals(5)).map(({ event }) => event);
    expect(events.toSorted()).toEqual([
      ...['HANDOVERJOB_CANCELED', 'ORDER_FORCE_CANCELLED', 'ORDER_FORCE_CANCELLED', 'ORDER_FORCE_CANCELLED'],
      'PICK_JOB_CANCELED',
    ]);
  });

  it('refuses to cancel twice', async () => {
    await using sim = await startSimulator();
    const order = await placed(sim);
    const { version } = (await order.act({ name: 'CANCEL', version: order.version })).body;
    expect(await order.act({ name: 'CANCEL', version })).toMatchObject({ status: 400 });
    expect(await order.act({ name: 'FORCE_CANCEL', version })).toMatchObject({ status: 400 });
  });

  it('keeps a LOCKED order after routing until UNLOCK', async () => {
    await using sim = await startSimulator();
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_UNLOCKED');
    const order = await placed(sim, { status: 'LOCKED', steps: 3 });
    expect((await sim.call('GET', '/_sim/orders')).body[0]).toMatchObject({
      step: 'ROUTING_PLAN_ROUTED',
      lifeEnded: false,
    });
    const unlocked = await order.act({ name: 'UNLOCK', version: order.version });
    expect(unlocked).toMatchObject({ status: 200, body: { status: 'OPEN' } });
    expect((await receiver.arrivals(1))[0]?.payload).toEqual(unlocked.body);
    const next = await sim.call('POST', `/_sim/orders/${order.id}/advance`);
    expect(next.body).toMatchObject({ advanced: true, step: 'PICK_JOB_CREATED' });
    expect(await order.act({ name: 'UNLOCK', version: await versionOf(sim, order.id) })).toMatchObject({ status: 400 });
  });

  it('refuses FORCE_CANCEL when the tenant does not allow it, and still cancels', async () => {
    await using sim = await startSimulator({ forceCancel: false });
    const { act, version } = await placed(sim);
    expect(await act({ name: 'FORCE_CANCEL', version })).toMatchObject({ status: 400 });
    expect(await act({ name: 'CANCEL', version })).toMatchObject({ status: 200, body: { status: 'CANCELLED' } });
  });

  it('refuses even the newest version with 409 when background work comes first', async () => {
    await using sim = await startSimulator({ conflicts: 1 });
    const { id, act, version } = await placed(sim);
    const refused = await act({ name: 'CANCEL', version });
    expect(refused).toMatchObject({ status: 409, body: [{ requestVersion: version, version: expect.any(Number) }] });
    expect(refused.body[0].version).toBeGreaterThan(version);
    expect(await versionOf(sim, id)).toBe(refused.body[0].version);
    await sim.call('POST', '/_sim/settings', { conflicts: 0 });
    expect(await act({ name: 'CANCEL', version: refused.body[0].version })).toMatchObject({ status: 200 });
  });

  it('takes the target time of an UNLOCK', async () => {
    await using sim = await startSimulator();
    const { act, version } = await placed(sim, { status: 'LOCKED' });
    const targetTime = '2026-03-01T10:00:00.000Z';
    expect((await act({ name: 'UNLOCK', version, targetTime })).body.deliveryPreferences).toEqual({ targetTime });
  });

  it('changes one consumer address by its type, and replaces all of them', async () => {
    await using sim = await startSimulator();
    await using receiver = await startReceiver();
    await receiver.subscribe(sim, 'ORDER_MODIFIED');
    const order = await placed(sim);
    const [postal] = anOrder().consumer.addresses;
    const consumerAddress = { ...postal, street: 'Neue Str.' };
    const changed = await order.act({
      ...{ name: 'CHANGE_CONSUMER_ADDRESS', version: order.version },
      ...{ addressType: 'POSTAL_ADDRESS', consumerAddress },
    });
    expect(changed.body.consumer.addresses).toEqual([{ ...consumerAddress, addressType: 'POSTAL_ADDRESS' }]);
    const { version } = changed.body;
    const invoice = { ...postal, addressType: 'INVOICE_ADDRESS' };
    const added = await order.act({
      ...{ name: 'CHANGE_CONSUMER_ADDRESS', version, addressType: 'INVOICE_ADDRESS', consumerAddress: postal },
    });
    expect(added.body.consumer.addresses).toEqual([changed.body.consumer.addresses[0], invoice]);
    const all = { name: 'REPLACE_CONSUMER_ADDRESSES', consumerAddresses: [invoice] };
    const replaced = await order.act({ ...all, version: added.body.version });
    expect(replaced.body.consumer.addresses).toEqual([invoice]);
    const again = await order.act({ ...all, version: replaced.body.version });
    expect(again).toMatchObject({ status: 200, body: { version: replaced.body.version } });
    expect(await receiver.arrivals(3)).toHaveLength(3);
  });

  it.each<[string, object]>([
    ['CANCEL with a target time', { name: 'CANCEL', targetTime: '2026-03-01T10:00:00.000Z' }],
    ['UNLOCK with a reason', { name: 'UNLOCK', cancelationReasonId: 'x' }],
    ['an address without type', { name: 'CHANGE_CONSUMER_ADDRESS', consumerAddress: address }],
    [
      'an unknown field of an address',
      { name: 'REPLACE_CONSUMER_ADDRESSES', consumerAddresses: [{ ...address, zip: '1' }] },
    ],
  ])('refuses %s', async (_, body) => {
    await using sim = await startSimulator();
    const { act, version } = await placed(sim);
    expect(await act({ ...body, version })).toMatchObject({ status: 400, body: [{ summary: expect.any(String) }] });
  });

  it('refuses actions that it does not know, without version, or on an unknown order', async () => {
    await using sim = await startSimulator();
    const order = await placed(sim);
    expect(await order.act({ name: 'DELETE', version: 1 })).toMatchObject({ status: 400 });
    expect(await order.act({ name: 'CANCEL' })).toMatchObject({ status: 400 });
    expect(await order.act({ name: 'CANCEL', version: '1' })).toMatchObject({ status: 400 });
    const unknown = await sim.call('POST', '/api/orders/none/actions', { name: 'CANCEL', version: 1 });
    expect(unknown).toMatchObject({ status: 404 });
  });
});
