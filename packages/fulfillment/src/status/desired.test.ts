import type { FulfillmentEvent, LedgerEntry } from '@pipeline/schemas/types';
import { describe, expect, it } from 'vitest';
import {
  aFulfillmentEvent,
  aHandoverJob,
  aLedgerEntry,
  aPackJob,
  aParcel,
  aPickJob,
  aPlacement,
  aProviderOrder,
  aRoutingPlan,
  aState,
} from '../testkit/index.ts';
import { desired } from './desired.ts';
import { evolve } from './evolve.ts';
import { type StatusPolicy, statusPresets } from './policy.ts';

type Part = Parameters<typeof aFulfillmentEvent>[0];

const two = [
  { articleId: 'a', quantity: 1 },
  { articleId: 'b', quantity: 1 },
];
const order = (over = {}): Part => ({ order: aProviderOrder({ lines: two, ...over }) });
const pick = (articleId: string, over = {}, picked = 1): Part => ({
  pickJob: aPickJob({
    id: `pick-${articleId}`,
    status: 'CLOSED',
    lines: [{ articleId, quantity: 1, picked }],
    ...over,
  }),
});
const handover = (articleId: string, over = {}, line = {}): Part => ({
  handoverJob: aHandoverJob({
    id: `handover-${articleId}`,
    pickJobId: `pick-${articleId}`,
    status: 'HANDED_OVER',
    lines: [{ articleId, quantity: 1, handedOver: 1, refused: 0, ...line }],
    ...over,
  }),
});
const open = { status: 'OPEN' };
const COLLECT = { channel: 'COLLECT' };
const is = (input: Part | LedgerEntry): input is LedgerEntry => input !== undefined && 'placements' in input;
const status = (parts: readonly (Part | LedgerEntry)[], over: Partial<StatusPolicy> = {}) => {
  const inputs = parts.map((part): FulfillmentEvent | LedgerEntry => (is(part) ? part : aFulfillmentEvent(part)));
  const state = inputs.reduce<ReturnType<typeof evolve>>((folded, input) => evolve(folded, input), aState());
  return desired(state, { ...statusPresets.docs, ...over });
};
const shipment = (parts: readonly (Part | LedgerEntry)[], over: Partial<StatusPolicy> = {}) =>
  status(parts, over).shipmentState;
const shipped = [order(), pick('a'), pick('b'), handover('a'), handover('b')];
const partial = [order(), pick('a'), pick('b', open), handover('a')];
const cancelled = { status: 'CANCELLED', cancellation: 'FORCE_CANCELLED', version: 9 };

describe('an older account that comes later', () => {
  const twice = [{ articleId: 'a', quantity: 2 }];
  const half = (id: string, picked: number): Part => ({
    pickJob: aPickJob({ id, status: picked > 0 ? 'CLOSED' : 'OPEN', lines: [{ articleId: 'a', quantity: 1, picked }] }),
  });
  const given = (id: string, line: { readonly handedOver: number; readonly refused: number }): Part => ({
    handoverJob: aHandoverJob({
      id: `handover of ${id}`,
      pickJobId: id,
      status: 'HANDED_OVER',
      lines: [{ articleId: 'a', quantity: 1, ...line }],
    }),
  });
  const order2: Part = { order: aProviderOrder({ lines: twice }) };

  it('of the pick job does not count what was handed over as not found, too', () => {
    const before = [order2, half('pick-2', 0), given('pick-2', { handedOver: 1, refused: 0 })];
    expect(shipment(before)).toBe('Partial');
  });

  it('of a plan does not open an order again of which a part was refused', () => {
    const settled = [
      order2,
      half('pick-1', 1),
      half('pick-2', 1),
      given('pick-1', { handedOver: 1, refused: 0 }),
      given('pick-2', { handedOver: 0, refused: 1 }),
    ];
    const plan: Part = { routingPlan: aRoutingPlan({ id: 'late', status: 'WAITING', lines: twice }) };
    expect(shipment(settled)).toBe('Shipped');
    expect(shipment([...settled, plan])).toBe('Shipped');
  });
});

describe('the shipment state', () => {
  it.each(['CANCELLED', 'FORCE_CANCELLED', 'EXPIRED'])(
    'is Canceled when the order is %s before anything left',
    (cancellation) => {
      expect(shipment([order({ ...cancelled, cancellation }), pick('a'), handover('a', open)])).toBe('Canceled');
      expect(shipment([order({ ...cancelled, cancellation }), pick('a')], { cancelled: 'none' })).toBeNull();
    },
  );

  it('is Partial after a force-cancel with work left open, Shipped when the rest was dropped', () => {
    expect(shipment([...partial, order(cancelled)])).toBe('Partial');
    expect(shipment([...partial, order(cancelled), pick('b', { status: 'CANCELED', version: 2 })])).toBe('Shipped');
  });

  it.each(['CONSUMER_NO_SHOW', 'CONSUMER_REJECTS'])('is Canceled when nothing was collected: %s', (cancelReason) => {
    const left = (articleId: string) => handover(articleId, { ...COLLECT, status: 'CANCELED', cancelReason });
    const parts = [order(), pick('a'), pick('b'), left('a'), left('b')];
    expect(shipment(parts)).toBe('Canceled');
    expect(shipment(parts, { notCollected: 'none' })).toBeNull();
    expect(shipment([order(), pick('a'), left('a')])).toBeNull();
    expect(shipment([...parts.slice(0, 4), handover('b', { ...COLLECT, ...open })])).toBe('Ready');
    expect(shipment([...parts.slice(0, 4), handover('b', COLLECT)])).toBe('Delivered');
  });

  it('is left when a collection was cancelled for another reason, or a delivery', () => {
    const left = (over: object) => handover('a', { status: 'CANCELED', ...over });
    const one = order({ lines: [two[0]] });
    expect(shipment([one, pick('a'), left({ ...COLLECT, cancelReason: 'OTHER' })])).toBeNull();
    expect(shipment([one, pick('a'), left({ cancelReason: 'CONSUMER_REJECTS' })])).toBeNull();
    expect(shipment([one, pick('a'), left({ ...COLLECT, cancelReason: 'CONSUMER_REJECTS' })])).toBe('Canceled');
  });

  it('is Delivered, or Shipped by setting, when all was collected', () => {
    const parts = [order(), pick('a'), pick('b'), handover('a', COLLECT), handover('b', COLLECT)];
    expect(shipment(parts)).toBe('Delivered');
    expect(shipment(parts, statusPresets.connector)).toBe('Shipped');
    expect(shipment([...parts.slice(0, 4), handover('b')])).toBe('Shipped');
  });

  it('is Shipped when all left, Delivered when every parcel arrived', () => {
    const parcel = (articleId: string, trackingStatus: string | null): Part => ({
      parcel: aParcel({ id: `parcel-${articleId}`, pickJobId: `pick-${articleId}`, trackingStatus }),
    });
    expect(shipment(shipped)).toBe('Shipped');
    expect(shipment([...shipped, parcel('a', 'delivered')])).toBe('Shipped');
    expect(shipment([...shipped, parcel('a', 'delivered'), parcel('b', 'in_transit')])).toBe('Shipped');
    const arrived = [...shipped, parcel('a', 'delivered'), parcel('b', 'delivered')];
    expect(shipment(arrived)).toBe('Delivered');
    expect(shipment(arrived, { parcelDelivered: 'none' })).toBe('Shipped');
    const named = [order(), handover('a', { parcelId: 'parcel-a' }), handover('b', { parcelId: 'parcel-b' })];
    expect(shipment([...named, parcel('a', 'delivered')])).toBe('Shipped');
    expect(
      shipment([...named, parcel('a', 'delivered'), { parcel: aParcel({ id: 'parcel-b', status: 'CANCELED' }) }]),
    ).toBe('Delivered');
  });

  it('does not wait for a parcel whose handover was cancelled with the rest of the order', () => {
    const parcel = (articleId: string, trackingStatus: string | null): Part => ({
      parcel: aParcel({ id: `parcel-${articleId}`, pickJobId: `pick-${articleId}`, trackingStatus }),
    });
    const parts = [
      ...[order({ cancellation: 'FORCE_CANCELLED' }), pick('a'), pick('b'), handover('a')],
      ...[handover('b', { status: 'CANCELED' }), parcel('a', 'delivered'), parcel('b', null)],
    ];
    expect(shipment(parts)).toBe('Delivered');
    expect(shipment([...parts, handover('b', { ...open, id: 'handover-c' })])).toBe('Partial');
  });

  it('does not wait for the packing of goods that came to their handover, also when nobody took them', () => {
    const pack = { packJob: aPackJob({ pickJobId: 'pick-b' }) };
    const dead = (over: object) => [...shipped.slice(0, 4), handover('b', { status: 'CANCELED', ...over }), pack];
    expect(shipment([...shipped, pack])).toBe('Shipped');
    expect(shipment(dead({ cancelReason: 'CONSUMER_NO_SHOW' }))).toBe('Shipped');
    expect(shipment(dead({ cancelReason: 'OTHER' }))).toBe('Partial');
  });

  it('is Partial as long as something is still to come', () => {
    expect(shipment(partial)).toBe('Partial');
    expect(shipment([order(), pick('a'), handover('a')])).toBe('Partial');
    expect(shipment([...shipped.slice(0, 4), handover('b', open)])).toBe('Partial');
    expect(shipment([...shipped.slice(0, 4), handover('b', {}, { handedOver: 0 })])).toBe('Partial');
  });

  it('goes back to Partial or Ready when a handover is reverted', () => {
    expect(shipment([...shipped, handover('b', { ...open, version: 2 })])).toBe('Partial');
    expect(shipment([...shipped, handover('a', { ...open, version: 2 }), handover('b', { ...open, version: 2 })])).toBe(
      'Ready',
    );
  });

  it('counts as handed over what a closed job did not find, unless the setting keeps it open', () => {
    const short = [order(), pick('a'), pick('b', {}, 0), handover('a')];
    expect(shipment(short)).toBe('Shipped');
    expect(shipment(short, { shortfall: 'open' })).toBe('Partial');
    expect(shipment([...short.slice(0, 2), pick('b', { status: 'PICKED' }, 0), handover('a')])).toBe('Partial');
    expect(shipment([...short, pick('b', { id: 'pick-b2', ...open }, 0)])).toBe('Partial');
    const waiting = aRoutingPlan({ status: 'WAITING', lines: [{ articleId: 'b', quantity: 1 }] });
    expect(shipment([...short, { routingPlan: waiting }])).toBe('Partial');
    expect(shipment([...short, pick('b', { id: 'pick-b2' }), handover('b', { pickJobId: 'pick-b2' })])).toBe('Shipped');
  });

  it('does not take a second try that was not handed over for settled', () => {
    const short = [order(), pick('a'), pick('b', {}, 0), handover('a')];
    expect(shipment([...short, pick('b', { id: 'pick-b2' })])).toBe('Partial');
  });

  it('counts what the customer refused as settled', () => {
    expect(shipment([...shipped.slice(0, 4), handover('b', {}, { handedOver: 0, refused: 1 })])).toBe('Shipped');
    const refused = (articleId: string) => handover(articleId, COLLECT, { handedOver: 0, refused: 1 });
    expect(shipment([order(), refused('a'), refused('b')])).toBe('Canceled');
  });

  it('is Ready with the first open handover job, or with all of them', () => {
    const first = [order(), pick('a'), pick('b', open), handover('a', open)];
    expect(shipment(first)).toBe('Ready');
    expect(shipment(first, { ready: 'all' })).toBeNull();
    const all = [order(), pick('a'), pick('b'), handover('a', open), handover('b', open)];
    expect(shipment(all, { ready: 'all' })).toBe('Ready');
    expect(shipment(all.slice(0, 4), { ready: 'all' })).toBeNull();
    expect(shipment([order(), pick('a'), handover('a', { status: 'WAITING_FOR_INPUT' })])).toBeNull();
    expect(shipment([order(), pick('a'), handover('a', { status: 'CANCELED' })])).toBeNull();
  });

  it.each([
    ['not-routable', [order(), { routingPlan: aRoutingPlan({ status: 'NOT_ROUTABLE', lines: two }) }]],
    ['waiting', [order(), { routingPlan: aRoutingPlan({ status: 'WAITING', lines: two }) }]],
    ['zero-picked', [order(), pick('a', {}, 0), pick('b', {}, 0)]],
    ['aborted-without-successor', [order(), pick('a', open), pick('b', { status: 'ABORTED' }, 0)]],
  ])('is left with an alert when the order is %s, or set by setting', (alert, parts) => {
    expect(status(parts)).toMatchObject({ shipmentState: null, alerts: [alert] });
    expect(status(parts, { unroutable: 'Delayed' })).toMatchObject({ shipmentState: 'Delayed', alerts: [alert] });
  });

  it('has nothing to alert once the trouble is over', () => {
    const plan = aRoutingPlan({ status: 'WAITING', lines: two });
    expect(status([order(), { routingPlan: plan }, pick('a', { routingPlanId: plan.id })]).alerts).toEqual([]);
    expect(
      status([order(), pick('a', { status: 'ABORTED' }), pick('a', { id: 'a2', ...open }), pick('b', open)]).alerts,
    ).toEqual([]);
  });

  it('is left while the order is picked or rerouted, and an unknown status is open work', () => {
    expect(shipment([order(), pick('a', open)])).toBeNull();
    expect(shipment([order(), pick('a', { status: 'REROUTED' })])).toBeNull();
    expect(shipment([order(), pick('a'), pick('b', { status: 'UNKNOWN' }), handover('a')])).toBe('Partial');
    expect(shipment([order({ status: 'LOCKED' })])).toBeNull();
  });

  it('does not count legs between facilities', () => {
    const internal = [pick('a', { internal: true }), handover('a', { internal: true })];
    expect(shipment([order(), ...internal])).toBeNull();
    expect(shipment([order(), ...internal, handover('b', { pickJobId: 'pick-a' })])).toBeNull();
  });

  it('is never guessed: without the ordered lines goods that left say nothing about the rest', () => {
    const known = [pick('a'), handover('a')];
    expect(status(known)).toMatchObject({ shipmentState: null, alerts: ['quantities-unknown'] });
    expect(status([...known, pick('b', open)])).toMatchObject({ shipmentState: 'Partial', alerts: [] });
    expect(
      shipment([
        ...known,
        aLedgerEntry({ placements: [aPlacement({ lines: [two[0] ?? two[1]].flatMap((l) => l ?? []) })] }),
      ]),
    ).toBe('Shipped');
    expect(shipment([...known, aLedgerEntry({ placements: [aPlacement({ lines: two })] })])).toBe('Partial');
  });

  it('takes the goods of a handover without lines from its pick job', () => {
    const one = order({ lines: [two[0]] });
    expect(shipment([one, pick('a'), handover('a', { lines: [] })])).toBe('Shipped');
    expect(status([one, handover('a', { lines: [] })])).toMatchObject({
      shipmentState: null,
      alerts: ['quantities-unknown'],
    });
  });

  it('follows the lines of a modified order', () => {
    expect(
      shipment([...partial, pick('b', { status: 'CANCELED', version: 2 }), order({ version: 2, lines: [two[0]] })]),
    ).toBe('Shipped');
  });
});

describe('the process that counts', () => {
  const other = { processId: 'process-2' };
  const superseded = { ...order({ id: 'fft-order-2', ...cancelled }), ...other };

  it('is the one of the placement: a late cancel of another changes nothing', () => {
    expect(shipment([...shipped, superseded, aLedgerEntry()])).toBe('Shipped');
  });

  it('is found by the provider order when the placement has no process', () => {
    expect(shipment([...shipped, superseded, aLedgerEntry({ placements: [aPlacement({ processId: null })] })])).toBe(
      'Shipped',
    );
  });

  it('is the only one there is before the ledger is known, and none of several', () => {
    expect(shipment(shipped)).toBe('Shipped');
    expect(status([...shipped, superseded])).toMatchObject({
      shipmentState: null,
      fields: { providerOrderId: null, pickJobId: null },
      alerts: ['placement-unknown'],
    });
  });

  it('is not an only one that belongs to another order', () => {
    expect(status([superseded, aLedgerEntry()])).toMatchObject({
      shipmentState: null,
      fields: { providerOrderId: 'fft-order-1' },
    });
  });

  it('raises an alert when another order lives beside it', () => {
    const twin = { ...order({ id: 'fft-order-2' }), ...other };
    expect(status([...shipped, twin, aLedgerEntry()]).alerts).toEqual(['duplicate-order']);
    expect(status([...shipped, superseded, aLedgerEntry()]).alerts).toEqual([]);
  });
});

describe('the fields', () => {
  it('come from the live pick job that was created first, by id when equal, and from the next when it dies', () => {
    const job = (id: string, createdAt: number, over = {}): Part => ({
      pickJob: aPickJob({ id, shortId: `S-${id}`, facilityId: `F-${id}`, createdAt, loadUnitsAmount: 2, ...over }),
    });
    const jobs = [job('c', 2), job('b', 1), job('a', 2), job('i', 0, { internal: true })];
    expect(status(jobs).fields).toMatchObject({
      pickJobId: 'b',
      shortId: 'S-b',
      facilityId: 'F-b',
      loadUnitsAmount: 6,
    });
    const dead = job('b', 1, { version: 2, status: 'REROUTED' });
    expect(status([...jobs, dead]).fields).toMatchObject({ pickJobId: 'a', shortId: 'S-a', loadUnitsAmount: 4 });
  });

  it('prefer the handover job of that pick job to an earlier one', () => {
    const jobs = [pick('a', { createdAt: 1 }), pick('b', { createdAt: 2 })];
    const early = handover('b', { createdAt: 1 });
    expect(status([...jobs, early]).fields.handoverJobId).toBe('handover-b');
    expect(status([...jobs, early, handover('a', { createdAt: 9 })]).fields.handoverJobId).toBe('handover-a');
  });

  it('are null where nothing is known, and load units below one are not known', () => {
    expect(status([pick('a', { status: 'ABORTED' })]).fields).toEqual({
      providerOrderId: null,
      pickJobId: null,
      shortId: null,
      facilityId: null,
      loadUnitsAmount: null,
      handoverJobId: null,
      parcels: null,
      jobs: null,
    });
    expect(status([pick('a', { loadUnitsAmount: 0 })]).fields.loadUnitsAmount).toBeNull();
  });
});
