/** How the customer gets the goods. */
export type Kind = 'DELIVERY' | 'COLLECT';

/**
 * Name of a part of an order that takes its own way: one routing plan, one pick job and what follows it. `supplier` is
 * the part that another facility sends to where the order is collected.
 */
export type PartName = 'a' | 'b' | 'c' | 'supplier';

/** How much of its goods a part gets: `half` (rounded down, at least one piece) or the pieces after it. */
export type Share = 'all' | 'half' | 'rest';

/** What a picker finds: all, all but the last piece, nothing, or another article instead of the last piece. */
export type Found = 'all' | 'short' | 'none' | 'substitute';

export type RerouteReason = 'MANUAL' | 'SHORTPICK' | 'ABORTED' | 'ORDERMODIFIED';

interface OfPart<Event extends string> {
  /** Its name is that of the main event; others may come with it. */
  readonly event: Event;
  /** (Default: a) */
  readonly part?: PartName;
}

interface PlanStep
  extends OfPart<
    'ROUTING_PLAN_ROUTED' | 'ROUTING_PLAN_WAITING' | 'ROUTING_PLAN_NOT_ROUTABLE' | 'ROUTING_PLAN_FALLBACK'
  > {}

/** The plan keeps half, or nothing when `into` names two parts; the others get the rest. */
interface SplitStep extends OfPart<'ROUTING_PLAN_SPLITTED'> {
  readonly into: readonly [PartName, PartName] | readonly [PartName];
}

/** A new plan for what another part could not give: for all of it, or for what was not found there. */
interface RerouteStep extends OfPart<'ROUTING_PLAN_REROUTEPLAN_CREATED'> {
  readonly after: PartName;
  readonly reason: RerouteReason;
  /** (Default: all) */
  readonly of?: 'all' | 'missing';
}

interface PickStep
  extends OfPart<
    | ('PICK_JOB_CREATED' | 'PICK_JOB_OPENED' | 'PICK_JOB_PICKING_COMMENCED' | 'PICK_JOB_PICKING_PAUSED')
    | ('PICK_JOB_PICK_LINE_PICKED' | 'PICK_JOB_RESET')
  > {}

interface PickedStep extends OfPart<'PICK_JOB_PICKING_FINISHED'> {
  /** (Default: all) */
  readonly found?: Found;
}

interface PickEndStep extends OfPart<'PICK_JOB_ABORTED' | 'PICK_JOB_REROUTED'> {
  readonly subStatus: string;
}

interface PackStep extends OfPart<'PACK_JOB_CREATED' | 'PACK_JOB_UPDATED' | 'PACK_JOB_CLOSED'> {}

interface ShipStep extends OfPart<'SHIPMENT_CREATED'> {
  /** (Default: 1) */
  readonly parcels?: 1 | 2;
}

/** FAILED: the carrier refuses the parcel; another one takes its place. ACKNOWLEDGED: it has every parcel. */
interface ParcelStep extends OfPart<'PARCEL_CARRIER_FAILED' | 'PARCEL_CARRIER_ACKNOWLEDGED'> {}

interface TrackStep extends OfPart<'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED'> {
  /** Which of the part's parcels (Default: all). */
  readonly nth?: number;
  readonly trackingStatus: 'transit' | 'delivered' | 'not_delivered';
}

interface HandoverStep extends OfPart<'HANDOVERJOB_CREATED' | 'HANDOVERJOB_REVERTED'> {
  /** There is one job for each parcel; which (Default: 0). */
  readonly nth?: number;
}

interface HandedOverStep extends OfPart<'HANDOVERJOB_HANDED_OVER'> {
  readonly nth?: number;
  /** The customer does not take the last piece. */
  readonly refused?: boolean;
}

interface HandoverEndStep extends OfPart<'HANDOVERJOB_CANCELED'> {
  readonly nth?: number;
  readonly cancelReason: 'CONSUMER_NO_SHOW' | 'CONSUMER_REJECTS';
}

interface CancelStep extends OfPart<'ORDER_CANCELLED' | 'ORDER_FORCE_CANCELLED' | 'ORDER_CANCELLED_BY_EXPIRY'> {
  /** Goods that wait for their handover stay there. */
  readonly leaveHandovers?: boolean;
}

/** ORDER_MODIFIED drops the last piece of the order. */
interface PlainStep
  extends OfPart<
    'ORDER_MODIFIED' | 'ITEM_RETURN_JOB_CREATED' | 'ITEM_RETURN_JOB_UPDATED' | 'REFUND_TRIGGERED' | 'PROCESS_ANONYMIZED'
  > {}

/** One step changes the state and publishes what a subscriber would learn. */
export type LifeStep =
  | (PlanStep | SplitStep | RerouteStep)
  | (PickStep | PickedStep | PickEndStep | PackStep)
  | (ShipStep | ParcelStep | TrackStep)
  | (HandoverStep | HandedOverStep | HandoverEndStep)
  | (CancelStep | PlainStep);

export type StepEvent = LifeStep['event'];

type Matching<Step, Event> = Step extends { readonly event: infer Own } ? (Event extends Own ? Step : never) : never;
/** The step of one event. */
export type StepOf<Event extends StepEvent> = Matching<LifeStep, Event>;
