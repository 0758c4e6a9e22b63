import type { Order, Process } from './model.ts';
import { newEntity, revise, type World } from './world.ts';

export type ProcessRefs =
  | ('facilityRefs' | 'routingPlanRefs' | 'pickJobRefs' | 'packJobRefs' | 'shipmentRefs' | 'handoverJobRefs')
  | 'itemReturnJobsRef';

/** Starts the process of a new order. */
export function startProcess(world: World, order: { readonly id: string; readonly tenantOrderId?: string }): Process {
  const gdprCleanupDate = new Date(world.clock.now() + 365 * 24 * 3_600_000).toISOString();
  const process: Process = {
    ...newEntity(world),
    orderRef: order.id,
    ...(order.tenantOrderId === undefined ? {} : { tenantOrderId: order.tenantOrderId }),
    gdprCleanupDate,
    ...{
      facilityRefs: [],
      routingPlanRefs: [],
      pickJobRefs: [],
      packJobRefs: [],
      shipmentRefs: [],
      handoverJobRefs: [],
      itemReturnJobsRef: [],
    },
  };
  world.state.processes.set(process.id, process);
  link(world, process.id, order.id);
  if (order.tenantOrderId !== undefined) link(world, process.id, toTenantLink(order.tenantOrderId));
  return process;
}

/** Notes in the process that an entity belongs to it; from then on (index lag apart) the entity leads to the process. */
export function addToProcess(world: World, processId: string, refs: ProcessRefs, id: string): void {
  const process = world.state.processes.get(processId);
  if (process === undefined) throw new Error(`process ${processId} is not in the state: start it with its order`);
  if (!process[refs].includes(id)) {
    world.state.processes.set(processId, revise(world, process, { [refs]: [...process[refs], id] }));
  }
  if (refs !== 'facilityRefs') link(world, processId, id);
}

/** Makes the process of an order found by the order's tenantOrderId, when that has changed. */
export function linkTenantOrderId(world: World, { processId, tenantOrderId }: Order): void {
  const process = world.state.processes.get(processId);
  if (process === undefined || tenantOrderId === undefined || process.tenantOrderId === tenantOrderId) return;
  world.state.processes.set(processId, revise(world, process, { tenantOrderId }));
  link(world, processId, toTenantLink(tenantOrderId));
}

/** tenantOrderIds come from outside and must not be taken for one of our ids. */
export const toTenantLink = (tenantOrderId: string) => `tenantOrderId ${tenantOrderId}`;

const link = ({ state, clock }: World, processId: string, ref: string) =>
  void state.processLinks.set(ref, { processId, atMs: clock.now() });
