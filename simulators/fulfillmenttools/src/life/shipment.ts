import { randomUUID } from 'node:crypto';
import type { ConsumerAddress, Order, Parcel, PickJob, Shipment } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { newEntity, present, type World } from '../core/world.ts';
import { shortId } from './pickJob.ts';

const carrierRef = 'd3f1a8f0-5d3c-4c5b-9d0e-0a6a3c1f7b11';

/** The shipment of a picked delivery order and its one parcel. Neither refers to the order. */
export function toShipment(world: World, order: Order, pickJob: PickJob): { shipment: Shipment; parcel: Parcel } {
  const inherited = world.settings.inheritAttributes ? order.customAttributes : undefined;
  const shared = {
    ...present({ tenantOrderId: order.tenantOrderId, customAttributes: inherited }),
    facilityRef: pickJob.facilityRef,
    workflowInformation: noWorkflow,
  };
  const carrierKey = order.deliveryPreferences?.shipping?.preferredCarriers?.[0] ?? 'DHL_V2';
  const identity = newEntity(world);
  const address = postalAddress(order);
  const parcel: Parcel = {
    ...newEntity(world),
    ...shared,
    ...present({ recipient: address }),
    processRef: order.processId,
    shipmentRef: identity.id,
    shortId: shortId(world),
    carrierRef,
    status: 'PROCESSING',
    sender: { companyName: 'Simulated Stores', country: 'DE' },
    loadUnitRefs: world.state.loadUnitsOfPickJob.get(pickJob.id) ?? [],
  };
  const shipment: Shipment = {
    ...identity,
    ...shared,
    ...present({ targetAddress: address }),
    processId: order.processId,
    pickJobRef: pickJob.id,
    orderDate: order.orderDate,
    targetTime: order.deliveryPreferences?.targetTime ?? identity.created,
    shortId: shortId(world),
    status: 'REQUEST',
    carrierKey,
    carrierRef,
    hasActiveCarrier: true,
    lineItems: pickJob.pickLineItems.map(({ article, quantity }) => ({ id: randomUUID(), article, quantity })),
    parcels: [{ parcelRef: parcel.id, carrierRef, status: parcel.status }],
  };
  return { shipment, parcel };
}

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

const postalAddress = (order: Order): ConsumerAddress | undefined => {
  const addresses = order.consumer.addresses ?? [];
  return addresses.find((address) => address.addressType !== 'INVOICE_ADDRESS') ?? addresses[0];
};
