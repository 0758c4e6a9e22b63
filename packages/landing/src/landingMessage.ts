import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { cloudEventHeaders, isTraceparent, newTraceparent } from '@pipeline/service-kit';

export type NotificationSource = 'commercetools' | 'fulfillmenttools';

/** A notification as it is written to Kafka: the sender's bytes, unchanged. */
export interface LandingMessage {
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ToLandingMessage {
  readonly body: Buffer;
  readonly headers: IncomingHttpHeaders;
  /** null: the bytes name no key. Whatever it throws counts as null: landing does not depend on understanding. */
  readonly keyOf: (bytes: Buffer) => string | null;
  readonly source: NotificationSource;
  /** name@version of the service. */
  readonly producer: string;
  readonly receivedAt: Date;
}

const longestKey = 256;
const longestHeader = 256;

/**
 * Request → message. `ce_id` identifies this delivery, not the notification inside: the bytes were not read.
 * A `content-encoding` of the sender is kept, nothing is decompressed.
 */
export function toLandingMessage({
  body,
  headers,
  keyOf,
  source,
  producer,
  receivedAt,
}: ToLandingMessage): LandingMessage {
  const encoding = headers['content-encoding'];
  return {
    key: safeKey(keyOf, body),
    value: body,
    headers: {
      ...cloudEventHeaders({
        id: randomUUID(),
        type: `${source}.notification`,
        source: `/${source}`,
        time: receivedAt,
      }),
      'content-type': isShortText(headers['content-type']) ? headers['content-type'] : 'application/json',
      ...(isShortText(encoding) && encoding !== 'identity' && { 'content-encoding': encoding }),
      traceparent: isTraceparent(headers.traceparent) ? headers.traceparent : newTraceparent(),
      origin: 'live',
      producer,
    },
  };
}

function safeKey(keyOf: (bytes: Buffer) => string | null, body: Buffer): string | null {
  try {
    const key = keyOf(body);
    return typeof key === 'string' && key !== '' && key.length <= longestKey ? key : null;
  } catch {
    return null;
  }
}

function isShortText(text: string | undefined): text is string {
  return text !== undefined && text.length <= longestHeader && /^[\x21-\x7e][\x20-\x7e]*$/.test(text);
}
