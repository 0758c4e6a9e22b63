import { describe, expect, it } from 'vitest';
import { anOrder, collectAt } from '../testing/orders.ts';
import { type RunningSimulator, startSimulator } from '../testing/startSimulator.ts';
import { type ReceivedWebhook, startReceiver } from '../testing/webhookReceiver.ts';

const allEvents = [
  ...['ORDER_CREATED', 'ROUTING_PLAN_ROUTED', 'PICK_JOB_CREATED', 'PICK_JOB_PICKING_COMMENCED'],
  ...['PICK_JOB_PICKING_FINISHED', 'SHIPMENT_CREATED', 'SHIPMENT_UPDATED', 'PARCEL_CARRIER_REQUESTED'],
  ...[
    'PARCEL_CARRIER_CREATED',
    'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED',
    'HANDOVERJOB_CREATED',
    'HANDOVERJOB_HANDED_OVER',
  ],
];
const collectLife = allEvents.filter((event) => !/^(SHIPMENT|PARCEL)/.test(event));
const deliveryLife = allEvents.filter((event) => !event.startsWith('PARCEL_TRACK'));

/** Places an order, makes each of its steps, and collects what was sent. */
async function live(sim: RunningSimulator, events: readonly string[], changes: object = {}) {
  await using receiver = await startReceiver();
  await receiver.subscribe(sim, ...new Set(events));
  const { body: order } = await sim.call('POST', '/api/orders', anOrder(changes));
  while ((await sim.call('POST', `/_sim/orders/${order.id}/advance`)).body.advanced);
  const received = await receiver.arrivals(events.length);
  const payload = (event: string) => received.find((webhook) => webhook.event === event)?.payload;
  return { order, received, payload };
}

const names = (received: readonly ReceivedWebhook[]) => received.map(({ event }) => event).toSorted();

describe('the life of an order', () => {
  it('takes a collect order from routing to handover', async () => {
    await using sim = await startSimulator();
    const { received, payload, order } = await live(sim, collectLife, collectAt('store-cologne'));
    expect(names(received)).toEqual(collectLife.toSorted());
    const { facilityRef } = order.deliveryPreferences.collect[0];
    expect(payload('PICK_JOB_CREATED')).toMatchObject({ facilityRef, deliveryinformation: { channel: 'COLLECT' } });
    expect(payload('HANDOVERJOB_HANDED_OVER')).toMatchObject({ facilityRef, channel: 'COLLECT', paid: true });
    expect(payload('HANDOVERJOB_HANDED_OVER')).not.toHaveProperty('handoverJobParcelInfo');
    expect((await sim.call('GET', '/_sim/orders')).body).toMatchObject([
      {
        id: order.id,
        tenantOrderId: 'order-1',
        commercetoolsOrderId: 'ct-1',
        collect: true,
        lifeEnded: true,
        step: 'HANDOVERJOB_HANDED_OVER',
      },
    ]);
  });

  it('gives a delivery its shipment and parcel, told to those who asked', async () => {
    await using sim = await startSimulator();
    const { received, payload, order } = await live(sim, deliveryLife);
    expect(names(received)).toEqual(deliveryLife.toSorted());
    const shipment = (await sim.call('GET', `/api/shipments/${payload('SHIPMENT_CREATED').id}`)).body;
    const parcel = (await sim.call('GET', `/api/parcels/${shipment.parcels[0].parcelRef}`)).body;
    expect(parcel).toEqual(payload('PARCEL_CARRIER_CREATED'));
    expect(parcel).toMatchObject({ processRef: order.processId, shipmentRef: shipment.id, status: 'DONE' });
    expect(payload('HANDOVERJOB_CREATED').handoverJobParcelInfo).toEqual({
      shipmentRef: shipment.id,
      parcelRef: parcel.id,
      carrierKey: shipment.carrierKey,
      carrierTrackingNumber: parcel.result.carrierTrackingNumber,
    });
  });

  it('tracks a parcel until it is delivered when asked to', async () => {
    await using sim = await startSimulator({ tracking: true });
    const { received } = await live(sim, [...allEvents, 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED']);
    const tracked = received.filter(({ event }) => event === 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED');
    const byVersion = tracked.toSorted((a, b) => a.payload.version - b.payload.version);
    expect(byVersion.map(({ payload }) => payload.result.trackingStatus)).toEqual(['transit', 'delivered']);
  });

  it('sends each entity as the API shows it, with a version that grows', async () => {
    await using sim = await startSimulator();
    const { payload, order } = await live(sim, deliveryLife);
    expect(payload('ORDER_CREATED')).toEqual(order);
    const finished = payload('PICK_JOB_PICKING_FINISHED');
    expect((await sim.call('GET', `/api/pickjobs/${finished.id}`)).body).toEqual(finished);
    const handedOver = payload('HANDOVERJOB_HANDED_OVER');
    expect((await sim.call('GET', `/api/handoverjobs/${handedOver.id}`)).body).toEqual(handedOver);
    const versions = ['PICK_JOB_CREATED', 'PICK_JOB_PICKING_COMMENCED', 'PICK_JOB_PICKING_FINISHED'].map(
      (event) => payload(event).version,
    );
    expect(versions).toEqual([...new Set(versions)].toSorted((a, b) => a - b));
    expect(handedOver.version).toBeGreaterThan(payload('HANDOVERJOB_CREATED').version);
    for (const entity of [finished, handedOver]) {
      expect(Date.parse(entity.lastModified)).toBeGreaterThanOrEqual(Date.parse(entity.created));
    }
  });

  it('links a pick job to the order and its attributes, a handover job to neither', async () => {
    await using sim = await startSimulator();
    const { payload, order } = await live(sim, deliveryLife);
    const pickJob = payload('PICK_JOB_CREATED');
    const { processId } = order;
    const customAttributes = { commercetoolsOrderId: 'ct-1' };
    expect(pickJob).toMatchObject({ orderRef: order.id, tenantOrderId: 'order-1', processId, customAttributes });
    expect(pickJob.pickLineItems[0]).toMatchObject({
      ...{ article: { tenantArticleId: 'sku-1' }, quantity: 2, picked: 0, customAttributes: { lineId: 'line-1' } },
    });
    expect(payload('PICK_JOB_PICKING_FINISHED').pickLineItems[0]).toMatchObject({ picked: 2 });
    expect(pickJob).not.toHaveProperty('loadUnits');

    const unlinked = ['HANDOVERJOB_CREATED', 'SHIPMENT_CREATED', 'PARCEL_CARRIER_CREATED'].map((event) =>
      payload(event),
    );
    for (const entity of unlinked) {
      expect(JSON.stringify(entity)).not.toContain(order.id);
      expect(entity).not.toHaveProperty('customAttributes');
      expect(entity.tenantOrderId).toBe('order-1');
    }
    const [handoverJob, shipment, parcel] = unlinked;
    expect(handoverJob).toMatchObject({ processId, pickJobRef: pickJob.id, channel: 'DELIVERY' });
    expect(handoverJob.handoverJobLineItems[0]).toMatchObject({ quantity: 2, handedOverQuantity: 0 });
    expect(payload('HANDOVERJOB_HANDED_OVER').handoverJobLineItems[0]).toMatchObject({ handedOverQuantity: 2 });
    expect(shipment).toMatchObject({ processId, pickJobRef: pickJob.id });
    expect(parcel).not.toHaveProperty('processId');
  });

  it('lets handover job, shipment and parcel inherit the attributes when asked to', async () => {
    await using sim = await startSimulator({ inheritAttributes: true });
    const { payload } = await live(sim, deliveryLife);
    for (const event of ['HANDOVERJOB_CREATED', 'SHIPMENT_CREATED', 'PARCEL_CARRIER_CREATED']) {
      expect(payload(event).customAttributes).toEqual({ commercetoolsOrderId: 'ct-1' });
    }
  });

  it('finds the process of an order by every reference, with all of them in it', async () => {
    await using sim = await startSimulator();
    const { order, payload } = await live(sim, deliveryLife);
    const { body: process } = await sim.call('GET', `/api/processes/${order.processId}`);
    const refs = {
      orderRef: order.id,
      tenantOrderId: 'order-1',
      pickJobRef: payload('PICK_JOB_CREATED').id,
      handoverJobRef: payload('HANDOVERJOB_CREATED').id,
      shipmentRef: payload('SHIPMENT_CREATED').id,
    };
    expect(process).toMatchObject({
      orderRef: refs.orderRef,
      pickJobRefs: [refs.pickJobRef],
      handoverJobRefs: [refs.handoverJobRef],
      shipmentRefs: [refs.shipmentRef],
      facilityRefs: [payload('PICK_JOB_CREATED').facilityRef],
      routingPlanRefs: [payload('ROUTING_PLAN_ROUTED').id],
    });
    for (const [name, ref] of Object.entries(refs)) {
      expect((await sim.call('GET', `/api/process?${name}=${ref}`)).body).toEqual(process);
    }
    expect(await sim.call('GET', '/api/process')).toMatchObject({ status: 400 });
    expect(await sim.call('GET', `/api/process?tenantOrderId=${refs.pickJobRef}`)).toMatchObject({ status: 404 });
    expect(await sim.call('GET', `/api/process?orderRef=a&pickJobRef=b`)).toMatchObject({ status: 400 });
  });

  it('has one to three load units after picking, by both reads, and none before', async () => {
    await using sim = await startSimulator();
    const { id } = (await sim.call('POST', '/api/orders', anOrder())).body;
    const steps = async (count: number) => {
      for (let step = 0; step < count; step += 1) await sim.call('POST', `/_sim/orders/${id}/advance`);
    };
    await steps(2);
    const pickJobId = (await sim.call('GET', `/api/process?orderRef=${id}`)).body.pickJobRefs[0];
    expect((await sim.call('GET', `/api/pickjobs/${pickJobId}/loadunits`)).body).toEqual({ loadUnits: [], total: 0 });
    await steps(2);
    const { body } = await sim.call('GET', `/api/pickjobs/${pickJobId}/loadunits`);
    expect(body.total).toBe(body.loadUnits.length);
    expect([1, 2, 3]).toContain(body.total);
    expect(body.loadUnits[0]).toMatchObject({ status: 'AVAILABLE', pickJobRefs: [pickJobId] });
    expect((await sim.call('GET', `/api/loadunits?pickJobRef=${pickJobId}`)).body).toEqual(body);
    expect((await sim.call('GET', `/api/loadunits?pickJobRef=${pickJobId}&statuses=OBSOLETE`)).body.total).toBe(0);
    expect(await sim.call('GET', '/api/pickjobs/none/loadunits')).toMatchObject({ status: 404 });
  });

  it('goes on by itself when a pause between steps is set', async () => {
    await using sim = await startSimulator({ stepMs: 5 });
    await sim.call('POST', '/api/orders', anOrder());
    await expect.poll(async () => (await sim.call('GET', '/_sim/orders')).body[0].lifeEnded).toBe(true);
  });

  it.each(['pickjobs', 'handoverjobs', 'shipments', 'parcels', 'processes'])(
    'answers 404 for unknown %s',
    async (kind) => {
      await using sim = await startSimulator();
      expect(await sim.call('GET', `/api/${kind}/none`)).toMatchObject({
        status: 404,
        body: [{ summary: expect.any(String) }],
      });
    },
  );

  it.each(['CANCELLED', 'OBSOLETE', 'PROMISED'])('does not begin for an order that is made as %s', async (status) => {
    await using sim = await startSimulator();
    const { id } = (await sim.call('POST', '/api/orders', anOrder({ status }))).body;
    expect((await sim.call('POST', `/_sim/orders/${id}/advance`)).body.advanced).toBe(false);
  });
});
