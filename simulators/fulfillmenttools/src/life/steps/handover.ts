import type { HandoverJob, HandoverLine, OrderLine } from '../../core/model.ts';
import { addToProcess } from '../../core/processes.ts';
import { revise, type World } from '../../core/world.ts';
import { handedOverLines, pickedToHandover, takenBackLines, toHandoverJob, toHandoverLine } from '../handoverJob.ts';
import { shareOf } from '../lines.ts';
import { planOf } from '../routingPlan.ts';
import { existing, partOf, setPart, type Stage } from '../stage.ts';
import type { PartName } from '../step.ts';
import type { StepMakers } from './makers.ts';
import { liveParcels } from './shipping.ts';

export const handoverSteps = {
  HANDOVERJOB_CREATED: (stage, { event, part = 'a', nth = 0 }) => {
    const { world, record } = stage;
    const ofPart = partOf(stage, part);
    const pickJob = world.state.pickJobs.get(ofPart.pickJobId ?? '');
    const shipment = world.state.shipments.get(ofPart.shipmentId ?? '');
    const parcels = shipment === undefined ? [] : liveParcels(world, shipment.id);
    const lines = pickJob === undefined ? [] : pickedToHandover(pickJob);
    const job = toHandoverJob(stage, {
      ...{ part: ofPart, pickJob, shipment, parcel: parcels[nth] },
      facilityRef: pickJob?.facilityRef ?? planOf(stage, part)?.facilityRef ?? 'no-facility',
      lines: parcels.length > 1 ? shareOf(lines, nth === 0 ? 'half' : 'rest') : lines,
      expected: pickJob === undefined ? expectedBy(stage, part) : [],
    });
    world.state.handoverJobs.set(job.id, job);
    setPart(stage, part, { handoverJobIds: [...ofPart.handoverJobIds, job.id] });
    addToProcess(world, record.order.processId, 'handoverJobRefs', job.id);
    world.publish(event, job);
  },

  HANDOVERJOB_HANDED_OVER: (stage, { event, part, nth, refused = false }) => {
    const { world } = stage;
    const before = jobOf(stage, part, nth);
    const handoverJobLineItems = handedOverLines(linesOf(before), refused ? 1 : 0);
    put(world, event, revise(world, before, { status: 'HANDED_OVER', handoverJobLineItems, ...noExpected(before) }));
  },

  HANDOVERJOB_REVERTED: (stage, { event, part, nth }) => {
    const before = jobOf(stage, part, nth);
    const handoverJobLineItems = takenBackLines(before.handoverJobLineItems);
    put(stage.world, event, revise(stage.world, before, { status: 'OPEN', handoverJobLineItems }));
  },

  HANDOVERJOB_CANCELED: (stage, { event, part, nth, cancelReason }) => {
    put(stage.world, event, revise(stage.world, jobOf(stage, part, nth), { status: 'CANCELED', cancelReason }));
  },
} satisfies Partial<StepMakers>;

const jobOf = (stage: Stage, part: PartName = 'a', nth = 0): HandoverJob =>
  existing(stage.world.state.handoverJobs, partOf(stage, part).handoverJobIds[nth], 'handover job');

function put(world: World, event: string, job: HandoverJob): void {
  world.state.handoverJobs.set(job.id, job);
  world.publish(event, job);
}

function expectedBy(stage: Stage, part: PartName): readonly OrderLine[] {
  const plan = existing(stage.world.state.routingPlans, partOf(stage, part).planId, 'routing plan');
  return (plan['expectedLineItems'] ?? []) as readonly OrderLine[];
}

/** Goods that were waited for have come by now. */
const linesOf = ({ handoverJobLineItems, expectedHandoverJobLineItems = [] }: HandoverJob): HandoverLine[] => [
  ...handoverJobLineItems,
  ...(expectedHandoverJobLineItems as readonly OrderLine[]).map(toHandoverLine),
];

const noExpected = ({ expectedHandoverJobLineItems }: HandoverJob) =>
  expectedHandoverJobLineItems === undefined ? {} : { expectedHandoverJobLineItems: [] };
