import type { ItemReturnJob } from '../../core/model.ts';
import { addToProcess } from '../../core/processes.ts';
import { present, revise } from '../../core/world.ts';
import { acceptedReturn, toItemReturnJob } from '../itemReturnJob.ts';
import { existing, partOf, setPart, type Stage } from '../stage.ts';
import type { PartName } from '../step.ts';
import type { StepMakers } from './makers.ts';

export const returnSteps = {
  ITEM_RETURN_JOB_CREATED: (stage, { event, part = 'a' }) => {
    const { world } = stage;
    const handoverJob = existing(world.state.handoverJobs, partOf(stage, part).handoverJobIds[0], 'handover job');
    const job = toItemReturnJob(stage, handoverJob);
    world.state.itemReturnJobs.set(job.id, job);
    setPart(stage, part, { itemReturnJobId: job.id });
    addToProcess(world, job.processRef, 'itemReturnJobsRef', job.id);
    world.publish(event, job);
  },

  ITEM_RETURN_JOB_UPDATED: (stage, { event, part }) => {
    const { world } = stage;
    const before = jobOf(stage, part);
    const job = revise(world, before, { status: 'FINISHED', itemReturns: before.itemReturns.map(acceptedReturn) });
    world.state.itemReturnJobs.set(job.id, job);
    world.publish(event, job);
  },

  /** Neither an entity nor a state of one: it has no id, no version and no process. */
  REFUND_TRIGGERED: (stage, { event, part }) => {
    const { world } = stage;
    const job = jobOf(stage, part);
    for (const itemReturn of job.itemReturns) {
      world.publish(event, {
        ...present({ tenantOrderId: job['tenantOrderId'] }),
        created: new Date(world.clock.now()).toISOString(),
        itemReturnJobRef: job.id,
        itemReturnJobVersion: job.version,
        itemReturnRef: itemReturn.id,
        returnFacilityRef: itemReturn.returnFacilityRef,
        refundedLineItems: itemReturn.returnedLineItems,
      });
    }
  },
} satisfies Partial<StepMakers>;

const jobOf = (stage: Stage, part: PartName = 'a'): ItemReturnJob =>
  existing(stage.world.state.itemReturnJobs, partOf(stage, part).itemReturnJobId, 'item return job');
