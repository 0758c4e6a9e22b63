import { type Fields, toFields, toText } from '../fields.ts';
import type { FulfillmenttoolsNotification } from '../webhook/notification.ts';
import type { ProcessReading, ReadEntity, ReadKind } from './readProcess.ts';

/**
 * What was read → the notifications that would have told of it: each entity under an event whose name says no more than
 * the entity does. The mapping takes everything from the entity but the kind of a cancellation and a split, which only
 * names of events tell. The same entity at the same version gives the same `eventId`.
 *
 * @param isKnown is this version of the entity known already? Then nothing is told of it.
 */
export function toNotifications(
  { entities, anonymized }: Pick<ProcessReading, 'entities' | 'anonymized'>,
  isKnown: (entity: Pick<ReadEntity, 'id' | 'version'>) => boolean = () => false,
): FulfillmenttoolsNotification[] {
  return [
    ...entities
      .filter((entity) => !isKnown(entity))
      .map(({ kind, id, version, entity, loadUnitsAmount }) => ({
        event: eventOf[kind](entity),
        eventId: `catch-up-${kind}-${id}-${version}`,
        payload: entity,
        ...(loadUnitsAmount === undefined ? {} : { loadUnitsAmount }),
      })),
    ...(anonymized === null
      ? []
      : [
          {
            event: 'PROCESS_ANONYMIZED',
            eventId: `catch-up-process-${toText(anonymized.id)}-anonymized`,
            payload: anonymized,
          },
        ]),
  ];
}

/** The notification as fulfillmenttools would have sent it, but for load units that were read with it. */
export const toBytes = ({ event, eventId, payload, loadUnitsAmount }: FulfillmenttoolsNotification): Buffer =>
  Buffer.from(JSON.stringify({ event, eventId, payload, loadUnitsAmount }));

/** By status; for any other, also one that nobody has heard of yet, the last name. */
const byStatus =
  (names: Readonly<Record<string, string>>, other: string) =>
  ({ status }: Fields): string =>
    (typeof status === 'string' && Object.hasOwn(names, status) ? names[status] : undefined) ?? other;

const eventOf: Readonly<Record<ReadKind, (entity: Fields) => string>> = {
  // Of a cancelled order a read does not tell whether it was forced.
  order: byStatus({ CANCELLED: 'ORDER_CANCELLED', OBSOLETE: 'ORDER_CANCELLED_BY_EXPIRY' }, 'ORDER_MODIFIED'),
  routingPlan: toPlanEvent,
  // Of a finished one the load units were read, see `readProcess`.
  pickJob: byStatus(
    {
      OPEN: 'PICK_JOB_CREATED',
      IN_PROGRESS: 'PICK_JOB_PICKING_COMMENCED',
      PAUSED: 'PICK_JOB_PICKING_PAUSED',
      PICKED: 'PICK_JOB_PICKING_FINISHED',
      CLOSED: 'PICK_JOB_PICKING_FINISHED',
      ABORTED: 'PICK_JOB_ABORTED',
      REROUTED: 'PICK_JOB_REROUTED',
      CANCELED: 'PICK_JOB_CANCELED',
    },
    'PICK_JOB_OPENED',
  ),
  packJob: byStatus(
    { OPEN: 'PACK_JOB_CREATED', CLOSED: 'PACK_JOB_CLOSED', CANCELED: 'PACK_JOB_CANCELED' },
    'PACK_JOB_UPDATED',
  ),
  shipment: () => 'SHIPMENT_UPDATED',
  parcel: toParcelEvent,
  handoverJob: byStatus(
    { HANDED_OVER: 'HANDOVERJOB_HANDED_OVER', CANCELED: 'HANDOVERJOB_CANCELED' },
    'HANDOVERJOB_CREATED',
  ),
  returnJob: () => 'ITEM_RETURN_JOB_UPDATED',
};

const planEvents = byStatus(
  {
    WAITING: 'ROUTING_PLAN_WAITING',
    NOT_ROUTABLE: 'ROUTING_PLAN_NOT_ROUTABLE',
    FALLBACK_ROUTING: 'ROUTING_PLAN_FALLBACK',
    CANCELED: 'ROUTING_PLAN_CANCELLED',
  },
  'ROUTING_PLAN_ROUTED',
);

/** A plan that gave all of its goods to its children. One that kept some goes on by its own status. */
function toPlanEvent(plan: Fields): string {
  const divided = plan.status === 'OBSOLETE' && toText(plan.childRoutingPlanRef) !== null;
  return divided ? 'ROUTING_PLAN_SPLITTED' : planEvents(plan);
}

function toParcelEvent(parcel: Fields): string {
  if (toText(toFields(parcel.result).trackingStatus) !== null) return 'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED';
  return byStatus(
    { DONE: 'PARCEL_CARRIER_CREATED', FAILED: 'PARCEL_CARRIER_FAILED' },
    'PARCEL_CARRIER_REQUESTED',
  )(parcel);
}
