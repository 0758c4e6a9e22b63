import { randomUUID } from 'node:crypto';
import { cloudEventHeaders } from '../cloudEvents.ts';
import { newTraceparent } from '../traceparent.ts';

/** Vendors whose notifications are kept as they came, each in a topic of its own. */
export type NotificationSource = 'commercetools' | 'fulfillmenttools';

export interface NotificationHeadersInput {
  readonly source: NotificationSource;
  /** Why it is in the topic. */
  readonly origin: 'live' | 'catch-up' | 'backfill';
  /** name@version of the program that writes it. */
  readonly producer: string;
  readonly time: Date;
  /** Of this delivery, not of the notification inside. Default: a new one. */
  readonly id?: string;
  /** Default: `application/json`. */
  readonly contentType?: string;
  /** Of the sender. Default: a new trace. */
  readonly traceparent?: string;
}

/** Headers of a vendor's notification, however it got into its topic. */
export function notificationHeaders({
  source,
  origin,
  producer,
  time,
  id = randomUUID(),
  contentType = 'application/json',
  traceparent = newTraceparent(),
}: NotificationHeadersInput): Record<string, string> {
  return {
    ...cloudEventHeaders({ id, type: `${source}.notification`, source: `/${source}`, time }),
    'content-type': contentType,
    traceparent,
    origin,
    producer,
  };
}
