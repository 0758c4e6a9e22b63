import {
  createSecretTransport,
  type Endpoint,
  type EndpointParts,
  type LandingRecord,
  pubSubData,
  toPubSubTransport,
} from '@pipeline/landing';
import { notificationIds } from '@pipeline/provider-fulfillmenttools';
import type { Settings } from './config.ts';

/**
 * The endpoints of the transports that the settings choose. A webhook has the secret in a static header of the
 * subscription's target; only 200 counts as success there, within 10 s; anything else is repeated for 7 days.
 */
export const createEndpoints =
  (settings: Settings) =>
  (parts: EndpointParts): readonly Endpoint[] => {
    const webhook = (): Endpoint => ({
      path: '/fulfillmenttools',
      transport: createSecretTransport(parts),
      toRecords: (body) => [toRecord(body)],
    });
    const pubsub = (): Endpoint => ({
      path: '/fulfillmenttools/pubsub',
      transport: toPubSubTransport(settings, parts),
      // What fulfillmenttools published, without Google's envelope: a record looks the same whichever way it came.
      toRecords: (body) => [toRecord(pubSubData(body) ?? body)],
    });
    const endpoints = { webhook, pubsub };
    return [...new Set(settings.FFT_PUSH_TRANSPORTS)].map((name) => endpoints[name]());
  };

/** A notification as fulfillmenttools published it → its record. */
export function toRecord(value: Buffer): LandingRecord {
  const { key, eventId } = notificationIds(value);
  return { key, value, id: eventId };
}
