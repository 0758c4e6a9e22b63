import {
  type FulfillmenttoolsNotification,
  notificationIds,
  toNotificationBytes,
} from '@pipeline/provider-fulfillmenttools';
import { newTraceparent, notificationHeaders } from '@pipeline/service-kit';
import type { ProducerMessage } from '@pipeline/streams/kafka';

export interface ToRecordsOptions {
  /** Deployed name. */
  readonly topic: string;
  /** name@version */
  readonly producer: string;
  readonly now: Date;
}

/** Notifications → records as landing writes them, but for their origin. */
export function toRecords(
  notifications: readonly FulfillmenttoolsNotification[],
  { topic, producer, now }: ToRecordsOptions,
): ProducerMessage[] {
  const traceparent = newTraceparent();
  return notifications.map((notification) => {
    const value = toNotificationBytes(notification);
    return {
      topic,
      key: notificationIds(value).key,
      value,
      headers: notificationHeaders({
        source: 'fulfillmenttools',
        origin: 'catch-up',
        producer,
        time: now,
        traceparent,
      }),
    };
  });
}
