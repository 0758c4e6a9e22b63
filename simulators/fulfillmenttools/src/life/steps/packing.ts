import { randomUUID } from 'node:crypto';
import type { PackJob } from '../../core/model.ts';
import { noWorkflow } from '../../core/model.ts';
import { addToProcess } from '../../core/processes.ts';
import { newEntity, revise } from '../../core/world.ts';
import { existing, inherited, kindOf, partOf, setPart, type Stage } from '../stage.ts';
import type { StepOf } from '../step.ts';
import type { StepMakers } from './makers.ts';

export const packingSteps = {
  PACK_JOB_CREATED: (stage, { event, part }) => {
    const packJob = toPackJob(stage, part);
    stage.world.state.packJobs.set(packJob.id, packJob);
    setPart(stage, part, { packJobId: packJob.id });
    addToProcess(stage.world, packJob.processId, 'packJobRefs', packJob.id);
    stage.world.publish(event, packJob);
  },
  PACK_JOB_UPDATED: (stage, step) => tell(stage, step, 'IN_PROGRESS'),
  PACK_JOB_CLOSED: (stage, step) => tell(stage, step, 'CLOSED'),
} satisfies Partial<StepMakers>;

function toPackJob(stage: Stage, part: StepOf<'PACK_JOB_CREATED'>['part']): PackJob {
  const { world, record } = stage;
  const { order } = record;
  const pickJob = existing(world.state.pickJobs, partOf(stage, part).pickJobId, 'pick job');
  return {
    ...newEntity(world),
    ...inherited(world, order),
    orderRef: order.id,
    processId: order.processId,
    pickJobRef: pickJob.id,
    facilityRef: pickJob.facilityRef,
    orderDate: order.orderDate,
    shortId: pickJob['shortId'],
    documentsRef: randomUUID(),
    deliveryChannel: kindOf(record) === 'COLLECT' ? 'COLLECT' : 'SHIPPING',
    status: 'OPEN',
    lineItems: pickJob.pickLineItems
      .filter(({ picked }) => picked > 0)
      .map(({ article, picked, originId }) => ({ id: randomUUID(), originId, article, quantity: picked, packed: 0 })),
    workflowInformation: noWorkflow,
  };
}

function tell(
  stage: Stage,
  { event, part }: StepOf<'PACK_JOB_UPDATED' | 'PACK_JOB_CLOSED'>,
  status: PackJob['status'],
): void {
  const { world } = stage;
  const before = existing(world.state.packJobs, partOf(stage, part).packJobId, 'pack job');
  const lineItems = before.lineItems.map((line) => ({ ...line, packed: line.quantity }));
  const packJob = revise(world, before, { status, lineItems });
  world.state.packJobs.set(packJob.id, packJob);
  world.publish(event, packJob);
}
