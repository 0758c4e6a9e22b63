import type { HandoverJob, Order, Parcel, PickJob, Shipment } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { addToProcess } from '../core/processes.ts';
import { newEntity, present, revise, type World } from '../core/world.ts';
import { findFacility } from '../resources/facilities.ts';
import { handedOverLines, toHandoverJob } from './handoverJob.ts';
import { pickedLines, toLoadUnits, toPickJob } from './pickJob.ts';
import { toParcelResult, toShipment } from './shipment.ts';

/** One step changes the state and publishes what a subscriber would learn. Its name is that of its main event. */
type Step = (world: World, record: OrderRecord) => void;

/** The steps of an order's life after ORDER_CREATED. */
export function toLife(
  order: Order,
  options: { readonly collect: boolean; readonly tracking: boolean },
): readonly string[] {
  if (order.status === 'CANCELLED' || order.status === 'OBSOLETE') return [];
  return [
    'ROUTING_PLAN_ROUTED',
    'PICK_JOB_CREATED',
    'PICK_JOB_PICKING_COMMENCED',
    'PICK_JOB_PICKING_FINISHED',
    ...(options.collect ? [] : ['SHIPMENT_CREATED']),
    'HANDOVERJOB_CREATED',
    'HANDOVERJOB_HANDED_OVER',
    ...(options.tracking && !options.collect ? ['PARCEL_TRACK_AND_TRACE_STATUS_UPDATED'] : []),
  ];
}

export const steps: Readonly<Record<string, Step>> = {
  ROUTING_PLAN_ROUTED: (world, { order }) => {
    const facilityRef = chooseFacility(world, order);
    const plan = {
      ...newEntity(world),
      ...present({ tenantOrderId: order.tenantOrderId, deliveryPreferences: order.deliveryPreferences }),
      ...{ orderRef: order.id, processId: order.processId, orderDate: order.orderDate, facilityRef },
      ...{ status: order.status === 'LOCKED' ? 'LOCKED' : 'ROUTED', priority: 1, routingRun: 1, finalizeRun: 1 },
      ...{ decisionLogs: [], predecessorRerouteRoutingPlanRefs: [], successorRerouteRoutingPlanRefs: [] },
      workflowInformation: noWorkflow,
    };
    world.state.routingPlans.set(plan.id, plan);
    addToProcess(world, order.processId, 'routingPlanRefs', plan.id);
    addToProcess(world, order.processId, 'facilityRefs', facilityRef);
    touchOrder(world, order);
    world.publish('ROUTING_PLAN_ROUTED', plan);
  },

  PICK_JOB_CREATED: (world, { order, collect }) => {
    const plan = newestOf(world, order, 'routingPlanRefs', world.state.routingPlans);
    const routed = { order, collect, facilityRef: plan.facilityRef, routingPlanRef: plan.id };
    const pickJob = toPickJob(world, routed);
    world.state.routingPlans.set(plan.id, revise(world, plan, { status: 'ROUTED', pickJobRef: pickJob.id }));
    world.state.pickJobs.set(pickJob.id, pickJob);
    addToProcess(world, order.processId, 'pickJobRefs', pickJob.id);
    touchOrder(world, order);
    world.publish('PICK_JOB_CREATED', pickJob);
  },

  PICK_JOB_PICKING_COMMENCED: (world, { order }) => {
    const pickJob = revise(world, pickJobOf(world, order), { status: 'IN_PROGRESS' });
    world.state.pickJobs.set(pickJob.id, pickJob);
    world.publish('PICK_JOB_PICKING_COMMENCED', pickJob);
  },

  PICK_JOB_PICKING_FINISHED: (world, { order }) => {
    const before = pickJobOf(world, order);
    const pickJob = revise(world, before, { status: 'CLOSED', pickLineItems: pickedLines(before) });
    const units = toLoadUnits(world, pickJob);
    for (const unit of units) world.state.loadUnits.set(unit.id, unit);
    world.state.loadUnitsOfPickJob.set(
      pickJob.id,
      units.map((unit) => unit.id),
    );
    world.state.pickJobs.set(pickJob.id, pickJob);
    world.publish('PICK_JOB_PICKING_FINISHED', pickJob);
  },

  SHIPMENT_CREATED: (world, { order }) => {
    const { shipment, parcel } = toShipment(world, order, pickJobOf(world, order));
    world.state.shipments.set(shipment.id, shipment);
    world.state.parcels.set(parcel.id, parcel);
    world.state.parcelsOfShipment.set(shipment.id, [parcel.id]);
    addToProcess(world, order.processId, 'shipmentRefs', shipment.id);
    world.publish('SHIPMENT_CREATED', shipment);
    world.publish('PARCEL_CARRIER_REQUESTED', parcel);
    const labelled = revise(world, parcel, { status: 'DONE', result: toParcelResult(world) });
    world.state.parcels.set(parcel.id, labelled);
    world.publish('PARCEL_CARRIER_CREATED', labelled);
    putShipment(world, revise(world, shipment, { status: 'CONFIRMED', parcels: [toStrippedParcel(labelled)] }));
  },

  HANDOVERJOB_CREATED: (world, { order, collect }) => {
    const shipment = collect ? undefined : newestOf(world, order, 'shipmentRefs', world.state.shipments);
    const job = toHandoverJob(world, { order, pickJob: pickJobOf(world, order), shipment });
    world.state.handoverJobs.set(job.id, job);
    addToProcess(world, order.processId, 'handoverJobRefs', job.id);
    world.publish('HANDOVERJOB_CREATED', job);
  },

  HANDOVERJOB_HANDED_OVER: (world, { order, collect }) => {
    const before: HandoverJob = newestOf(world, order, 'handoverJobRefs', world.state.handoverJobs);
    const job = revise(world, before, { status: 'HANDED_OVER', handoverJobLineItems: handedOverLines(before) });
    world.state.handoverJobs.set(job.id, job);
    world.publish('HANDOVERJOB_HANDED_OVER', job);
    if (!collect && world.settings.tracking) trackParcel(world, order, 'transit');
  },

  PARCEL_TRACK_AND_TRACE_STATUS_UPDATED: (world, { order }) => trackParcel(world, order, 'delivered'),
};

function chooseFacility(world: World, order: Order): string {
  const { collect, shipping } = order.deliveryPreferences ?? {};
  const asked = collect?.[0] ?? shipping?.preselectedFacilities?.[0];
  const facilities = [...world.state.facilities.keys()];
  return (
    (asked === undefined ? undefined : findFacility(world, asked)?.id) ??
    facilities[world.random.between(0, facilities.length - 1)] ??
    'no-facility'
  );
}

/** Background work of the vendor raises an order's version without an event, so a version from the creation is soon old. */
const touchOrder = (world: World, order: Order) =>
  world.state.orders.replace(revise(world, order, {}), world.clock.now());

const pickJobOf = (world: World, order: Order): PickJob => newestOf(world, order, 'pickJobRefs', world.state.pickJobs);

function newestOf<T>(
  world: World,
  order: Order,
  refs: 'routingPlanRefs' | 'pickJobRefs' | 'shipmentRefs' | 'handoverJobRefs',
  entities: ReadonlyMap<string, T>,
): T {
  const entity = entities.get(world.state.processes.get(order.processId)?.[refs].at(-1) ?? '');
  if (entity === undefined) throw new Error(`order ${order.id} has no ${refs}: its steps were made out of order`);
  return entity;
}

function putShipment(world: World, shipment: Shipment): void {
  world.state.shipments.set(shipment.id, shipment);
  world.publish('SHIPMENT_UPDATED', shipment);
}

const toStrippedParcel = ({ id, carrierRef, status, result }: Parcel) =>
  present({ parcelRef: id, carrierRef, status, carrierTrackingNumber: result?.['carrierTrackingNumber'] });

function trackParcel(world: World, order: Order, trackingStatus: string): void {
  const shipment: Shipment = newestOf(world, order, 'shipmentRefs', world.state.shipments);
  for (const id of world.state.parcelsOfShipment.get(shipment.id) ?? []) {
    const parcel = world.state.parcels.get(id);
    if (parcel === undefined) continue;
    const tracked = revise(world, parcel, { result: { ...parcel.result, trackingStatus } });
    world.state.parcels.set(id, tracked);
    world.publish('PARCEL_TRACK_AND_TRACE_STATUS_UPDATED', tracked);
  }
}
