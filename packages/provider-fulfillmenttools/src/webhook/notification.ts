import { PipelineError } from '@pipeline/streams';
import { type Fields, toFields, toText } from '../fields.ts';

/** A vendor's raw notification: what its webhook and its queues carry. */
export interface FulfillmenttoolsNotification {
  /** e.g. ORDER_CREATED */
  readonly event: string;
  readonly eventId: string;
  /** The entity after the change; for a few events a bare id or a list. */
  readonly payload: unknown;
  /** Only beside a picked line. */
  readonly pickJobRef?: string;
  /** Never the vendor's: what a catch-up read of a finished pick job beside it; null: it is not to be had. */
  readonly loadUnitsAmount?: number | null;
}

/**
 * Reads a landed notification.
 * @throws PipelineError `permanent`, stage `deserialize`: no JSON in UTF-8, or no event, eventId and payload in it. The
 * dead letter holds the bytes; nothing of them is in the error.
 */
export function parseNotification(bytes: Uint8Array): FulfillmenttoolsNotification {
  const envelope = toFields(parseJson(bytes));
  const event = toText(envelope.event);
  const eventId = toText(envelope.eventId);
  const pickJobRef = toText(envelope.pickJobRef);
  if (event === null) throw unreadable('malformed-notification', 'has no event');
  if (eventId === null) throw unreadable('malformed-notification', 'has no eventId');
  const { payload, loadUnitsAmount } = envelope;
  if (payload === undefined || payload === null) throw unreadable('malformed-notification', 'has no payload');
  return {
    ...{ event, eventId, payload },
    ...(pickJobRef === null ? {} : { pickJobRef }),
    ...(isAmount(loadUnitsAmount) ? { loadUnitsAmount } : {}),
  };
}

const isAmount = (value: unknown): value is number | null =>
  value === null || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0);

/** The entity in a notification; empty where the payload is a bare id or a list. */
export function toPayload(notification: { readonly payload: unknown }): Fields {
  return toFields(notification.payload);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    // The parser's own message quotes the bytes.
    throw unreadable('malformed-notification', 'is not JSON in UTF-8');
  }
}

/** @throws TypeError or SyntaxError when it is not JSON in UTF-8. */
export function decode(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

function unreadable(code: string, what: string): PipelineError {
  const message = `A notification of fulfillmenttools ${what}; look at the dead letter and at who sent it.`;
  return new PipelineError('permanent', code, message, { stage: 'deserialize' });
}
