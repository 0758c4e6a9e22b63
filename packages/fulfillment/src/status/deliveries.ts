import type { CurrentPlacement, HandoverJob, OrderedLine, ProcessState } from '@pipeline/schemas/types';
import { compareText } from './join.ts';
import { type DesiredParcel, parcelsOf } from './parcels.ts';
import type { StatusPolicy } from './policy.ts';
import { givenAway } from './quantities.ts';
import { channelOf, isHandedOver, type Work } from './work.ts';

/** One handover to a carrier. */
export interface DesiredHandover {
  /** null: it does not say. */
  readonly parcelId: string | null;
  /** What left, by article; of a substitute the article that was ordered. */
  readonly lines: readonly OrderedLine[];
}

/** What left from one pick job. */
export interface DesiredDelivery {
  /** Id of the pick job; of goods that another facility picked, the handover job's. */
  readonly key: string;
  /** Of the placement that it is of; null: nobody knows. */
  readonly target: string | null;
  /** In the order in which they were made. */
  readonly handovers: readonly DesiredHandover[];
  readonly parcels: readonly DesiredParcel[];
}

/** What the platform should show of the goods that went to carriers. Articles, not line items: those the platform knows. */
export interface DesiredDeliveries {
  readonly deliveries: readonly DesiredDelivery[];
  /** Keys of what was to leave and has not, or came back: ours, should the platform show them. */
  readonly without: readonly string[];
  /** Parcels of these: one that the platform shows still gets what is heard of it later. */
  readonly idleParcels: readonly DesiredParcel[];
  /** Ids of parcels that nobody gets. */
  readonly deadParcels: readonly string[];
  readonly reverted: StatusPolicy['revertedDelivery'];
  readonly trackingLinks: boolean;
}

interface DeliveriesInput {
  readonly process: ProcessState;
  readonly work: Work;
  readonly policy: StatusPolicy;
  /** Whose a handover job is; null: nobody knows. */
  readonly placementOf: (job: HandoverJob) => CurrentPlacement | null;
}

/**
 * One delivery for each pick job of which something was handed over to a carrier; what customers collect is none. A
 * function of what is known, whatever the order in which it came.
 */
export function deliveriesOf({ process, work, policy, placementOf }: DeliveriesInput): DesiredDeliveries {
  const jobs = [...work.handoverJobs, ...work.deadHandoverJobs].filter(
    (job) => channelOf(job, work, placementOf(job)?.collect ?? false) !== 'COLLECT',
  );
  const left = work.handoverJobs
    .filter((job) => jobs.includes(job) && isHandedOver(job) && !isRefused(job, work))
    .sort(byCreation);
  const keys = [...new Set(left.map(keyOf))];
  const taken = new Set<string>();
  const parcelsOfGroup = (group: readonly HandoverJob[]): DesiredParcel[] => {
    if (!policy.parts.includes('parcels')) return [];
    const parcels = parcelsOf(group, work, process).filter(({ key }) => !taken.has(key));
    for (const { key } of parcels) taken.add(key);
    return parcels;
  };
  const deliveries = keys.map((key) => {
    const group = left.filter((job) => keyOf(job) === key);
    const [target = null] = group.map((job) => placementOf(job)?.target ?? null);
    return { key, target, handovers: group.map((job) => toHandover(job, work)), parcels: parcelsOfGroup(group) };
  });
  return {
    deliveries,
    without: [...new Set(jobs.map(keyOf))].filter((key) => !keys.includes(key)).sort(compareText),
    idleParcels: parcelsOfGroup(jobs.filter((job) => !keys.includes(keyOf(job))).sort(byCreation)),
    deadParcels: [...work.deadParcelIds],
    reverted: policy.revertedDelivery,
    trackingLinks: policy.trackingLinks,
  };
}

const keyOf = ({ pickJobId, id }: HandoverJob): string => pickJobId ?? id;

/** The customer took nothing; of what is not known nobody says so. */
function isRefused(job: HandoverJob, work: Work): boolean {
  const lines = givenAway(job, work);
  return lines !== undefined && lines.every(({ quantity }) => quantity === 0);
}

const byCreation = (a: HandoverJob, b: HandoverJob): number => a.createdAt - b.createdAt || compareText(a.id, b.id);

const toHandover = (job: HandoverJob, work: Work): DesiredHandover => ({
  parcelId: job.parcelId,
  lines: (givenAway(job, work) ?? []).filter(({ quantity }) => quantity > 0),
});
