import {
  type FulfillmenttoolsNotification,
  notificationIds,
  toNotificationBytes,
} from '@pipeline/provider-fulfillmenttools';
import { notificationHeaders } from '@pipeline/service-kit';
import type { ProducerMessage } from '@pipeline/streams/kafka';

/** A notification as its webhook would have landed it, but for its origin. `topic`: as deployed. */
export function toNotificationMessage(
  notification: FulfillmenttoolsNotification,
  { topic, producer, now }: { readonly topic: string; readonly producer: string; readonly now: Date },
): ProducerMessage & { readonly headers: Record<string, string> } {
  const value = toNotificationBytes(notification);
  const headers = notificationHeaders({ source: 'fulfillmenttools', origin: 'catch-up', producer, time: now });
  return { topic, key: notificationIds(value).key, value, headers };
}
