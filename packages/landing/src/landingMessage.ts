import type { IncomingHttpHeaders } from 'node:http';
import { isTraceparent, type NotificationSource, notificationHeaders } from '@pipeline/service-kit';

/** A notification as it is written to Kafka: the bytes that its sender has proven, unchanged. */
export interface LandingMessage {
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** One record to be made of a body. */
export interface LandingRecord {
  readonly key: string | null;
  readonly value: Buffer;
  /** The sender's id of the notification, to count what comes again; null: not known. */
  readonly id: string | null;
}

/**
 * Body → records, all of them acknowledged together. Several for a batch: the key is that of an order, and two orders
 * under one key would lose their order. Whatever it throws, or none at all, counts as "one record, key unknown":
 * landing does not depend on understanding. It sees what a sender wrote and must bound its own work: JSON may nest as deep
 * as the body is long.
 */
export type ToRecords = (body: Buffer) => readonly LandingRecord[];

export interface ToLandingHeaders {
  readonly headers: IncomingHttpHeaders;
  /** The body is still packed as the sender packed it. */
  readonly packed: boolean;
  readonly source: NotificationSource;
  /** name@version of the service. */
  readonly producer: string;
  readonly receivedAt: Date;
}

const longestKey = 256;
const longestHeader = 256;

/** What the vendor's reader makes of the body, or the body as a whole where it makes nothing of it. */
export function toSafeRecords(toRecords: ToRecords, body: Buffer): readonly LandingRecord[] {
  const whole = [{ key: null, value: body, id: null }];
  try {
    const records = toRecords(body);
    return records.length === 0 ? whole : records.map((record) => ({ ...record, key: safeKey(record.key) }));
  } catch {
    return whole;
  }
}

/** `ce_id` identifies this delivery, not the notification inside. */
export function toLandingHeaders({
  headers,
  packed,
  source,
  producer,
  receivedAt,
}: ToLandingHeaders): LandingMessage['headers'] {
  const encoding = headers['content-encoding'];
  return {
    ...notificationHeaders({
      source,
      origin: 'live',
      producer,
      time: receivedAt,
      ...(isShortText(headers['content-type']) && { contentType: headers['content-type'] }),
      ...(isTraceparent(headers.traceparent) && { traceparent: headers.traceparent }),
    }),
    ...(packed && isShortText(encoding) && { 'content-encoding': encoding }),
  };
}

function safeKey(key: string | null): string | null {
  return typeof key === 'string' && key !== '' && key.length <= longestKey ? key : null;
}

function isShortText(text: string | undefined): text is string {
  return text !== undefined && text.length <= longestHeader && /^[\x21-\x7e][\x20-\x7e]*$/.test(text);
}
