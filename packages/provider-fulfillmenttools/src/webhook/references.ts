import type { JsonShape } from '@pipeline/streams';
import { toFields, toText } from '../fields.ts';
import { type FulfillmenttoolsNotification, toPayload } from './notification.ts';

/** The one event of a pick job whose payload is a line: its id is not the job's. */
const LINE_PICKED = 'PICK_JOB_PICK_LINE_PICKED';

/** The part of a notification that leads to its order; every field may be missing. */
export type NotificationParts = Partial<Pick<FulfillmenttoolsNotification, 'event' | 'payload' | 'pickJobRef'>>;

/** Ids that a notification names; null: it does not say. */
export interface References {
  readonly processId: string | null;
  readonly tenantOrderId: string | null;
  readonly providerOrderId: string | null;
  readonly pickJobRef: string | null;
  readonly itemReturnJobRef: string | null;
  /** Id of the entity that the event is about; of a picked line the pick job's. */
  readonly entityId: string | null;
}

const whole = (...names: readonly string[]) => names.map((name) => [name, 'whole'] as const);

/** Everything of a payload that `toReferences` looks at. */
export const payloadReferences: JsonShape = new Map<string, JsonShape | 'whole'>([
  ...whole('id', 'processId', 'processRef', 'tenantOrderId', 'orderRef', 'pickJobRef'),
  ...whole('itemReturnJobRef', 'itemReturnRef', 'externalActionRef'),
  ['header', new Map(whole('processRef', 'tenantOrderId', 'orderRef', 'jobRef'))],
  ['pickJobData', new Map(whole('tenantOrderId', 'pickJobRef'))],
]);

/**
 * Where each entity keeps its references: the process is `processId` (order, routing plan, pick, pack and handover job,
 * shipment), `processRef` (parcel, service job, item return job, expiry) or the process's own id; records of picking
 * have them in `header`, an upcoming reroute in `pickJobData`. Source: the vendor's OpenAPI, schemas of the events.
 */
export function toReferences(notification: NotificationParts): References {
  const payload = toPayload({ payload: notification.payload });
  const event = notification.event ?? '';
  const header = toFields(payload.header);
  const pickJobData = toFields(payload.pickJobData);
  const id = toText(payload.id);
  const own = (prefix: string) => (event.startsWith(prefix) ? id : null);
  return {
    processId: toText(payload.processId) ?? toText(payload.processRef) ?? toText(header.processRef) ?? own('PROCESS_'),
    tenantOrderId: toText(payload.tenantOrderId) ?? toText(header.tenantOrderId) ?? toText(pickJobData.tenantOrderId),
    providerOrderId: own('ORDER_') ?? toText(payload.orderRef) ?? toText(header.orderRef),
    pickJobRef:
      toText(notification.pickJobRef) ??
      (event === LINE_PICKED ? null : own('PICK_JOB_')) ??
      toText(payload.pickJobRef) ??
      toText(header.jobRef) ??
      toText(pickJobData.pickJobRef),
    itemReturnJobRef: own('ITEM_RETURN_JOB_') ?? toText(payload.itemReturnJobRef),
    entityId:
      toText(notification.pickJobRef) ??
      id ??
      toText(payload.itemReturnRef) ??
      toText(payload.externalActionRef) ??
      toText(notification.payload),
  };
}
