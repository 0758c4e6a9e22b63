import { randomUUID } from 'node:crypto';
import { desired, evolve, type StatusPolicy } from '@pipeline/fulfillment';
import { aFulfillmentEvent, aHandoverJob, aParcel, aPickJob, aProviderOrder } from '@pipeline/fulfillment/testkit';
import type { FulfillmentEvent, LedgerEntry, OrderFulfillmentState } from '@pipeline/schemas';

/**
 * The life of an order that is sent in one parcel, in the order in which it happens: the five events of the vendor's
 * connector, then the parcel with its number, and tracked as delivered.
 */
export function lifeOf({ orderId, orderNumber, projectKey, placements }: LedgerEntry): FulfillmentEvent[] {
  const placement = placements[0];
  if (!placement) return [];
  const { providerOrderId, processId, lines } = placement;
  const now = Date.now();
  const event = (cause: string, part: Partial<FulfillmentEvent>): FulfillmentEvent =>
    aFulfillmentEvent({
      ...{ orderId, projectKey, processId, providerOrderId, cause },
      ...{ tenantOrderId: orderNumber, eventId: randomUUID(), occurredAt: now, receivedAt: now },
      ...part,
    });
  const pickJob = { id: randomUUID(), facilityId: randomUUID(), shortId: 'ER12', createdAt: now } as const;
  const handoverJob = { id: randomUUID(), pickJobId: pickJob.id, facilityId: pickJob.facilityId, createdAt: now };
  const parcel = { id: randomUUID(), pickJobId: pickJob.id, trackingNumber: '00340434161094000000' };
  const picking = lines.map((line) => ({ ...line, picked: 0 }));
  const picked = lines.map((line) => ({ ...line, picked: line.quantity }));
  const waiting = lines.map((line) => ({ ...line, handedOver: 0, refused: 0 }));
  const given = lines.map((line) => ({ ...line, handedOver: line.quantity, refused: 0 }));
  return [
    event('ORDER_CREATED', { order: aProviderOrder({ id: providerOrderId ?? '', lines }) }),
    event('PICK_JOB_CREATED', { pickJob: aPickJob({ ...pickJob, lines: picking }) }),
    event('PICK_JOB_PICKING_FINISHED', {
      pickJob: aPickJob({ ...pickJob, version: 4, status: 'CLOSED', lines: picked, loadUnitsAmount: 2 }),
    }),
    event('HANDOVERJOB_CREATED', { handoverJob: aHandoverJob({ ...handoverJob, lines: waiting }) }),
    event('HANDOVERJOB_HANDED_OVER', {
      handoverJob: aHandoverJob({ ...handoverJob, version: 2, status: 'HANDED_OVER', lines: given }),
    }),
    event('PARCEL_CARRIER_ACKNOWLEDGED', { parcel: aParcel(parcel) }),
    event('PARCEL_TRACK_AND_TRACE_STATUS_UPDATED', {
      parcel: aParcel({ ...parcel, version: 2, trackingStatus: 'delivered' }),
    }),
  ];
}

/** A place among all events: of which order which event, both from 0. */
export interface Arrival {
  readonly order: number;
  readonly event: number;
}

export interface Shuffling {
  readonly orders: number;
  readonly events: number;
  /** Share of events that come twice, 0 to 1. */
  readonly duplicates: number;
  /** How many orders live at the same time: between events of one are those of so many others. */
  readonly side: number;
  /** In [0, 1). (Default: Math.random) */
  readonly random?: () => number;
}

/** All events of all orders, those of each shuffled, some twice. */
export function shuffle({ orders, events, duplicates, side, random = Math.random }: Shuffling): Arrival[] {
  const placed: (Arrival & { readonly at: number })[] = [];
  for (let order = 0; order < orders; order++)
    for (let event = 0; event < events; event++) {
      const copies = random() < duplicates ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) placed.push({ order, event, at: order + random() * side });
    }
  return placed.sort((a, b) => a.at - b.at).map(({ order, event }) => ({ order, event }));
}

/** How often what is to be shown becomes something else, while the inputs come one after another. */
export function countChanges(inputs: readonly (LedgerEntry | FulfillmentEvent)[], policy: StatusPolicy): number {
  let state: OrderFulfillmentState | undefined;
  let shown = '';
  let changes = 0;
  for (const input of inputs) {
    state = evolve(state, input);
    const { alerts: _, ...wanted } = desired(state, policy);
    const now = JSON.stringify(wanted);
    if (now !== shown) changes++;
    shown = now;
  }
  return changes;
}
