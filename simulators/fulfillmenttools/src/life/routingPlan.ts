import type { OrderLine, RoutingPlan } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { addToProcess } from '../core/processes.ts';
import { newEntity, present, revise } from '../core/world.ts';
import { partOf, setPart, type Stage } from './stage.ts';
import type { PartName } from './step.ts';

export interface NewPlan {
  readonly status: string;
  readonly orderLineItems: readonly OrderLine[];
  readonly facilityRef?: string;
  readonly [field: string]: unknown;
}

/** The plan of one part, put into the state and not told to anybody. It never carries customAttributes. */
export function addPlan(stage: Stage, part: PartName, fields: NewPlan): RoutingPlan {
  const { world, record } = stage;
  const { order } = record;
  const plan: RoutingPlan = {
    ...newEntity(world),
    ...present({ tenantOrderId: order.tenantOrderId, deliveryPreferences: order.deliveryPreferences }),
    ...{ orderRef: order.id, processId: order.processId, orderDate: order.orderDate },
    ...{ priority: 1, routingRun: 1, finalizeRun: 1, splitCount: 0, runType: 'DEFAULT' },
    ...{ decisionLogs: [], predecessorRerouteRoutingPlanRefs: [], successorRerouteRoutingPlanRefs: [] },
    workflowInformation: noWorkflow,
    ...fields,
    consolidatedStatus: consolidated(fields.status),
  };
  world.state.routingPlans.set(plan.id, plan);
  addToProcess(world, order.processId, 'routingPlanRefs', plan.id);
  if (plan.facilityRef !== undefined) addToProcess(world, order.processId, 'facilityRefs', plan.facilityRef);
  setPart(stage, part, { planId: plan.id });
  return plan;
}

/** The plan after a change, put into the state and not told to anybody. */
export function changePlan({ world, record }: Stage, plan: RoutingPlan, change: Partial<RoutingPlan>): RoutingPlan {
  const status = change.status ?? plan.status;
  const changed = revise(world, plan, { ...change, consolidatedStatus: consolidated(status) });
  world.state.routingPlans.set(changed.id, changed);
  if (changed.facilityRef !== undefined) {
    addToProcess(world, record.order.processId, 'facilityRefs', changed.facilityRef);
  }
  return changed;
}

export const planOf = (stage: Stage, part: PartName = 'a'): RoutingPlan | undefined =>
  stage.world.state.routingPlans.get(partOf(stage, part).planId ?? '');

/** The vendor has some fifty of these; those that no other status stands for are left out. */
const consolidated = (status: string): string =>
  ['ROUTED', 'REROUTED', 'WAITING', 'NOT_ROUTABLE', 'CANCELED', 'OBSOLETE', 'LOCKED', 'INITIAL'].includes(status)
    ? status
    : 'UNKNOWN';
