import { toFields, toInstant, toText } from '../fields.ts';
import type { FulfillmenttoolsNotification } from '../webhook/notification.ts';
import { mappedEvents } from '../webhook/toFulfillmentEvent.ts';

/** A line of the vendor's event export. */
export type ExportedEvent =
  | {
      readonly kind: 'event';
      /** As a webhook would have brought it. */
      readonly notification: FulfillmenttoolsNotification;
      /** Milliseconds since the epoch. */
      readonly createdAt: number;
    }
  /** An event of a kind that says nothing about an order, or a name that is new to us. */
  | { readonly kind: 'other'; readonly name: string; readonly createdAt: number }
  | { readonly kind: 'bad'; readonly reason: string };

/** Names differ between webhooks and files in their hyphens at least: only letters and digits are compared. */
const toLetters = (name: string): string => name.replaceAll(/[^a-z0-9]/gi, '').toUpperCase();
const byLetters = new Map(mappedEvents.map((event) => [toLetters(event), event]));

/**
 * A line of an export file, `{id, eventName: "order-created_event-v1", payload, created}` (facts of the vendor's docs),
 * as the notification that its webhook carries. Never throws; a reason quotes nothing of the line: it is personal data.
 */
export function parseExportedEvent(line: string): ExportedEvent {
  const fields = toFields(toJson(line));
  const eventId = toText(fields.id);
  const name = toText(fields.eventName);
  const createdAt = toInstant(fields.created);
  const { payload } = fields;
  if (Object.keys(fields).length === 0) return bad('is no JSON object');
  if (eventId === null) return bad('has no id');
  if (name === null) return bad('has no eventName');
  if (createdAt === null) return bad('has no usable created');
  const event = byLetters.get(toLetters(name.replace(/_event-v\d+$/i, '')));
  // Of others a payload may be anything: that of FACILITY_DELETED is an id.
  if (event === undefined) return { kind: 'other', name: toShown(name), createdAt };
  if (typeof payload !== 'object' || payload === null) return bad('has no payload');
  return { kind: 'event', notification: { event, eventId, payload }, createdAt };
}

const bad = (reason: string): ExportedEvent => ({ kind: 'bad', reason });

function toJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Only what reads like a name: the field may hold anything. */
const toShown = (name: string): string => (/^[a-z][a-z0-9_-]{0,63}$/i.test(name) ? name : 'unnamed');
