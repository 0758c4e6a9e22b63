import type {
  Channel,
  HandoverJob,
  OrderedLine,
  PackJob,
  Parcel,
  PickJob,
  ProcessState,
  RoutingPlan,
} from '@pipeline/schemas/types';
import { currentPickJobs } from './entities.ts';
import { knownParcels, unheardParcels } from './knownParcels.ts';

/** The parts of a process that concern the customer: legs between two facilities are left out. */
export interface Work {
  /** Alive: an unknown status is alive and open. */
  readonly pickJobs: readonly PickJob[];
  readonly deadPickJobs: readonly PickJob[];
  readonly handoverJobs: readonly HandoverJob[];
  readonly deadHandoverJobs: readonly HandoverJob[];
  /** Alive, heard of by themselves, with what shipments tell of them. */
  readonly parcels: readonly Parcel[];
  /** Alive, and only a shipment has told of them. */
  readonly unheardParcels: readonly Parcel[];
  readonly deadParcelIds: ReadonlySet<string>;
  /** Ids of the shipments that were heard of: they say which parcels there are. */
  readonly shipmentIds: ReadonlySet<string>;
  /** Alive, of a live pick job. */
  readonly packJobs: readonly PackJob[];
  /** Plans of goods that are in no pick job and no plan after them. */
  readonly plans: readonly RoutingPlan[];
}

const deadPickJob = ['ABORTED', 'REROUTED', 'REJECTED', 'RESTOWED', 'EXPIRED', 'CANCELED', 'OBSOLETE'];
const deadHandoverJob = ['CANCELED', 'OBSOLETE'];
const deadPackJob = ['CANCELED', 'OBSOLETE'];
const deadParcel = ['FAILED', 'CANCELED', 'OBSOLETE'];
const deadShipment = ['CANCELED', 'OBSOLETE'];
const deadPlan = ['CANCELED', 'OBSOLETE', 'SPLIT'];

/** Is it still to come to something? A status that nobody knows is alive. */
export const isLivePickJob = ({ status }: Pick<PickJob, 'status'>): boolean => !deadPickJob.includes(status);
export const isLiveHandoverJob = ({ status }: Pick<HandoverJob, 'status'>): boolean =>
  !deadHandoverJob.includes(status);
export const isLivePackJob = ({ status }: Pick<PackJob, 'status'>): boolean => !deadPackJob.includes(status);
export const isLiveParcel = ({ status }: Pick<Parcel, 'status'>): boolean => !deadParcel.includes(status);

/**
 * Sorts out what is alive in a process.
 * @param ordered newest known lines of the order; undefined: not known
 */
export function workOf(process: ProcessState, ordered?: readonly OrderedLine[]): Work {
  const allPickJobs = currentPickJobs(process.pickJobs);
  const internal = new Set(allPickJobs.filter((job) => job.internal).map(({ id }) => id));
  const isOfLeg = ({ pickJobId }: { readonly pickJobId: string | null }): boolean => internal.has(pickJobId ?? '');
  const { live: pickJobs = [], dead: deadPickJobs = [] } = Object.groupBy(
    allPickJobs.filter((job) => !job.internal),
    (job) => (isLivePickJob(job) ? 'live' : 'dead'),
  );
  const handoverJobs = process.handoverJobs.filter((job) => !job.internal && !isOfLeg(job));
  const live = handoverJobs.filter(isLiveHandoverJob);
  const dead = handoverJobs.filter((job) => !isLiveHandoverJob(job));
  const isDropped = (parcel: Parcel): boolean =>
    deadPickJobs.some(({ id }) => id === parcel.pickJobId) ||
    process.shipments.some(({ id, status }) => id === parcel.shipmentId && deadShipment.includes(status));
  // No event says so of the parcel itself when its handover, its shipment or its pick job is cancelled.
  const isLeft = (parcel: Parcel): boolean =>
    !isDelivered(parcel) &&
    (isDropped(parcel) || dead.some((job) => carries(job, parcel))) &&
    !live.some((job) => carries(job, parcel));
  const isForCustomer = (parcel: Parcel): boolean => isLiveParcel(parcel) && !isOfLeg(parcel) && !isLeft(parcel);
  return {
    pickJobs,
    deadPickJobs,
    handoverJobs: live,
    deadHandoverJobs: dead,
    parcels: knownParcels(process).filter(isForCustomer),
    unheardParcels: unheardParcels(process).filter(isForCustomer),
    deadParcelIds: new Set(process.parcels.filter((parcel) => !isLiveParcel(parcel)).map(({ id }) => id)),
    shipmentIds: new Set(process.shipments.map(({ id }) => id)),
    packJobs: process.packJobs.filter(
      (pack) => isLivePackJob(pack) && !pack.internal && pickJobs.some(({ id }) => id === pack.pickJobId),
    ),
    plans: process.routingPlans.filter(
      (plan) =>
        !deadPlan.includes(plan.status) &&
        !isFollowed(plan, process.routingPlans, allPickJobs) &&
        !isOverridden(plan, pickJobs, ordered),
    ),
  };
}

/** The work on several orders. */
export const uniteWork = (all: readonly Work[]): Work => ({
  pickJobs: all.flatMap(({ pickJobs }) => pickJobs),
  deadPickJobs: all.flatMap(({ deadPickJobs }) => deadPickJobs),
  handoverJobs: all.flatMap(({ handoverJobs }) => handoverJobs),
  deadHandoverJobs: all.flatMap(({ deadHandoverJobs }) => deadHandoverJobs),
  parcels: all.flatMap(({ parcels }) => parcels),
  unheardParcels: all.flatMap(({ unheardParcels }) => unheardParcels),
  deadParcelIds: new Set(all.flatMap(({ deadParcelIds }) => [...deadParcelIds])),
  shipmentIds: new Set(all.flatMap(({ shipmentIds }) => [...shipmentIds])),
  packJobs: all.flatMap(({ packJobs }) => packJobs),
  plans: all.flatMap(({ plans }) => plans),
});

/** Its goods are in a pick job, or a plan after it has them. */
const isFollowed = (plan: RoutingPlan, plans: readonly RoutingPlan[], pickJobs: readonly PickJob[]): boolean =>
  plan.pickJobId !== null ||
  pickJobs.some(({ routingPlanId }) => routingPlanId === plan.id) ||
  plans.some(({ parentId }) => parentId === plan.id);

/**
 * The order's first plan, which has no parent and everything that was ordered, heard of late: pick jobs of plans after
 * it live, and the plans between may not have been heard of. A plan for a second try has a part of the goods.
 */
function isOverridden(
  { id, parentId, lines }: RoutingPlan,
  pickJobs: Work['pickJobs'],
  ordered?: readonly OrderedLine[],
) {
  const has = ({ articleId, quantity }: OrderedLine): boolean =>
    lines.filter((line) => line.articleId === articleId).reduce((sum, line) => sum + line.quantity, 0) >= quantity;
  return (
    parentId === null &&
    ordered?.every(has) === true &&
    pickJobs.some(({ routingPlanId }) => routingPlanId !== null && routingPlanId !== id)
  );
}

export const isHandedOver = ({ status }: HandoverJob): boolean => status === 'HANDED_OVER';

const byConsumer = ['CONSUMER_NO_SHOW', 'CONSUMER_REJECTS'];
/** The customer did not take the goods: they are settled. */
export const isNotTaken = ({ status, cancelReason }: HandoverJob): boolean =>
  status === 'CANCELED' && byConsumer.includes(cancelReason ?? '');

export const isDelivered = ({ trackingStatus }: Parcel): boolean => trackingStatus === 'delivered';

/** Goods that reach a handover job were picked: a late account of the pick job does not open it again. */
export function isPickingOpen(job: PickJob, { handoverJobs }: Work): boolean {
  return (
    job.status !== 'PICKED' && job.status !== 'CLOSED' && !handoverJobs.some(({ pickJobId }) => pickJobId === job.id)
  );
}

/** Nothing more comes out of the job: closed, or what it gave is handed over. */
export function isPickingFinal(job: PickJob, work: Work): boolean {
  const handovers = work.handoverJobs.filter(({ pickJobId }) => pickJobId === job.id);
  return job.status === 'CLOSED' || (handovers.length > 0 && handovers.every(isHandedOver));
}

export const isWaiting = ({ status }: RoutingPlan): boolean => status === 'WAITING';

/** Does the handover job give away this parcel? */
export function carries(job: HandoverJob, parcel: Parcel): boolean {
  if (job.parcelId !== null) return job.parcelId === parcel.id;
  if (job.shipmentId !== null && job.shipmentId === parcel.shipmentId) return true;
  return job.pickJobId !== null && job.pickJobId === parcel.pickJobId;
}

const isParcelOpen = (parcel: Parcel, { handoverJobs }: Work): boolean =>
  !isDelivered(parcel) && !handoverJobs.some((job) => carries(job, parcel));

/** As with picking, goods that reach a handover job were packed, also when nobody took them. */
const isPackingOpen = ({ status, pickJobId }: PackJob, { handoverJobs, deadHandoverJobs }: Work): boolean =>
  status !== 'CLOSED' &&
  ![...handoverJobs, ...deadHandoverJobs.filter(isNotTaken)].some((job) => job.pickJobId === pickJobId);

/** Work on goods before their handover. */
export function isPreparing(work: Work): boolean {
  return (
    work.pickJobs.some((job) => isPickingOpen(job, work)) ||
    work.plans.some(isWaiting) ||
    work.parcels.some((parcel) => isParcelOpen(parcel, work)) ||
    work.packJobs.some((job) => isPackingOpen(job, work))
  );
}

/** The channel of a handover job; when it does not say, its pick job's, else what was ordered. */
export function channelOf(job: HandoverJob, { pickJobs, deadPickJobs }: Work, collect: boolean): Channel {
  if (job.channel !== 'UNKNOWN') return job.channel;
  const channel = [...pickJobs, ...deadPickJobs].find(({ id }) => id === job.pickJobId)?.channel ?? 'UNKNOWN';
  if (channel !== 'UNKNOWN') return channel;
  return collect ? 'COLLECT' : 'DELIVERY';
}
