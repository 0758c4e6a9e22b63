import { randomUUID } from 'node:crypto';
import type { ConsumerAddress, Order, Parcel, PickJob, Shipment } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { newEntity, present, type World } from '../core/world.ts';
import { shortId } from './pickJob.ts';
import { inherited, type Part, type Stage } from './stage.ts';

const carrierRef = 'd3f1a8f0-5d3c-4c5b-9d0e-0a6a3c1f7b11';

/** The shipment of a picked part, without its parcels. It does not refer to the order. */
export function toShipment({ world, record: { order } }: Stage, pickJob: PickJob, { transfer }: Part): Shipment {
  const identity = newEntity(world);
  return {
    ...identity,
    ...inherited(world, order),
    ...present({ targetAddress: postalAddress(order), transfers: transfer && [transfer] }),
    facilityRef: pickJob.facilityRef,
    workflowInformation: noWorkflow,
    processId: order.processId,
    pickJobRef: pickJob.id,
    orderDate: order.orderDate,
    targetTime: order.deliveryPreferences?.targetTime ?? identity.created,
    shortId: shortId(world),
    status: 'REQUEST',
    carrierKey: order.deliveryPreferences?.shipping?.preferredCarriers?.[0] ?? 'DHL_V2',
    carrierRef,
    hasActiveCarrier: true,
    lineItems: pickJob.pickLineItems.map(({ article, quantity }) => ({ id: randomUUID(), article, quantity })),
    parcels: [],
  };
}

/** A parcel that the carrier is asked to take. Of the order it has the process only. */
export function toParcel({ world, record: { order } }: Stage, shipment: Shipment): Parcel {
  return {
    ...newEntity(world),
    ...inherited(world, order),
    ...present({ recipient: postalAddress(order), transfers: shipment['transfers'] }),
    facilityRef: shipment['facilityRef'],
    workflowInformation: noWorkflow,
    processRef: order.processId,
    shipmentRef: shipment.id,
    shortId: shortId(world),
    carrierRef,
    status: 'PROCESSING',
    sender: world.state.facilities.get(String(shipment['facilityRef']))?.['address'] ?? unknownSender,
    loadUnitRefs: world.state.loadUnitsOfPickJob.get(shipment.pickJobRef) ?? [],
  };
}

const unknownSender = { companyName: 'none', street: 'none', city: 'none', postalCode: '00000', country: 'DE' };

/** What the carrier answers for a parcel: number and page to track it. */
export function toParcelResult(world: World): {
  carrierTrackingNumber: string;
  trackingUrl: string;
  [field: string]: string;
} {
  const carrierTrackingNumber = `SIM${world.random.between(1_000_000_000, 9_999_999_999)}`;
  const trackingUrl = `https://tracking.example.com/${carrierTrackingNumber}`;
  return { summary: 'OK', carrierTrackingNumber, trackingUrl, trackingStatus: 'registered' };
}

export const toStrippedParcel = ({ id, carrierRef: carrier, status, result }: Parcel) =>
  present({ parcelRef: id, carrierRef: carrier, status, carrierTrackingNumber: result?.['carrierTrackingNumber'] });

const postalAddress = (order: Order): ConsumerAddress | undefined => {
  const addresses = order.consumer.addresses ?? [];
  return addresses.find((address) => address.addressType !== 'INVOICE_ADDRESS') ?? addresses[0];
};
