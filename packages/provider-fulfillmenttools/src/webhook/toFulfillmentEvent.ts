import { noParts } from '@pipeline/fulfillment';
import type { FulfillmentEvent } from '@pipeline/schemas/types';
import { type Fields, toInstant } from '../fields.ts';
import { PROVIDER } from '../providerName.ts';
import type { EventPart } from './eventPart.ts';
import { type FulfillmenttoolsNotification, toPayload } from './notification.ts';
import { toReferences } from './references.ts';
import { toHandoverJobPart } from './toHandoverJob.ts';
import { toPackJobPart } from './toPackJob.ts';
import { toParcelPart } from './toParcel.ts';
import { toPickJobPart } from './toPickJob.ts';
import { toProviderOrderPart } from './toProviderOrder.ts';
import { toRefundPart, toReturnPart } from './toReturn.ts';
import { toRoutingPlanPart } from './toRoutingPlan.ts';
import { toShipmentPart } from './toShipment.ts';
import type { EnumContext } from './vendorEnum.ts';

/** What the notification itself does not say. Times are milliseconds since the epoch. */
export interface EventContext extends EnumContext {
  /** Order id of the commerce platform. */
  readonly orderId: string;
  readonly projectKey: string;
  readonly instance: string;
  /** Where it is known from elsewhere. */
  readonly processId: string | null;
  readonly receivedAt: number;
  /** Load units of the pick job, read beside the event. */
  readonly loadUnitsAmount?: number | null;
}

type Mapper = (payload: Fields, event: string, context: EventContext) => EventPart | undefined;

const mapperOf = (mapper: Mapper, ...events: string[]) => events.map((event) => [event, mapper] as const);

/**
 * The events that change what is known of an order. Not among them: PICK_JOB_PICK_LINE_PICKED, a line without a version,
 * of which PICK_JOB_PICKING_FINISHED says all that counts (docs/guides/status.md).
 */
const mappers: ReadonlyMap<string, Mapper> = new Map([
  ...mapperOf(
    toProviderOrderPart,
    'ORDER_CREATED',
    'ORDER_MODIFIED',
    'ORDER_UNLOCKED',
    'ORDER_CANCELLED',
    'ORDER_CANCELLED_BY_EXPIRY',
    'ORDER_FORCE_CANCELLED',
  ),
  ...mapperOf(
    toRoutingPlanPart,
    'ROUTING_PLAN_ROUTED',
    'ROUTING_PLAN_SPLITTED',
    'ROUTING_PLAN_WAITING',
    'ROUTING_PLAN_NOT_ROUTABLE',
    'ROUTING_PLAN_FALLBACK',
    'ROUTING_PLAN_CANCELLED',
    'ROUTING_PLAN_REROUTEPLAN_CREATED',
  ),
  ...mapperOf(
    toPickJobPart,
    'PICK_JOB_CREATED',
    'PICK_JOB_OPENED',
    'PICK_JOB_PICKING_COMMENCED',
    'PICK_JOB_PICKING_PAUSED',
    'PICK_JOB_PICKING_FINISHED',
    'PICK_JOB_ABORTED',
    'PICK_JOB_REROUTED',
    'PICK_JOB_RESET',
    'PICK_JOB_CANCELED',
  ),
  ...mapperOf(
    toHandoverJobPart,
    'HANDOVERJOB_CREATED',
    'HANDOVERJOB_HANDED_OVER',
    'HANDOVERJOB_REVERTED',
    'HANDOVERJOB_CANCELED',
  ),
  ...mapperOf(
    toParcelPart,
    'PARCEL_CARRIER_REQUESTED',
    'PARCEL_CARRIER_CREATED',
    'PARCEL_CARRIER_ACKNOWLEDGED',
    'PARCEL_CARRIER_FAILED',
    'PARCEL_TRACK_AND_TRACE_STATUS_UPDATED',
  ),
  ...mapperOf(toShipmentPart, 'SHIPMENT_CREATED', 'SHIPMENT_UPDATED'),
  ...mapperOf(toPackJobPart, 'PACK_JOB_CREATED', 'PACK_JOB_UPDATED', 'PACK_JOB_CLOSED', 'PACK_JOB_CANCELED'),
  ...mapperOf(toReturnPart, 'ITEM_RETURN_JOB_CREATED', 'ITEM_RETURN_JOB_UPDATED'),
  ...mapperOf(toRefundPart, 'REFUND_TRIGGERED'),
  ...mapperOf(() => ({ type: 'ProcessGone' }), 'PROCESS_ANONYMIZED', 'PROCESS_DELETED'),
]);

/** Names of the events that `toFulfillmentEvent` maps: what to subscribe to. */
export const mappedEvents: readonly string[] = [...mappers.keys()];

/**
 * The canonical event of a notification. undefined: it says nothing about the order (another kind of event, a name that
 * is new to us, or a leg between two facilities that has no mark of its own in the canonical record); the caller counts.
 * Unknown values of an enumeration become UNKNOWN, and `onUnknown` is told of each.
 * @throws PipelineError `permanent`, code `payload-incomplete`, when an entity has no id or no version.
 */
export function toFulfillmentEvent(
  notification: FulfillmenttoolsNotification,
  context: EventContext,
): FulfillmentEvent | undefined {
  const payload = toPayload(notification);
  const part = mappers.get(notification.event)?.(payload, notification.event, context);
  if (part === undefined) return undefined;
  const references = toReferences(notification);
  return {
    provider: PROVIDER,
    instance: context.instance,
    projectKey: context.projectKey,
    orderId: context.orderId,
    processId: context.processId ?? references.processId,
    providerOrderId: references.providerOrderId,
    tenantOrderId: references.tenantOrderId,
    eventId: notification.eventId,
    cause: notification.event,
    occurredAt: toInstant(payload.lastModified) ?? toInstant(payload.created) ?? context.receivedAt,
    receivedAt: context.receivedAt,
    ...noParts,
    ...part,
  };
}
