import type { CommercePlatform } from '@pipeline/fulfillment';
import { parsePush } from '@pipeline/platform-commercetools';
import { type CommerceOrderEvent, topics } from '@pipeline/schemas';
import { eventHeaders } from '@pipeline/service-kit';
import { type Handler, outgoing } from '@pipeline/streams';
import { classifyWithPayment, toOrderEvent } from '../classifyPayment.ts';
import type { PublishChannel } from './publishChannel.ts';

export interface PublishOrderOptions {
  readonly platform: Pick<CommercePlatform, 'getOrder'>;
  readonly projectKey: string;
  readonly instance: string;
  /** API clients that this pipeline writes with: their status updates come back as notifications. */
  readonly ourClientIds: readonly string[];
  /** name@version */
  readonly producer: string;
  readonly observer: PublishingObserver;
  /** What is done with notifications about channels. (Default: they are ignored) */
  readonly publishChannel?: PublishChannel | undefined;
}

export interface PublishingObserver {
  /** The event is handed over to Kafka; said again when Kafka did not take it and the notification is handled again. */
  published(event: CommerceOrderEvent): void;
  ignored(reason: string, orderId: string | null): void;
}

/** Well below what the topic takes: a snapshot that is larger stays behind, and the router reads the order. */
const LARGEST_SNAPSHOT = 1_500_000;

/** Normalises a landed notification: at most one event, keyed by the order or the channel. */
export function createPublishOrder(options: PublishOrderOptions): Handler<Uint8Array> {
  const { platform, projectKey, instance, ourClientIds, producer, observer, publishChannel } = options;
  return async ([message], context) => {
    const notification = parsePush(message.value);
    const ofChannel = publishChannel?.(notification, message, context);
    if (ofChannel) return ofChannel;
    const classification = classifyWithPayment(notification, { ourClientIds, projectKey });
    const { orderId, needsOrder, reason } = classification;
    const order =
      needsOrder && orderId !== null
        ? await context.read({ name: 'platform.getOrder' }, (signal) => platform.getOrder(orderId, signal))
        : undefined;
    const event = toOrderEvent({
      notification,
      classification,
      order,
      receivedAt: message.timestamp,
      instance,
      projectKey,
    });
    if (!event) {
      observer.ignored(reason, orderId);
      return [];
    }
    const headers = eventHeaders({
      from: message.headers,
      id: event.eventId,
      type: `commerce.order.${event.type}`,
      source: `/${event.platform}/${projectKey}`,
      occurredAt: event.occurredAt,
      orderVersion: event.orderVersion,
      producer,
    });
    observer.published(event);
    return [outgoing(topics.commerceOrders, event.orderId, withinLimit(event), headers)];
  };
}

function withinLimit(event: CommerceOrderEvent): CommerceOrderEvent {
  if (!event.order || Buffer.byteLength(JSON.stringify(event.order)) <= LARGEST_SNAPSHOT) return event;
  return { ...event, snapshotIncluded: false, order: null };
}
