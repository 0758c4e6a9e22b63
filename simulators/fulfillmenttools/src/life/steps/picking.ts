import type { OrderLine, PickJob, RoutingPlan } from '../../core/model.ts';
import { addToProcess } from '../../core/processes.ts';
import { revise } from '../../core/world.ts';
import { pickedLines, toLoadUnits, toPickJob, toPickLine } from '../pickJob.ts';
import { changePlan, planOf } from '../routingPlan.ts';
import { existing, partOf, setPart, type Stage, touchOrder } from '../stage.ts';
import type { LifeStep } from '../step.ts';
import type { StepMakers } from './makers.ts';

export const pickingSteps = {
  PICK_JOB_CREATED: (stage, { event, part = 'a' }) => {
    const { world, record } = stage;
    const plan = planOf(stage, part);
    if (plan === undefined) throw new Error('there is no routing plan yet: the steps of this life are out of order');
    const pickJob = toPickJob(stage, withNewestLines(stage, plan), partOf(stage, part));
    world.state.pickJobs.set(pickJob.id, pickJob);
    setPart(stage, part, { pickJobId: pickJob.id });
    // An order that was locked when it was routed is not any more.
    changePlan(stage, plan, { status: 'ROUTED', pickJobRef: pickJob.id });
    addToProcess(world, record.order.processId, 'pickJobRefs', pickJob.id);
    touchOrder(stage);
    world.publish(event, pickJob);
  },

  PICK_JOB_OPENED: (stage, step) => {
    const { pickLineItems, expectedPickLineItems = [] } = pickJobOf(stage, step);
    const arrived = (expectedPickLineItems as readonly OrderLine[]).map(toPickLine);
    tell(stage, step, { status: 'OPEN', pickLineItems: [...pickLineItems, ...arrived], expectedPickLineItems: [] });
  },

  PICK_JOB_PICKING_COMMENCED: (stage, step) => tell(stage, step, { status: 'IN_PROGRESS' }),
  PICK_JOB_PICKING_PAUSED: (stage, step) => tell(stage, step, { status: 'PAUSED' }),
  PICK_JOB_ABORTED: (stage, step) => tell(stage, step, { status: 'ABORTED', subStatus: step.subStatus }),
  PICK_JOB_REROUTED: (stage, step) => tell(stage, step, { status: 'REROUTED', subStatus: step.subStatus }),

  PICK_JOB_PICK_LINE_PICKED: (stage, step) => {
    const [first, ...others] = pickJobOf(stage, step).pickLineItems;
    if (first === undefined) throw new Error('there is no pick line yet: the steps of this life are out of order');
    const line = { ...first, picked: first.quantity, status: 'CLOSED' } as const;
    const pickJob = change(stage, step, { pickLineItems: [line, ...others] });
    stage.world.publish(step.event, line, { pickJobRef: pickJob.id });
  },

  PICK_JOB_RESET: (stage, step) => {
    const pickLineItems = pickJobOf(stage, step).pickLineItems.map((line) => ({
      ...line,
      ...({ picked: 0, status: 'OPEN' } as const),
    }));
    tell(stage, step, { status: 'OPEN', pickLineItems });
  },

  PICK_JOB_PICKING_FINISHED: (stage, step) => {
    const { found = 'all' } = step;
    const pickLineItems = pickedLines(pickJobOf(stage, step).pickLineItems, found);
    const subStatus = found === 'short' ? 'SHORT_PICKED' : found === 'none' ? 'ZERO_PICKED' : undefined;
    const pickJob = change(stage, step, {
      status: 'CLOSED',
      pickLineItems,
      ...(subStatus === undefined ? {} : { subStatus }),
    });
    if (found !== 'none') addLoadUnits(stage, pickJob);
    stage.world.publish(step.event, pickJob);
  },
} satisfies Partial<StepMakers>;

/** The only plan of an order has the lines of the order, which a call may have changed since it was routed. */
function withNewestLines({ record }: Stage, plan: RoutingPlan): RoutingPlan {
  return Object.keys(record.parts).length > 1 ? plan : { ...plan, orderLineItems: record.order.orderLineItems };
}

type OfPart = Pick<LifeStep, 'event' | 'part'>;

const pickJobOf = (stage: Stage, { part }: OfPart): PickJob =>
  existing(stage.world.state.pickJobs, partOf(stage, part).pickJobId, 'pick job');

function change(stage: Stage, step: OfPart, fields: Partial<PickJob>): PickJob {
  const pickJob = revise(stage.world, pickJobOf(stage, step), fields);
  stage.world.state.pickJobs.set(pickJob.id, pickJob);
  return pickJob;
}

const tell = (stage: Stage, step: OfPart, fields: Partial<PickJob>): void =>
  stage.world.publish(step.event, change(stage, step, fields));

function addLoadUnits({ world }: Stage, pickJob: PickJob): void {
  const units = toLoadUnits(world, pickJob);
  for (const unit of units) world.state.loadUnits.set(unit.id, unit);
  const ids = units.map(({ id }) => id);
  world.state.loadUnitsOfPickJob.set(pickJob.id, ids);
}
