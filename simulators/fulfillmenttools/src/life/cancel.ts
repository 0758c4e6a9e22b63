import type { Order, PickJob, Versioned } from '../core/model.ts';
import type { OrderRecord } from '../core/orderStore.ts';
import { revise, type World } from '../core/world.ts';

/** Why CANCEL is refused; undefined: it is possible. Vendor: only while every pick job is open and nothing was picked. */
export function cancelRefusal(world: World, { order }: OrderRecord): string | undefined {
  if (order.status === 'CANCELLED' || order.status === 'OBSOLETE') return `The order is ${order.status}.`;
  const started = pickJobsOf(world, order).find((job) => job.status !== 'OPEN');
  return started === undefined ? undefined : `Pick job ${started.id} is ${started.status}.`;
}

/** Cancels the order and everything of it that is not finished. `event` says which kind of cancel it was. */
export function cancelOrder(world: World, record: OrderRecord, event: string, reason: object | undefined): Order {
  const { state } = world;
  const order = revise(world, record.order, {
    status: 'CANCELLED',
    ...(reason === undefined ? {} : { cancelationReason: reason }),
  });
  state.orders.replace(order, world.clock.now());
  record.step = event;
  record.ahead = [];
  world.publish(event, order);

  const process = state.processes.get(order.processId);
  if (process === undefined) return order;
  const handedOver = process.handoverJobRefs.some((id) => state.handoverJobs.get(id)?.status === 'HANDED_OVER');
  const cancelAll = createCanceller(world);
  cancelAll(state.routingPlans, process.routingPlanRefs, 'ROUTING_PLAN_CANCELLED');
  cancelAll(state.pickJobs, process.pickJobRefs, 'PICK_JOB_CANCELED');
  if (handedOver) return order;
  cancelAll(state.handoverJobs, process.handoverJobRefs, 'HANDOVERJOB_CANCELED', { cancelReason: 'ORDER_CANCELED' });
  cancelAll(state.shipments, process.shipmentRefs, 'SHIPMENT_UPDATED');
  for (const id of process.shipmentRefs) cancelAll(state.parcels, state.parcelsOfShipment.get(id) ?? []);
  return order;
}

/** Cancels entities but those that are finished: a closed pick job stays what it was. */
function createCanceller(world: World) {
  return <T extends Versioned & { readonly status: string }>(
    entities: Map<string, T>,
    ids: readonly string[],
    event?: string,
    change: object = {},
  ): void => {
    for (const id of ids) {
      const entity = entities.get(id);
      if (entity === undefined || entity.status === 'CLOSED' || entity.status === 'CANCELED') continue;
      const canceled = { ...revise(world, entity, {}), ...change, status: 'CANCELED' };
      entities.set(id, canceled);
      if (event !== undefined) world.publish(event, canceled);
    }
  };
}

const pickJobsOf = ({ state }: World, order: Order): PickJob[] =>
  (state.processes.get(order.processId)?.pickJobRefs ?? []).flatMap((id) => state.pickJobs.get(id) ?? []);
