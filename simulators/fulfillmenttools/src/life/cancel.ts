import type { HandoverJob, Order, PickJob, Process, Versioned } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { revise, type World } from '../core/world.ts';
import { toStrippedParcel } from './shipment.ts';

/** Why CANCEL is refused; undefined: it is possible. Vendor: only while every pick job is open and nothing was picked. */
export function cancelRefusal(world: World, { order }: OrderRecord): string | undefined {
  if (order.status === 'CANCELLED' || order.status === 'OBSOLETE') return `The order is ${order.status}.`;
  const started = pickJobsOf(world, order).find(({ status }) => !['OPEN', 'WAITING_FOR_INPUT'].includes(status));
  return started === undefined ? undefined : `Pick job ${started.id} is ${started.status}.`;
}

/** A call from outside cancels the order, which ends its life. `event` says which kind of cancel it was. */
export function cancelOrder(world: World, record: OrderRecord, event: string, reason: object | undefined): Order {
  record.cancelledByCall = record.ahead.length === 0 ? 'afterwards' : 'early';
  record.step = event;
  record.ahead = [];
  return cancelWith(world, record, { event, reason, leaveHandovers: false });
}

export interface Cancel {
  readonly event: string;
  readonly reason: object | undefined;
  /** Goods that wait for their handover stay there. */
  readonly leaveHandovers: boolean;
}

/** Cancels the order and everything of it that is not finished. What was handed over stays so, with its parcel. */
export function cancelWith(world: World, record: OrderRecord, { event, reason, leaveHandovers }: Cancel): Order {
  const { state } = world;
  const order = revise(world, record.order, {
    status: 'CANCELLED',
    ...(reason === undefined ? {} : { cancelationReason: { ...defaultReason(world), ...reason } }),
  });
  state.orders.replace(order, world.clock.now());
  world.publish(event, order);

  const process = state.processes.get(order.processId);
  if (process === undefined) return order;
  const cancelAll = createCanceller(world);
  cancelAll(state.routingPlans, process.routingPlanRefs, 'ROUTING_PLAN_CANCELLED');
  cancelAll(state.pickJobs, process.pickJobRefs, 'PICK_JOB_CANCELED');
  cancelAll(state.packJobs, process.packJobRefs, 'PACK_JOB_CANCELED');
  if (leaveHandovers) return order;
  cancelAll(state.handoverJobs, process.handoverJobRefs, 'HANDOVERJOB_CANCELED', { cancelReason: 'ORDER_CANCELED' });
  const left = shipmentsThatLeft(world, process);
  for (const id of process.shipmentRefs.filter((ref) => !left.has(ref))) {
    const parcelIds = state.parcelsOfShipment.get(id) ?? [];
    // No event of a parcel says that it is cancelled; only the shipment's list of parcels does.
    cancelAll(state.parcels, parcelIds);
    const parcels = parcelIds.flatMap((parcelId) => state.parcels.get(parcelId) ?? []).map(toStrippedParcel);
    cancelAll(state.shipments, [id], 'SHIPMENT_UPDATED', { parcels });
  }
  return order;
}

/** What the vendor keeps of each reason besides its id. */
function defaultReason({ clock }: World) {
  const created = new Date(clock.now()).toISOString();
  const reason = 'Cancelled';
  return {
    ...{ created, lastModified: created, version: 1 },
    action: 'CANCELATION',
    reason,
    reasonLocalized: { en_US: reason },
  };
}

function shipmentsThatLeft({ state }: World, process: Process): ReadonlySet<unknown> {
  const jobs = process.handoverJobRefs.flatMap((id): HandoverJob[] => {
    const job = state.handoverJobs.get(id);
    return job?.status === 'HANDED_OVER' ? [job] : [];
  });
  return new Set(jobs.map((job) => job['shipmentRef']));
}

/** States that a cancel does not change: what is finished, or replaced, or gone already. */
const finished: ReadonlySet<string> = new Set([
  ...['CLOSED', 'PICKED', 'HANDED_OVER', 'COMPLETED', 'FAILED'],
  ...['CANCELED', 'OBSOLETE', 'ABORTED', 'REROUTED', 'REJECTED', 'RESTOWED', 'EXPIRED'],
]);

function createCanceller(world: World) {
  return <T extends Versioned & { readonly status: string }>(
    entities: Map<string, T>,
    ids: readonly string[],
    event?: string,
    change: object = {},
  ): void => {
    for (const id of ids) {
      const entity = entities.get(id);
      if (entity === undefined || finished.has(entity.status)) continue;
      const canceled = { ...revise(world, entity, {}), ...change, status: 'CANCELED' };
      entities.set(id, canceled);
      if (event !== undefined) world.publish(event, canceled);
    }
  };
}

const pickJobsOf = ({ state }: World, order: Order): PickJob[] =>
  (state.processes.get(order.processId)?.pickJobRefs ?? []).flatMap((id) => state.pickJobs.get(id) ?? []);
