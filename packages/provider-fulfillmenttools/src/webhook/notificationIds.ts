import { deepestJson, type JsonShape, nestsDeeperThan, parseSparsely } from '@pipeline/streams';
import { toFields, toText } from '../fields.ts';
import { decode } from './notification.ts';
import { payloadReferences, toReferences } from './references.ts';

export interface NotificationIds {
  /**
   * Key under which it lands: process id, else tenantOrderId, else the entity's id, so that what belongs to one order
   * mostly meets in one partition. null: it says none of them, or is not even JSON of at most 64 levels.
   */
  readonly key: string | null;
  /** The vendor's id of the notification. */
  readonly eventId: string | null;
}

const shape: JsonShape = new Map<string, JsonShape | 'whole'>([
  ['event', 'whole'],
  ['eventId', 'whole'],
  ['pickJobRef', 'whole'],
  ['payload', payloadReferences],
]);

/** What landing needs to know of a notification; most of it is not parsed. Never throws: what we do not understand lands too. */
export function notificationIds(bytes: Uint8Array): NotificationIds {
  const envelope = toFields(parseSparsely(bytes, shape) ?? decodeOrNothing(bytes));
  const event = toText(envelope.event);
  const pickJobRef = toText(envelope.pickJobRef);
  const { processId, tenantOrderId, entityId } = toReferences({
    payload: envelope.payload,
    ...(event === null ? {} : { event }),
    ...(pickJobRef === null ? {} : { pickJobRef }),
  });
  return { key: processId ?? tenantOrderId ?? entityId, eventId: toText(envelope.eventId) };
}

function decodeOrNothing(bytes: Uint8Array): unknown {
  if (nestsDeeperThan(bytes, deepestJson)) return undefined;
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}
