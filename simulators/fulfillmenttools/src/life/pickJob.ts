import { randomUUID } from 'node:crypto';
import type { LoadUnit, Order, PickJob, PickLine } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { newEntity, present, type World } from '../core/world.ts';

/** Short ids are for people: two letters and two digits, not unique. */
export function shortId(world: World): string {
  const letter = () => String.fromCharCode(world.random.between(65, 90));
  return `${letter()}${letter()}${world.random.between(10, 99)}`;
}

export interface RoutedOrder {
  readonly order: Order;
  readonly collect: boolean;
  readonly facilityRef: string;
  readonly routingPlanRef: string;
}

/** The pick job of an order at one facility. It inherits the customAttributes of order and lines. */
export function toPickJob(world: World, { order, collect, facilityRef, routingPlanRef }: RoutedOrder): PickJob {
  const { tenantOrderId, customAttributes, tags, stickers } = order;
  const identity = newEntity(world);
  return {
    ...identity,
    ...present({ tenantOrderId, customAttributes, tags, stickers }),
    orderRef: order.id,
    processId: order.processId,
    orderDate: order.orderDate,
    facilityRef,
    routingPlanRef,
    shortId: shortId(world),
    status: 'OPEN',
    deliveryinformation: {
      channel: collect ? 'COLLECT' : 'SHIPPING',
      targetTime: order.deliveryPreferences?.targetTime ?? identity.created,
    },
    documentsRef: randomUUID(),
    pickLineItems: order.orderLineItems.map(
      (line): PickLine => ({
        id: randomUUID(),
        originId: line.id,
        article: line.article,
        quantity: line.quantity,
        picked: 0,
        status: 'OPEN',
        ...(line.customAttributes === undefined ? {} : { customAttributes: line.customAttributes }),
      }),
    ),
    workflowInformation: noWorkflow,
  };
}

/** All lines of a pick job that was picked completely. */
export const pickedLines = (pickJob: PickJob): PickLine[] =>
  pickJob.pickLineItems.map((line) => ({ ...line, picked: line.quantity, status: 'CLOSED' }));

/** One to three load units; the goods are in the first. */
export function toLoadUnits(world: World, pickJob: PickJob): LoadUnit[] {
  return Array.from({ length: world.random.between(1, 3) }, (_, index) => ({
    ...newEntity(world),
    status: 'AVAILABLE',
    nameLocalized: { en_US: `Bag ${index + 1}` },
    facilityRef: pickJob.facilityRef,
    pickJobRefs: [pickJob.id],
    loadUnitLineItems:
      index > 0 ? [] : pickJob.pickLineItems.map(({ id, article, quantity }) => ({ id, article, quantity })),
  }));
}
