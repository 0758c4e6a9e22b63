import type { CurrentPlacement, HandoverJob, PickJob, ProcessState } from '@pipeline/schemas/types';
import type { StatusFields } from '../ports.ts';
import { compareText } from './join.ts';
import type { Work } from './work.ts';

const earliest = <T extends PickJob | HandoverJob>(jobs: readonly T[]): T | undefined =>
  [...jobs].sort((a, b) => a.createdAt - b.createdAt || compareText(a.id, b.id))[0];

/**
 * The order's fields. All of a pick job come from the same one: the live one with the smallest (createdAt, id), and
 * when it dies, the next. Load units are the sum over the live jobs that are known. null: nothing to write.
 */
export function fieldsOf(process: ProcessState, work: Work, placement: CurrentPlacement | null): StatusFields {
  const pickJob = earliest(work.pickJobs);
  const own = work.handoverJobs.filter(({ pickJobId }) => pickJobId !== null && pickJobId === pickJob?.id);
  const handoverJob = earliest(own) ?? earliest(work.handoverJobs);
  const loadUnits = work.pickJobs.reduce((sum, { loadUnitsAmount }) => sum + (loadUnitsAmount ?? 0), 0);
  return {
    providerOrderId: placement?.providerOrderId ?? process.order?.id ?? null,
    pickJobId: pickJob?.id ?? null,
    shortId: pickJob?.shortId ?? null,
    facilityId: pickJob?.facilityId ?? null,
    loadUnitsAmount: loadUnits >= 1 ? loadUnits : null,
    handoverJobId: handoverJob?.id ?? null,
  };
}

export const noFields: StatusFields = {
  providerOrderId: null,
  pickJobId: null,
  shortId: null,
  facilityId: null,
  loadUnitsAmount: null,
  handoverJobId: null,
};
