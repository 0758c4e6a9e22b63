import type { Parcel, Shipment } from '../../core/model.ts';
import { addToProcess } from '../../core/processes.ts';
import { revise, type World } from '../../core/world.ts';
import { toParcel, toParcelResult, toShipment, toStrippedParcel } from '../shipment.ts';
import { existing, partOf, setPart, type Stage } from '../stage.ts';
import type { PartName } from '../step.ts';
import type { StepMakers } from './makers.ts';

export const shippingSteps = {
  SHIPMENT_CREATED: (stage, { event, part = 'a', parcels = 1 }) => {
    const { world, record } = stage;
    const pickJob = existing(world.state.pickJobs, partOf(stage, part).pickJobId, 'pick job');
    const bare = toShipment(stage, pickJob, partOf(stage, part));
    const requested = Array.from({ length: parcels }, () => toParcel(stage, bare));
    for (const parcel of requested) putParcel(world, parcel);
    const shipment: Shipment = { ...bare, parcels: requested.map(toStrippedParcel) };
    world.state.shipments.set(shipment.id, shipment);
    setPart(stage, part, { shipmentId: shipment.id });
    addToProcess(world, record.order.processId, 'shipmentRefs', shipment.id);
    world.publish(event, shipment);
    for (const parcel of requested) label(world, parcel);
    confirm(world, shipment);
  },

  PARCEL_CARRIER_FAILED: (stage, { event, part }) => {
    const { world } = stage;
    const shipment = shipmentOf(stage, part);
    for (const parcel of liveParcels(world, shipment.id)) {
      const errors = { carrier: 'The label cannot be used.' };
      const failed = revise(world, parcel, { status: 'FAILED', result: { summary: 'ERROR', errors } });
      putParcel(world, failed);
      world.publish(event, failed);
    }
    const next = toParcel(stage, shipment);
    putParcel(world, next);
    label(world, next);
    confirm(world, shipment);
  },

  PARCEL_CARRIER_ACKNOWLEDGED: (stage, { event, part }) => {
    const { world } = stage;
    for (const parcel of liveParcels(world, shipmentOf(stage, part).id)) {
      const acknowledged = revise(world, parcel, { result: { ...parcel.result, trackingStatus: 'picked_up' } });
      putParcel(world, acknowledged);
      world.publish(event, acknowledged);
    }
  },

  PARCEL_TRACK_AND_TRACE_STATUS_UPDATED: (stage, { event, part, nth, trackingStatus }) => {
    const { world } = stage;
    const parcels = liveParcels(world, shipmentOf(stage, part).id);
    for (const [index, parcel] of parcels.entries()) {
      if (nth !== undefined && nth !== index) continue;
      const tracked = revise(world, parcel, { result: { ...parcel.result, trackingStatus } });
      putParcel(world, tracked);
      world.publish(event, tracked);
    }
  },
} satisfies Partial<StepMakers>;

const shipmentOf = (stage: Stage, part: PartName = 'a'): Shipment =>
  existing(stage.world.state.shipments, partOf(stage, part).shipmentId, 'shipment');

const parcelsOf = ({ state }: World, shipmentId: string): Parcel[] =>
  (state.parcelsOfShipment.get(shipmentId) ?? []).flatMap((id) => state.parcels.get(id) ?? []);

/** Those that the carrier has not refused, in the order they were made. */
export const liveParcels = (world: World, shipmentId: string): Parcel[] =>
  parcelsOf(world, shipmentId).filter(({ status }) => status !== 'FAILED');

function putParcel({ state }: World, parcel: Parcel): void {
  const ids = state.parcelsOfShipment.get(parcel.shipmentRef) ?? [];
  state.parcels.set(parcel.id, parcel);
  if (!ids.includes(parcel.id)) state.parcelsOfShipment.set(parcel.shipmentRef, [...ids, parcel.id]);
}

/** The carrier is asked for a label and gives it. */
function label(world: World, parcel: Parcel): void {
  world.publish('PARCEL_CARRIER_REQUESTED', parcel);
  const labelled = revise(world, parcel, { status: 'DONE', result: toParcelResult(world) });
  putParcel(world, labelled);
  world.publish('PARCEL_CARRIER_CREATED', labelled);
}

function confirm(world: World, shipment: Shipment): void {
  const parcels = parcelsOf(world, shipment.id).map(toStrippedParcel);
  const confirmed = revise(world, shipment, { status: 'CONFIRMED', parcels });
  world.state.shipments.set(confirmed.id, confirmed);
  world.publish('SHIPMENT_UPDATED', confirmed);
}
