import type { CurrentPlacement, HandoverJob, PickJob, ProcessState } from '@pipeline/schemas/types';
import type { StatusFields } from '../ports.ts';
import { jobsText } from './jobs.ts';
import { compareText } from './join.ts';
import { parcelsOf } from './parcels.ts';
import type { StatusPolicy } from './policy.ts';
import type { Work } from './work.ts';

interface FieldsInput {
  readonly process: ProcessState;
  readonly work: Work;
  readonly placement: CurrentPlacement | null;
  readonly policy: StatusPolicy;
}

const earliest = <T extends PickJob | HandoverJob>(jobs: readonly T[]): T | undefined =>
  [...jobs].sort((a, b) => a.createdAt - b.createdAt || compareText(a.id, b.id))[0];

/**
 * The order's fields. All of a pick job come from the same one: the live one with the smallest (createdAt, id), and
 * when it dies, the next. Load units are the sum over the live jobs that are known. null: nothing to write.
 */
export function fieldsOf({ process, work, placement, policy }: FieldsInput): StatusFields {
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
    parcels: policy.parcelsField ? parcelsText(process, work) : null,
    jobs: policy.jobsField ? jobsText(process) : null,
  };
}

/** As the vendor's connector writes it: a list of number and page of each parcel that has a number. */
function parcelsText(process: ProcessState, work: Work): string | null {
  const parcels = parcelsOf(work.handoverJobs, work, process).filter(({ trackingNumber }) => trackingNumber !== null);
  if (parcels.length === 0) return null;
  return JSON.stringify(
    parcels.map(({ trackingNumber, trackingUrl }) => ({
      tracking_number: trackingNumber,
      ...(trackingUrl === null ? {} : { tracking_url: trackingUrl }),
    })),
  );
}

export const noFields: StatusFields = {
  providerOrderId: null,
  pickJobId: null,
  shortId: null,
  facilityId: null,
  loadUnitsAmount: null,
  handoverJobId: null,
  parcels: null,
  jobs: null,
};
