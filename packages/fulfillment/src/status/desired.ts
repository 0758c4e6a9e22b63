import type { CurrentPlacement, HandoverJob, OrderFulfillmentState } from '@pipeline/schemas/types';
import type { ShipmentState, StatusFields, SyncMark } from '../ports.ts';
import { currentOrders, currentProcess, duplicateOrders } from './current.ts';
import { type DesiredDeliveries, deliveriesOf } from './deliveries.ts';
import { planDeliveries } from './deliverySteps.ts';
import { fieldsOf, noFields } from './fields.ts';
import { awaitedTargets } from './placements.ts';
import type { StatusPolicy } from './policy.ts';
import { addUpQuantities, type Quantities, quantitiesOf } from './quantities.ts';
import { type DesiredReturn, returnsOf } from './returns.ts';
import { type CurrentOrder, isCancelled, orderedLines } from './unite.ts';
import {
  carries,
  channelOf,
  isDelivered,
  isHandedOver,
  isPreparing,
  isWaiting,
  uniteWork,
  type Work,
  workOf,
} from './work.ts';

export type StatusAlert =
  /** Several processes, and no ledger entry yet that says which one counts. */
  | 'placement-unknown'
  /** Another live order of the provider claims the same order. */
  | 'duplicate-order'
  /** Goods left, but what was ordered, or what left, is not known. */
  | 'quantities-unknown'
  | 'not-routable'
  | 'waiting'
  | 'zero-picked'
  | 'aborted-without-successor'
  /** A delivery is not written: the order has no shipping, or several and nothing says which. */
  | 'delivery-without-shipping'
  /** A delivery is not written: none of its goods are among the ordered ones, or it is not known what left. */
  | 'delivery-without-goods';

export interface DesiredStatus {
  /** null: leave it. */
  readonly shipmentState: ShipmentState | null;
  readonly fields: StatusFields;
  /** null: they are not written. */
  readonly deliveries: DesiredDeliveries | null;
  readonly returns: readonly DesiredReturn[];
  /** null: no channel marks orders. */
  readonly syncInfo: SyncMark | null;
  readonly alerts: readonly StatusAlert[];
}

/** One order at the provider. */
interface OrderView {
  readonly work: Work;
  readonly quantities: Quantities;
  readonly cancelled: boolean;
  /** Goods are being prepared or wait for their handover. */
  readonly open: boolean;
  readonly troubles: readonly StatusAlert[];
}

/** All that count: of a divided order those of its targets, as if the provider had split one. */
interface View extends OrderView {
  /** A target is still to be placed. */
  readonly awaited: boolean;
  /** Whose the job is; null: nobody knows. */
  readonly placementOf: (job: HandoverJob) => CurrentPlacement | null;
  readonly policy: StatusPolicy;
}

/**
 * What the platform's order should show, from the one process that counts, or those of a divided order's targets. A
 * function of the state alone: neither the order of events nor what was written before has a say (`toChange` has).
 */
export function desired(state: OrderFulfillmentState, policy: StatusPolicy): DesiredStatus {
  const alerts: StatusAlert[] = duplicateOrders(state).length > 0 ? ['duplicate-order'] : [];
  const orders = currentOrders(state);
  const process = currentProcess(state, orders);
  if (!process) {
    const ambiguous: readonly StatusAlert[] = state.processes.length > 0 ? ['placement-unknown'] : [];
    return { ...nothing, alerts: [...alerts, ...ambiguous] };
  }
  const { parts } = policy;
  const { placement } = state;
  const owners = new Map(
    orders.flatMap(({ placement: owner, process: { handoverJobs } }) => handoverJobs.map(({ id }) => [id, owner])),
  );
  const placementOf = ({ id }: HandoverJob): CurrentPlacement | null => owners.get(id) ?? null;
  const views = orders.map((order) => viewOf(order, policy));
  const view = { ...uniteViews(views, awaitedTargets(state).length > 0), placementOf, policy };
  const work = uniteWork(views.map((each) => each.work));
  const deliveries = parts.includes('deliveries') ? deliveriesOf({ process, work, policy, placementOf }) : null;
  const unknown = view.quantities.started && !view.open && view.quantities.settled === undefined;
  return {
    shipmentState: parts.includes('state') ? shipmentStateOf(view) : null,
    fields: parts.includes('fields') ? fieldsOf({ process, work, placement, policy }) : noFields,
    deliveries,
    returns: parts.includes('returns') ? returnsOf(process) : [],
    syncInfo: syncMarkOf(placement, policy),
    alerts: [
      ...alerts,
      ...(unknown ? (['quantities-unknown'] as const) : []),
      ...view.troubles,
      ...unwrittenDeliveries(deliveries, state),
    ],
  };
}

const nothing = { shipmentState: null, fields: noFields, deliveries: null, returns: [], syncInfo: null } as const;

const syncMarkOf = (placement: CurrentPlacement | null, { syncChannelId: channelId }: StatusPolicy): SyncMark | null =>
  channelId === null || placement === null ? null : { channelId, externalId: placement.providerOrderId };

/** Deliveries that the platform's order, as far as it is known, cannot show. */
function unwrittenDeliveries(deliveries: DesiredDeliveries | null, { platform }: OrderFulfillmentState): StatusAlert[] {
  if (!deliveries || !platform?.parts) return [];
  const { noPlace, noGoods } = planDeliveries(deliveries, platform.parts);
  return [
    ...(noPlace.length > 0 ? (['delivery-without-shipping'] as const) : []),
    ...(noGoods.length > 0 ? (['delivery-without-goods'] as const) : []),
  ];
}

function viewOf(current: CurrentOrder, policy: StatusPolicy): OrderView {
  const ordered = orderedLines(current);
  const work = workOf(current.process, ordered);
  const { order } = current.process;
  const cancelled = order !== null && isCancelled(order);
  const quantities = quantitiesOf({ work, ordered, cancelled, shortfall: policy.shortfall });
  // with everything handed over, an account of earlier work is a late one
  const open = work.handoverJobs.some((job) => !isHandedOver(job)) || (!quantities.complete && isPreparing(work));
  const troubles = cancelled || quantities.complete ? [] : troublesOf(work, quantities);
  return { work, quantities, cancelled, open, troubles };
}

/** An order that was cancelled before anything left says nothing, unless all of them were. */
function uniteViews(views: readonly OrderView[], awaited: boolean): OrderView & Pick<View, 'awaited'> {
  const counted = views.filter(({ cancelled, quantities }) => !cancelled || quantities.started);
  return {
    work: uniteWork(counted.map(({ work }) => work)),
    quantities: addUpQuantities(counted.map(({ quantities }) => quantities)),
    cancelled: counted.length === 0 && !awaited,
    open: awaited || counted.some(({ open }) => open),
    troubles: [...new Set(counted.flatMap(({ troubles }) => troubles))],
    awaited,
  };
}

/**
 * Placements of which nothing says what was ordered, once goods are at their handover: read the provider's orders, never
 * guess.
 */
export function lackOrderedLines(state: OrderFulfillmentState): readonly CurrentPlacement[] {
  const orders = currentOrders(state);
  if (!orders.some(({ process }) => workOf(process).handoverJobs.length > 0)) return [];
  return orders.flatMap((order) => (order.placement && !orderedLines(order) ? [order.placement] : []));
}

function shipmentStateOf(view: View): ShipmentState | null {
  const { work, quantities, cancelled, open, policy } = view;
  if (cancelled) return stateOr(policy.cancelled);
  if (isNotCollected(view)) return stateOr(policy.notCollected);
  if (quantities.started && !open) {
    if (quantities.settled) return settledState(view);
    // what is not known is no part
    if (quantities.settled === undefined && policy.partlyHandedOver === 'Partial') return null;
  }
  if (quantities.started) return policy.partlyHandedOver;
  if (isReady(view)) return 'Ready';
  return troubles(view) && work.handoverJobs.length === 0 ? stateOr(policy.unroutable) : null;
}

const stateOr = <State extends ShipmentState>(setting: State | 'none'): State | null =>
  setting === 'none' ? null : setting;
const troubles = (view: View): boolean => view.troubles.length > 0;

const isForCollection = (job: HandoverJob, { work, placementOf }: View): boolean =>
  channelOf(job, work, placementOf(job)?.collect ?? false) === 'COLLECT';

function isNotCollected(view: View): boolean {
  const { work, quantities, open } = view;
  const jobs = [...work.handoverJobs, ...work.deadHandoverJobs];
  const forCollection = jobs.length > 0 && jobs.every((job) => isForCollection(job, view));
  return forCollection && !quantities.started && !open && quantities.refused && quantities.settled === true;
}

function settledState(view: View): ShipmentState {
  const { work, policy } = view;
  const jobs = work.handoverJobs.filter(isHandedOver);
  const shipped = jobs.filter((job) => !isForCollection(job, view));
  if (shipped.length === 0) return policy.collectHandedOver;
  const delivered = areDelivered(shipped, work);
  return delivered && policy.parcelDelivered === 'Delivered' ? 'Delivered' : 'Shipped';
}

/** Of goods that went to carriers: is every parcel there is known, and tracked as delivered? */
function areDelivered(jobs: readonly HandoverJob[], work: Work): boolean {
  const dead = (parcelId: string): boolean => work.deadParcelIds.has(parcelId);
  // a parcel that a handover names, or a shipment lists, counts before its first event has come
  const named = jobs.flatMap(({ parcelId }) => (parcelId === null || dead(parcelId) ? [] : [parcelId]));
  // and what is in a shipment is not known before its first
  const shipmentIds = [...jobs, ...work.parcels].flatMap(({ shipmentId }) => shipmentId ?? []);
  return (
    work.parcels.length > 0 &&
    work.parcels.every(isDelivered) &&
    work.unheardParcels.length === 0 &&
    named.every((parcelId) => work.parcels.some(({ id }) => id === parcelId)) &&
    shipmentIds.every((id) => work.shipmentIds.has(id)) &&
    jobs.every((job) => work.parcels.some((parcel) => carries(job, parcel)) || job.parcelId !== null)
  );
}

function isReady({ work, quantities, awaited, policy }: View): boolean {
  const waiting = work.handoverJobs.filter((job) => !isHandedOver(job));
  if (policy.ready === 'first') return waiting.some(({ status }) => status === 'OPEN');
  return (
    waiting.length > 0 &&
    waiting.every(({ status }) => status === 'OPEN') &&
    quantities.atHandover &&
    !awaited &&
    !isPreparing(work)
  );
}

function troublesOf(work: Work, { uncovered }: Quantities): StatusAlert[] {
  const { pickJobs, deadPickJobs, handoverJobs, plans } = work;
  const picked = pickJobs.flatMap(({ lines }) => lines).reduce((sum, line) => sum + line.picked, 0);
  const zeroPicked = pickJobs.length > 0 && pickJobs.every(({ status }) => status === 'CLOSED') && picked === 0;
  const aborted = deadPickJobs.some(({ status }) => ['ABORTED', 'REJECTED', 'EXPIRED'].includes(status));
  return [
    ...(plans.some(({ status }) => status === 'NOT_ROUTABLE') && uncovered ? (['not-routable'] as const) : []),
    ...(plans.some(isWaiting) ? (['waiting'] as const) : []),
    ...(zeroPicked && handoverJobs.length === 0 ? (['zero-picked'] as const) : []),
    ...(aborted && uncovered ? (['aborted-without-successor'] as const) : []),
  ];
}
