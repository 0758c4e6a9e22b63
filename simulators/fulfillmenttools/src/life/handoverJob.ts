import { randomUUID } from 'node:crypto';
import type { HandoverJob, HandoverLine, Order, PickJob, Shipment } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { newEntity, present, type World } from '../core/world.ts';

export interface PickedOrder {
  readonly order: Order;
  readonly pickJob: PickJob;
  /** Of a delivery; a collect order has none. */
  readonly shipment: Shipment | undefined;
}

/** The handover job of what was picked. It leads to the order only by process, pick job and tenantOrderId. */
export function toHandoverJob(world: World, { order, pickJob, shipment }: PickedOrder): HandoverJob {
  const identity = newEntity(world);
  const inherited = world.settings.inheritAttributes ? order.customAttributes : undefined;
  return {
    ...identity,
    ...present({ tenantOrderId: order.tenantOrderId, customAttributes: inherited }),
    ...(shipment === undefined ? {} : { handoverJobParcelInfo: parcelInfo(world, shipment), shipmentRef: shipment.id }),
    processId: order.processId,
    pickJobRef: pickJob.id,
    facilityRef: pickJob.facilityRef,
    orderDate: order.orderDate,
    targetTime: order.deliveryPreferences?.targetTime ?? identity.created,
    channel: shipment === undefined ? 'COLLECT' : 'DELIVERY',
    status: 'OPEN',
    paid: order.deliveryPreferences?.collect?.[0]?.paid ?? true,
    shortIdentifier: pickJob.shortId,
    fullIdentifier: `${pickJob.shortId}-${identity.id.slice(0, 8)}`,
    handoverJobLineItems: pickJob.pickLineItems.map(
      (line): HandoverLine => ({
        id: randomUUID(),
        article: line.article,
        quantity: line.picked,
        handedOverQuantity: 0,
        status: 'OPEN',
      }),
    ),
    workflowInformation: noWorkflow,
  };
}

function parcelInfo(world: World, shipment: Shipment): object {
  const parcelRef = world.state.parcelsOfShipment.get(shipment.id)?.[0];
  const result = world.state.parcels.get(parcelRef ?? '')?.result;
  return present({
    shipmentRef: shipment.id,
    parcelRef,
    carrierKey: shipment.carrierKey,
    carrierTrackingNumber: result?.['carrierTrackingNumber'],
  });
}

export const handedOverLines = (job: HandoverJob): HandoverLine[] =>
  job.handoverJobLineItems.map((line) => ({ ...line, handedOverQuantity: line.quantity, status: 'HANDED_OVER' }));
