import { randomUUID } from 'node:crypto';
import type { OrderLine, PickJob, RoutingPlan } from '../../core/model.ts';
import { chooseFacility } from '../facilities.ts';
import { divide, piecesOf, shareOf } from '../lines.ts';
import { addPlan, changePlan, type NewPlan, planOf } from '../routingPlan.ts';
import { existing, partOf, setPart, type Stage, touchOrder } from '../stage.ts';
import type { PartName, StepOf } from '../step.ts';
import type { StepMakers } from './makers.ts';

export const routingSteps = {
  ROUTING_PLAN_ROUTED: (stage, { part = 'a' }) => {
    const status = stage.record.order.status === 'LOCKED' ? 'LOCKED' : 'ROUTED';
    const facilityRef = chooseFacility(stage, part);
    const plan = planOf(stage, part);
    const routed =
      plan === undefined
        ? addPlan(stage, part, { ...linesOfNewPlan(stage, part), status, facilityRef })
        : changePlan(stage, plan, { status, facilityRef });
    touchOrder(stage);
    stage.world.publish('ROUTING_PLAN_ROUTED', routed);
  },

  ROUTING_PLAN_WAITING: (stage, step) => tell(stage, step, 'WAITING'),
  ROUTING_PLAN_NOT_ROUTABLE: (stage, step) => tell(stage, step, 'NOT_ROUTABLE'),
  ROUTING_PLAN_FALLBACK: (stage, step) => tell(stage, step, 'FALLBACK_ROUTING'),

  ROUTING_PLAN_SPLITTED: (stage, { part = 'a', into: [first, second] }) => {
    const lines = stage.record.order.orderLineItems;
    const plan = addPlan(stage, part, { status: 'INITIAL', orderLineItems: lines });
    const half = shareOf(lines, 'half');
    const rest = shareOf(lines, 'rest');
    const child = (name: PartName, orderLineItems: readonly OrderLine[]) =>
      addPlan(stage, name, { status: 'INITIAL', orderLineItems, parentRoutingPlanRef: plan.id, splitCount: 1 });
    const childRoutingPlanRef = child(first, second === undefined ? rest : half).id;
    if (second !== undefined) child(second, rest);
    const kept = second === undefined ? { orderLineItems: half } : { status: 'OBSOLETE' };
    stage.world.publish('ROUTING_PLAN_SPLITTED', changePlan(stage, plan, { ...kept, childRoutingPlanRef }));
  },

  ROUTING_PLAN_REROUTEPLAN_CREATED: (stage, { part = 'b', after, reason, of = 'all' }) => {
    const before = existing(stage.world.state.routingPlans, partOf(stage, after).planId, 'routing plan');
    const pickJob = existing(stage.world.state.pickJobs, partOf(stage, after).pickJobId, 'pick job');
    const missing = of === 'missing';
    const plan = addPlan(stage, part, {
      status: 'INITIAL',
      orderLineItems: missing ? missingLines(before, pickJob) : remainingLines(stage, before, reason),
      runType: missing ? 'ORDERSPLIT_ON_SHORTPICK' : 'REROUTE',
      reRouteReason: reason,
      reRoutedFacilityRef: pickJob.facilityRef,
      reRoutedPickJobRef: pickJob.id,
      reRoutedRoutingPlanRef: before.id,
      predecessorRerouteRoutingPlanRefs: [before.id],
      ...(missing ? { parentRoutingPlanRef: before.id, splitCount: 1 } : {}),
    });
    const left = changePlan(stage, before, {
      successorRerouteRoutingPlanRefs: [...before.successorRerouteRoutingPlanRefs, plan.id],
      ...(missing ? { childRoutingPlanRef: plan.id } : { status: 'REROUTED' }),
    });
    if (missing) stage.world.publish('ROUTING_PLAN_SPLITTED', left);
    stage.world.publish('ROUTING_PLAN_REROUTEPLAN_CREATED', plan);
  },
} satisfies Partial<StepMakers>;

type PlanEvent = 'ROUTING_PLAN_WAITING' | 'ROUTING_PLAN_NOT_ROUTABLE' | 'ROUTING_PLAN_FALLBACK';

function tell(stage: Stage, { event, part = 'a' }: StepOf<PlanEvent>, status: string): void {
  const plan = planOf(stage, part);
  const told =
    plan === undefined
      ? addPlan(stage, part, { ...linesOfNewPlan(stage, part), status })
      : changePlan(stage, plan, { status });
  touchOrder(stage);
  stage.world.publish(event, told);
}

/** What a supplier sends, the plan at the other end only expects. */
function linesOfNewPlan(
  stage: Stage,
  part: PartName,
): Pick<NewPlan, 'orderLineItems'> & Readonly<Record<string, unknown>> {
  const lines = stage.record.order.orderLineItems;
  const { planId, transfer } = partOf(stage, 'supplier');
  if (part === 'supplier') {
    const id = randomUUID();
    setPart(stage, part, { transfer: { id, type: 'SUPPLIER' } });
    return { orderLineItems: lines, transfers: [{ transferId: id, transferType: 'SUPPLIER' }] };
  }
  if (transfer === undefined) return { orderLineItems: lines };
  setPart(stage, part, { transfer: { id: transfer.id, type: 'RECEIVER' } });
  const facilityRef = stage.world.state.routingPlans.get(planId ?? '')?.facilityRef;
  return {
    orderLineItems: [],
    expectedLineItems: lines.map((line) => ({ ...line, facilityRef, transferId: transfer.id })),
    transfers: [{ transferId: transfer.id, transferType: 'RECEIVER' }],
  };
}

/** After a change of the order the rest of it, else all that the plan had. */
const remainingLines = ({ record }: Stage, plan: RoutingPlan, reason: string): readonly OrderLine[] =>
  reason === 'ORDERMODIFIED' ? record.order.orderLineItems : plan.orderLineItems;

/** The last pieces of each line, as many as were not found. */
function missingLines(plan: RoutingPlan, { pickLineItems }: PickJob): readonly OrderLine[] {
  return plan.orderLineItems.flatMap((line) => {
    const found = pickLineItems.filter(({ originId }) => originId === line.id);
    const count = piecesOf(found.map((pickLine) => ({ quantity: pickLine.picked })));
    return divide([line], count)[1];
  });
}
