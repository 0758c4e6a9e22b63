import { describe, expect, it } from 'vitest';
import { liveOrder, type LivedOrder, type OrderToLive } from '../testing/liveOrder.ts';

/** Payloads of an event, oldest first. */
const of = ({ events }: LivedOrder, name: string) =>
  events.filter(({ event }) => event === name).map(({ payload }) => payload);
const lived = (life: OrderToLive['life'], rest: Partial<OrderToLive> = {}) =>
  liveOrder({ life, kind: 'DELIVERY', ...rest });
const articles = (lines: readonly { article: { tenantArticleId: string }; quantity: number }[]) =>
  lines.map(({ article, quantity }) => [article.tenantArticleId, quantity]);

describe('a split order', () => {
  it('is picked in two facilities, by plans that have the goods between them', () => {
    const order = lived('split', { quantities: [2, 2] });
    const [splitted] = of(order, 'ROUTING_PLAN_SPLITTED');
    const plans = of(order, 'ROUTING_PLAN_ROUTED');
    expect(plans.map(({ orderLineItems }) => articles(orderLineItems))).toEqual([[['sku-1', 2]], [['sku-2', 2]]]);
    expect(splitted).toMatchObject({ id: plans[0].id, childRoutingPlanRef: plans[1].id });
    expect(plans[1]).toMatchObject({ parentRoutingPlanRef: splitted.id, splitCount: 1 });
    const jobs = of(order, 'PICK_JOB_CREATED');
    expect(new Set(jobs.map(({ facilityRef }) => facilityRef)).size).toBe(2);
    expect(jobs.map(({ pickLineItems }) => articles(pickLineItems))).toEqual([[['sku-1', 2]], [['sku-2', 2]]]);
  });

  it('stays in one facility where it is collected', () => {
    const jobs = of(lived('split', { kind: 'COLLECT' }), 'PICK_JOB_CREATED');
    expect(new Set(jobs.map(({ facilityRef }) => facilityRef)).size).toBe(1);
  });

  it('may leave the first plan without goods', () => {
    const order = lived('split-into-two');
    expect(of(order, 'ROUTING_PLAN_SPLITTED')).toMatchObject([{ status: 'OBSOLETE' }]);
    expect(of(order, 'PICK_JOB_CREATED')).toHaveLength(2);
  });
});

describe('goods that are not found', () => {
  it('are short, and another facility sends them', () => {
    const order = lived('short-pick-split', { quantities: [2, 1] });
    const [first, second] = of(order, 'PICK_JOB_PICKING_FINISHED');
    expect(first).toMatchObject({ status: 'CLOSED', subStatus: 'SHORT_PICKED' });
    expect(second).not.toHaveProperty('subStatus');
    expect(articles(second.pickLineItems)).toEqual([['sku-2', 1]]);
    expect(second.facilityRef).not.toBe(first.facilityRef);
    const [reroute] = of(order, 'ROUTING_PLAN_REROUTEPLAN_CREATED');
    expect(reroute).toMatchObject({
      ...{ reRouteReason: 'SHORTPICK', runType: 'ORDERSPLIT_ON_SHORTPICK' },
      ...{ reRoutedPickJobRef: first.id, reRoutedFacilityRef: first.facilityRef },
      predecessorRerouteRoutingPlanRefs: [first.routingPlanRef],
    });
    expect(order.world.state.routingPlans.get(first.routingPlanRef)).toMatchObject({
      successorRerouteRoutingPlanRefs: [reroute.id],
    });
  });

  it('have no load units when there are none at all', () => {
    const order = lived('zero-pick');
    const [finished] = of(order, 'PICK_JOB_PICKING_FINISHED');
    expect(finished).toMatchObject({ status: 'CLOSED', subStatus: 'ZERO_PICKED' });
    expect(order.world.state.loadUnitsOfPickJob.get(finished.id)).toBeUndefined();
  });

  it.each([
    ['short-pick-reroute', 'PICK_JOB_REROUTED', 'REROUTED'],
    ['aborted-then-rerouted', 'PICK_JOB_ABORTED', 'ABORTED'],
    ['rerouted', 'PICK_JOB_REROUTED', 'REROUTED'],
  ] as const)('end the pick job of %s; a new one has everything', (life, event, status) => {
    const order = lived(life);
    expect(of(order, event)).toMatchObject([{ status, subStatus: expect.any(String) }]);
    const [dead, alive] = of(order, 'PICK_JOB_CREATED');
    expect(articles(alive.pickLineItems)).toEqual(articles(dead.pickLineItems));
    expect([alive.id, alive.facilityRef]).not.toEqual([dead.id, dead.facilityRef]);
  });

  it('are replaced by another article, which is handed over', () => {
    const [job] = of(lived('substituted', { quantities: [1] }), 'HANDOVERJOB_HANDED_OVER');
    expect(job.handoverJobLineItems).toMatchObject([
      {
        ...{ article: { tenantArticleId: 'sku-1' }, quantity: 1, handedOverQuantity: 0 },
        substituteLineItems: [{ article: { tenantArticleId: 'sku-1-substitute' }, handedOverQuantity: 1 }],
      },
    ]);
  });
});

describe('picking', () => {
  it('names the pick job next to a picked line', () => {
    const order = lived('paused');
    const picked = order.events.find(({ event }) => event === 'PICK_JOB_PICK_LINE_PICKED');
    const [pickJob] = of(order, 'PICK_JOB_CREATED');
    expect(picked).toMatchObject({ payload: { picked: 2, status: 'CLOSED' }, beside: { pickJobRef: pickJob.id } });
    expect(picked?.payload).not.toHaveProperty('version');
  });

  it('starts anew after a reset', () => {
    expect(of(lived('reset'), 'PICK_JOB_RESET')).toMatchObject([
      { status: 'OPEN', pickLineItems: [{ picked: 0, status: 'OPEN' }, { picked: 0 }] },
    ]);
  });

  it('follows an order that has lost a piece', () => {
    const order = lived('modified', { quantities: [2, 1] });
    expect(articles(of(order, 'ORDER_MODIFIED')[0].orderLineItems)).toEqual([['sku-1', 2]]);
    expect(articles(of(order, 'PICK_JOB_CREATED')[1].pickLineItems)).toEqual([['sku-1', 2]]);
  });
});

describe('shipping', () => {
  it('gives each parcel a handover job with its own part of the goods', () => {
    const order = lived('two-parcels', { quantities: [2, 2] });
    const jobs = of(order, 'HANDOVERJOB_CREATED');
    const [shipment] = of(order, 'SHIPMENT_CREATED');
    expect(jobs.map(({ handoverJobParcelInfo }) => handoverJobParcelInfo.parcelRef)).toEqual(
      shipment.parcels.map(({ parcelRef }: { parcelRef: string }) => parcelRef),
    );
    expect(jobs.map((job) => articles(job.handoverJobLineItems))).toEqual([[['sku-1', 2]], [['sku-2', 2]]]);
    expect(of(order, 'PACK_JOB_CLOSED')).toMatchObject([
      { status: 'CLOSED', lineItems: [{ packed: 2 }, { packed: 2 }] },
    ]);
  });

  it('replaces a parcel that the carrier refuses', () => {
    const order = lived('label-failed');
    const [refused] = of(order, 'PARCEL_CARRIER_FAILED');
    expect(refused).toMatchObject({ status: 'FAILED' });
    expect(refused.result).not.toHaveProperty('carrierTrackingNumber');
    const [job] = of(order, 'HANDOVERJOB_CREATED');
    const parcel = order.world.state.parcels.get(job.handoverJobParcelInfo.parcelRef);
    expect(parcel?.id).not.toBe(refused.id);
    expect(job.handoverJobParcelInfo.carrierTrackingNumber).toBe(parcel?.result?.['carrierTrackingNumber']);
  });

  it('tracks each parcel by itself', () => {
    const order = lived('tracked-half');
    const tracked = of(order, 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED');
    expect(tracked.map(({ result }) => result.trackingStatus)).toEqual(['delivered', 'not_delivered']);
    expect(new Set(tracked.map(({ id }) => id)).size).toBe(2);
  });
});

describe('a leg between two facilities', () => {
  it.each(['interfacility', 'interfacility-handover'] as const)('is marked in all that belongs to it: %s', (life) => {
    const order = lived(life, { kind: 'COLLECT' });
    const sent = ['SHIPMENT_CREATED', 'PARCEL_CARRIER_CREATED', 'ROUTING_PLAN_ROUTED', 'HANDOVERJOB_HANDED_OVER'].map(
      (event) => of(order, event)[0],
    );
    for (const { transfers } of sent) {
      expect(transfers).toHaveLength(1);
      expect(transfers[0].type ?? transfers[0].transferType).toBe('SUPPLIER');
    }
    const [there, here] = of(order, 'ROUTING_PLAN_ROUTED');
    expect(here).toMatchObject({
      facilityRef: order.record.order.deliveryPreferences?.collect?.[0]?.facilityRef,
      orderLineItems: [],
      expectedLineItems: [{ quantity: 2, facilityRef: there.facilityRef }, { quantity: 1 }],
      transfers: [{ transferId: there.transfers[0].transferId, transferType: 'RECEIVER' }],
    });
    expect(there.facilityRef).not.toBe(here.facilityRef);
    const handedOver = of(order, 'HANDOVERJOB_HANDED_OVER');
    expect(handedOver).toMatchObject([
      { channel: 'DELIVERY', facilityRef: there.facilityRef },
      { channel: 'COLLECT', facilityRef: here.facilityRef, transfers: [{ type: 'RECEIVER' }] },
    ]);
    expect(articles(handedOver[1].handoverJobLineItems)).toEqual([
      ['sku-1', 2],
      ['sku-2', 1],
    ]);
  });

  it('is waited for by a pick job', () => {
    const order = lived('interfacility', { kind: 'COLLECT' });
    expect(of(order, 'PICK_JOB_CREATED')[0]).toMatchObject({
      ...{ status: 'WAITING_FOR_INPUT', pickLineItems: [], deliveryinformation: { channel: 'COLLECT' } },
      expectedPickLineItems: [{ quantity: 2 }, { quantity: 1 }],
    });
    expect(of(order, 'PICK_JOB_CREATED')[1]).toMatchObject({ deliveryinformation: { channel: 'SHIPPING' } });
    expect(of(order, 'PICK_JOB_OPENED')).toMatchObject([
      { status: 'OPEN', pickLineItems: [{ quantity: 2 }, { quantity: 1 }], expectedPickLineItems: [] },
    ]);
  });

  it('is waited for by a handover job, which no pick job leads to', () => {
    const order = lived('interfacility-under-way', { kind: 'COLLECT' });
    const [job] = of(order, 'HANDOVERJOB_CREATED');
    expect(job).toMatchObject({ status: 'WAITING_FOR_INPUT', expectedHandoverJobLineItems: [{}, {}] });
    expect(job).not.toHaveProperty('pickJobRef');
    expect(of(order, 'HANDOVERJOB_HANDED_OVER')).toHaveLength(1);
  });
});

describe('a handover', () => {
  it('is taken back with all that it gave', () => {
    const order = lived('reverted-left');
    const [reverted] = of(order, 'HANDOVERJOB_REVERTED');
    expect(reverted).toMatchObject({ status: 'OPEN', handoverJobLineItems: [{ handedOverQuantity: 0 }, {}] });
  });

  it.each([
    ['no-show', 'CONSUMER_NO_SHOW'],
    ['rejected', 'CONSUMER_REJECTS'],
  ] as const)('that does not happen says why: %s', (life, cancelReason) => {
    expect(of(lived(life, { kind: 'COLLECT' }), 'HANDOVERJOB_CANCELED')).toMatchObject([
      { status: 'CANCELED', cancelReason },
    ]);
  });
});

describe('a cancel', () => {
  it('ends what is not handed over, with its parcel, and leaves what is', () => {
    const order = lived('force-cancelled-half');
    const [given, left] = of(order, 'HANDOVERJOB_CREATED').map(({ id }) => order.world.state.handoverJobs.get(id));
    expect([given?.status, left?.status, left?.['cancelReason']]).toEqual([
      'HANDED_OVER',
      'CANCELED',
      'ORDER_CANCELED',
    ]);
    const statuses = [given, left].map((job) => order.world.state.shipments.get(String(job?.['shipmentRef']))?.status);
    expect(statuses).toEqual(['CONFIRMED', 'CANCELED']);
    expect([...order.world.state.parcels.values()].map(({ status }) => status)).toEqual(['DONE', 'CANCELED']);
    expect(of(order, 'PICK_JOB_CANCELED')).toEqual([]);
    expect(of(order, 'SHIPMENT_UPDATED').at(-1)).toMatchObject({
      status: 'CANCELED',
      parcels: [{ status: 'CANCELED' }],
    });
  });

  it('may leave goods at their handover', () => {
    const order = lived('force-cancelled-half-left');
    expect(of(order, 'HANDOVERJOB_CANCELED')).toEqual([]);
    expect(order.record.order.status).toBe('CANCELLED');
  });
});

describe('a return', () => {
  it('is of one piece, and its refund has neither id nor version nor process', () => {
    const order = lived('returned', { quantities: [2] });
    const [created] = of(order, 'ITEM_RETURN_JOB_CREATED');
    expect(created).toMatchObject({
      ...{ status: 'OPEN', processRef: order.record.order.processId },
      returnableLineItems: [{ delivered: 2, returned: 1, returnable: 1 }],
      itemReturns: [{ status: 'ANNOUNCED', returnedLineItems: [{ tenantArticleId: 'sku-1', status: 'OPEN' }] }],
    });
    const [refund] = of(order, 'REFUND_TRIGGERED');
    expect(refund).toMatchObject({
      ...{ itemReturnJobRef: created.id, itemReturnRef: created.itemReturns[0].id, created: expect.any(String) },
      refundedLineItems: [{ status: 'ACCEPTED', refund: { status: 'OPEN' } }],
    });
    for (const field of ['id', 'version', 'processId', 'processRef']) expect(refund).not.toHaveProperty(field);
  });
});

describe('what entities after picking have of the order', () => {
  const after = ['PACK_JOB_CREATED', 'SHIPMENT_CREATED', 'PARCEL_CARRIER_CREATED', 'HANDOVERJOB_CREATED'] as const;
  const ofReturn = ['ITEM_RETURN_JOB_CREATED'] as const;
  const all = (options: OrderToLive['options'] = {}) => [
    ...after.map((event) => of(lived('packed', { options }), event)[0]),
    ...ofReturn.map((event) => of(lived('returned', { options }), event)[0]),
  ];

  it('is the tenantOrderId, not the customAttributes', () => {
    for (const entity of all()) {
      expect(entity.tenantOrderId).toBe('order-1');
      expect(entity).not.toHaveProperty('customAttributes');
    }
  });

  it('may be nothing at all, or everything', () => {
    for (const entity of all({ inheritTenantOrderId: false })) expect(entity).not.toHaveProperty('tenantOrderId');
    for (const entity of all({ inheritAttributes: true })) {
      expect(entity.customAttributes).toHaveProperty('commercetoolsOrderId');
    }
    const options = { inheritTenantOrderId: false };
    expect(of(lived('returned', { options }), 'REFUND_TRIGGERED')[0]).not.toHaveProperty('tenantOrderId');
    expect(of(lived('plain', { options }), 'PICK_JOB_CREATED')[0].tenantOrderId).toBe('order-1');
  });
});
