import { toFields, toText } from '../fields.ts';
import { decode } from './notification.ts';
import { toReferences } from './references.ts';

/**
 * Key under which a notification lands: process id, else tenantOrderId, else the entity's id, so that what belongs to
 * one order mostly meets in one partition. null: it says none of them, or is not even JSON. Never throws: what we do
 * not understand lands too.
 */
export function notificationKey(bytes: Uint8Array): string | null {
  const envelope = toFields(decodeOrNothing(bytes));
  const event = toText(envelope.event);
  const pickJobRef = toText(envelope.pickJobRef);
  const { processId, tenantOrderId, entityId } = toReferences({
    payload: envelope.payload,
    ...(event === null ? {} : { event }),
    ...(pickJobRef === null ? {} : { pickJobRef }),
  });
  return processId ?? tenantOrderId ?? entityId;
}

function decodeOrNothing(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}
