import {
  aHandoverJob,
  aParcel,
  aPickJob,
  aPlatformStatus,
  aProviderOrder,
  aRoutingPlan,
  aShipment,
  aState,
  NOON,
  PROCESS_ID,
  PROVIDER_ORDER_ID,
} from '@pipeline/fulfillment/testkit';
import type { OrderFulfillmentState, ProcessState } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { idMark, toOpenOrder, versionMark } from './orderFacts.ts';

const placement = {
  ...{ providerOrderId: PROVIDER_ORDER_ID, processId: PROCESS_ID, tenantOrderId: '4711', collect: false },
  ...{ attempt: 1, lines: [{ articleId: 'sku-1', quantity: 1 }], target: 'order' },
};

const process = (over: Partial<ProcessState> = {}): ProcessState => ({
  ...{ processId: PROCESS_ID, order: aProviderOrder(), routingPlans: [], pickJobs: [], handoverJobs: [], parcels: [] },
  ...{ returns: [], refunds: [], gone: false, shipments: [], packJobs: [] },
  ...over,
});

const placed = (over: Partial<ProcessState> = {}, more: Partial<OrderFulfillmentState> = {}) =>
  aState({ placement, processes: [process(over)], ...more });

const picked = aPickJob({
  version: 4,
  status: 'CLOSED',
  loadUnitsAmount: 1,
  lines: [{ articleId: 'sku-1', quantity: 1, picked: 1 }],
});
const given = aHandoverJob({
  version: 2,
  status: 'HANDED_OVER',
  parcelId: 'parcel-1',
  lines: [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }],
});
const isOpen = (state: OrderFulfillmentState, untilDelivered = true) =>
  toOpenOrder(state, { untilDelivered }) !== undefined;

describe('an order is open', () => {
  it('from its placement on, also when nothing was heard of it yet', () => {
    expect(toOpenOrder(aState({ placement }), { untilDelivered: true })).toEqual({
      ...{ processIds: [PROCESS_ID], changedAt: NOON, known: [], settled: [], hasLeft: false },
    });
    expect(isOpen(placed())).toBe(true);
    expect(isOpen(placed({ pickJobs: [picked] }))).toBe(true);
    expect(isOpen(placed({ pickJobs: [picked], handoverJobs: [aHandoverJob()] }))).toBe(true);
  });

  it('with several targets until the last of them has left, and is asked about by each of its processes', () => {
    const [home, work] = ['home', 'work'].map((target) => ({
      ...{ ...placement, target, processId: `process-${target}`, providerOrderId: `order-${target}` },
    }));
    const own = (target: string, over: Partial<ProcessState> = {}) =>
      process({ processId: `process-${target}`, order: aProviderOrder({ id: `order-${target}` }), ...over });
    const left = { pickJobs: [picked], handoverJobs: [given] };
    const divided = (ofWork: Partial<ProcessState>) =>
      placed(
        {},
        {
          ...{ placement: home ?? null, targets: [home, work].flatMap((each) => each ?? []) },
          processes: [own('home', left), own('work', ofWork)],
        },
      );
    const facts = toOpenOrder(divided({}), { untilDelivered: true });
    expect(facts?.processIds).toEqual(['process-home', 'process-work']);
    const alsoLeft = {
      pickJobs: [{ ...picked, id: 'pick-9' }],
      handoverJobs: [{ ...given, id: 'handover-9', pickJobId: 'pick-9' }],
    };
    expect(isOpen(divided(alsoLeft))).toBe(false);
  });

  it('until all of it has left, or will never', () => {
    expect(isOpen(placed({ pickJobs: [picked], handoverJobs: [given] }))).toBe(false);
    const order = aProviderOrder({ version: 3, status: 'CANCELLED', cancellation: 'CANCELLED' });
    expect(isOpen(placed({ order }))).toBe(false);
  });

  it('and then until its parcel is delivered, where the carrier tells where it is, if that is wanted', () => {
    const underway = aParcel({ trackingStatus: 'picked_up' });
    const shipped = (parcel: typeof underway) =>
      placed({ pickJobs: [picked], handoverJobs: [given], parcels: [parcel] });
    expect(isOpen(shipped(underway))).toBe(true);
    expect(isOpen(shipped(underway), false)).toBe(false);
    expect(isOpen(shipped(aParcel({ trackingStatus: null })))).toBe(false);
    expect(isOpen(shipped(aParcel({ trackingStatus: 'delivered' })))).toBe(false);
  });

  it('a while longer when it has left with something missing: a pick job, its end, or its load units', () => {
    const left = (pickJobs: ProcessState['pickJobs']) =>
      toOpenOrder(placed({ pickJobs, handoverJobs: [given] }), { untilDelivered: true });
    expect(left([picked])).toBeUndefined();
    for (const pickJobs of [[], [aPickJob()], [{ ...picked, loadUnitsAmount: null }]])
      expect(left(pickJobs)).toMatchObject({ hasLeft: true });
    const uncounted = { ...picked, loadUnitsAmount: null };
    // Else it would not be told of again.
    expect(left([uncounted])?.known).not.toContain(versionMark(uncounted));
    expect(left([uncounted])?.settled).toEqual([]);
    expect(left([picked, aPickJob({ id: 'gone', status: 'REROUTED' })])).toBeUndefined();
  });

  it('so, too, when the customer did not take what was never heard to be picked', () => {
    const rejected = aHandoverJob({
      version: 2,
      status: 'CANCELED',
      channel: 'COLLECT',
      cancelReason: 'CONSUMER_REJECTS',
    });
    const collected = (pickJobs: ProcessState['pickJobs']) =>
      toOpenOrder(placed({ pickJobs, handoverJobs: [rejected] }), { untilDelivered: true });
    expect(collected([{ ...picked, loadUnitsAmount: null }])).toMatchObject({ hasLeft: true });
    expect(collected([picked])).toBeUndefined();
  });

  it('not without a placement or a process, and not when the shop, or the provider, has deleted it', () => {
    expect(isOpen(aState({ placement: null, processes: [process()] }))).toBe(false);
    expect(isOpen(placed({}, { placement: { ...placement, processId: null } }))).toBe(false);
    expect(isOpen(placed({}, { platform: aPlatformStatus({ gone: true }) }))).toBe(false);
    expect(isOpen(placed({ gone: true }))).toBe(false);
  });
});

describe('of an open order', () => {
  it('every version that is known is marked, of its current process only', () => {
    const other = process({ processId: 'other', order: aProviderOrder({ id: 'other-order' }) });
    const open = { ...placed({ pickJobs: [picked], handoverJobs: [aHandoverJob()] }) };
    const facts = toOpenOrder({ ...open, processes: [...open.processes, other] }, { untilDelivered: true });
    const known = [aProviderOrder(), picked, aHandoverJob()];
    expect(new Set(facts?.known)).toEqual(new Set(known.map(versionMark)));
    expect(facts?.known).not.toContain(versionMark({ ...picked, version: 5 }));
  });

  it('only that is settled of which nothing more is to come', () => {
    const parcels = [
      aParcel({ id: 'left', trackingStatus: 'picked_up' }),
      aParcel({ id: 'there', trackingStatus: 'delivered' }),
    ];
    const shipments = [
      aShipment({ id: 's-left', parcels: [{ id: 'left', status: 'DONE', trackingNumber: null }] }),
      aShipment({ id: 's-there', parcels: [{ id: 'there', status: 'DONE', trackingNumber: null }] }),
      aShipment({ id: 's-empty' }),
    ];
    const facts = toOpenOrder(
      placed({
        routingPlans: [
          aRoutingPlan({ id: 'followed' }),
          aRoutingPlan({ id: 'alone' }),
          aRoutingPlan({ id: 'split', status: 'SPLIT' }),
        ],
        pickJobs: [
          { ...picked, routingPlanId: 'followed' },
          aPickJob({ id: 'open' }),
          aPickJob({ id: 'rerouted', status: 'REROUTED' }),
        ],
        handoverJobs: [given, aHandoverJob({ id: 'dead', status: 'CANCELED' })],
        ...{ parcels, shipments },
      }),
      { untilDelivered: true },
    );
    const settled = ['followed', 'split', picked.id, 'rerouted', 'dead', 'there', 's-there'];
    expect(new Set(facts?.settled)).toEqual(new Set(settled.map(idMark)));
  });
});
