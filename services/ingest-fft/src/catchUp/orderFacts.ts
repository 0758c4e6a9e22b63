import {
  currentOrders,
  currentPickJobs,
  currentProcess,
  desired,
  isDelivered,
  isLiveHandoverJob,
  isLivePickJob,
  type StatusPolicy,
  statusPresets,
} from '@pipeline/fulfillment';
import type { OrderFulfillmentState, Parcel, PickJob, ProcessState } from '@pipeline/schemas';
import { fingerprint } from './fingerprint.ts';

/** What must be known of an open order to ask about it. */
export interface OrderFacts {
  /** One, but of an order with several targets one for each. */
  readonly processIds: readonly string[];
  /** When the vendor's last change of it was made, as far as we have heard; milliseconds since the epoch. */
  readonly changedAt: number;
  /** Fingerprints of entities at the version that is known. */
  readonly known: readonly number[];
  /** Fingerprints of entities of which nothing more is to come. */
  readonly settled: readonly number[];
  /** It has come to its end with something missing: that is to be had soon, or never. */
  readonly hasLeft: boolean;
}

export interface OpenPolicy {
  /** Is an order that has left open until its parcels are tracked as delivered? */
  readonly untilDelivered: boolean;
}

/** The rest costs most of the time, and a restore asks for it of every order. */
const STATE_ONLY: StatusPolicy = { ...statusPresets.docs, parts: ['state'] };

/**
 * What is to be known of an order that was placed and has not come to its end, or has come there with something missing;
 * undefined of every other. The state holds the ledger's placement, so it alone tells: an order that the ledger has is in
 * the states a moment later.
 */
export function toOpenOrder(state: OrderFulfillmentState, policy: OpenPolicy): OrderFacts | undefined {
  const { platform, updatedAt } = state;
  const orders = currentOrders(state);
  const process = currentProcess(state, orders);
  const processIds = orders.flatMap((order) => (order.process.gone ? [] : (order.placement?.processId ?? [])));
  if (processIds.length === 0 || platform?.gone) return undefined;
  const open = { processIds, changedAt: updatedAt, hasLeft: false };
  if (!process) return { ...open, known: [], settled: [] };
  const { shipmentState } = desired(state, STATE_ONLY);
  const isCancelled = process.order !== null && ['CANCELLED', 'OBSOLETE'].includes(process.order.status);
  if (shipmentState === 'Canceled' && isCancelled) return undefined;
  // Canceled without that: the customer did not take what was picked.
  const hasLeft = shipmentState !== null && ['Shipped', 'Delivered', 'Canceled'].includes(shipmentState);
  const isFollowed = shipmentState === 'Shipped' && policy.untilDelivered && process.parcels.some(isOnItsWay);
  if (!hasLeft || isFollowed) return { ...open, ...marksOf(process) };
  return hasGaps(process) ? { ...open, ...marksOf(process), hasLeft } : undefined;
}

/**
 * Goods have left of which it was never heard that they were picked, or in how many load units. Of parcels nothing can be
 * said: a shop may not have subscribed to their events.
 */
function hasGaps(process: ProcessState): boolean {
  const pickJobs = currentPickJobs(process.pickJobs);
  const unheard = process.handoverJobs.filter(
    (job) => isLiveHandoverJob(job) && !job.internal && job.pickJobId !== null,
  );
  return (
    pickJobs.some((job) => !job.internal && isLivePickJob(job) && (!isPicked(job) || lacksLoadUnits(job))) ||
    unheard.some(({ pickJobId }) => !pickJobs.some(({ id }) => id === pickJobId))
  );
}

const isPicked = ({ status }: PickJob): boolean => status === 'PICKED' || status === 'CLOSED';
/** They are read beside the job: asked about it once more, a catch-up reads them. */
const lacksLoadUnits = (job: PickJob): boolean => isPicked(job) && job.loadUnitsAmount === null;

const deadParcel = ['FAILED', 'CANCELED', 'OBSOLETE'];
const isDead = ({ status }: { readonly status: string }): boolean => deadParcel.includes(status);
/** Its carrier tells where it is. */
const isOnItsWay = (parcel: Parcel): boolean =>
  !isDead(parcel) && !isDelivered(parcel) && parcel.trackingStatus !== null;

export const versionMark = ({ id, version }: { readonly id: string; readonly version: number }): number =>
  fingerprint(`${id} ${version}`);
export const idMark = (id: string): number => fingerprint(id);

function marksOf(process: ProcessState): Pick<OrderFacts, 'known' | 'settled'> {
  const { order, routingPlans, packJobs, shipments, handoverJobs, parcels, returns } = process;
  const pickJobs = currentPickJobs(process.pickJobs);
  const isFollowed = (plan: { id: string; pickJobId: string | null }): boolean =>
    plan.pickJobId !== null || pickJobs.some(({ routingPlanId }) => routingPlanId === plan.id);
  const isParcelSettled = (parcel: Parcel): boolean => isDead(parcel) || isDelivered(parcel);
  const settledParcels = new Set(parcels.filter(isParcelSettled).map(({ id }) => id));
  const all = [
    ...[...(order ? [order] : []), ...routingPlans, ...pickJobs.filter((job) => !lacksLoadUnits(job)), ...packJobs],
    ...[...shipments, ...handoverJobs, ...parcels, ...returns],
  ];
  const settled = [
    ...routingPlans.filter(
      (plan) =>
        ['CANCELED', 'OBSOLETE', 'SPLIT'].includes(plan.status) || (plan.status === 'ROUTED' && isFollowed(plan)),
    ),
    ...pickJobs.filter((job) => (job.status === 'CLOSED' && !lacksLoadUnits(job)) || !isLivePickJob(job)),
    ...packJobs.filter(({ status }) => ['CLOSED', 'CANCELED', 'OBSOLETE'].includes(status)),
    // Its parcels are known by it alone.
    ...shipments.filter(
      (shipment) => shipment.parcels.length > 0 && shipment.parcels.every(({ id }) => settledParcels.has(id)),
    ),
    // One that is handed over may be taken back.
    ...handoverJobs.filter((job) => !isLiveHandoverJob(job)),
    ...parcels.filter(isParcelSettled),
    ...returns.filter(({ status }) => status === 'FINISHED' || status === 'CANCELED'),
  ];
  return { known: all.map(versionMark), settled: settled.map(({ id }) => idMark(id)) };
}
