import { randomInt } from 'node:crypto';
import type { Notification } from './message.ts';

/** `bare`: the notification itself, as an event bus' API destination sends it. `pubsub`: a Google Cloud Pub/Sub push. */
export const envelopes = ['bare', 'pubsub'] as const;
export type Envelope = (typeof envelopes)[number];

/** The request body. A message keeps its Pub/Sub message id when it is sent again. */
export function toBody(envelope: Envelope, notification: Notification, publishTime: string): string {
  const json = JSON.stringify(notification);
  if (envelope === 'bare') return json;
  const messageId = String(randomInt(1e12, 2e14));
  return JSON.stringify({
    message: {
      attributes: {},
      data: Buffer.from(json).toString('base64'),
      messageId,
      message_id: messageId,
      publishTime,
      publish_time: publishTime,
    },
    subscription: 'projects/simulator/subscriptions/orders-push',
  });
}
