import {
  channelIdOf,
  type ChannelReader,
  type CommercetoolsNotification,
  toCommerceChannelEvent,
} from '@pipeline/platform-commercetools';
import { type CommerceChannelEvent, topics } from '@pipeline/schemas';
import { eventHeaders } from '@pipeline/service-kit';
import { type Handler, type HandlerContext, outgoing } from '@pipeline/streams';

export interface PublishChannelOptions {
  readonly readChannel: ChannelReader;
  readonly projectKey: string;
  readonly instance: string;
  /** name@version */
  readonly producer: string;
  /** The event is handed over to Kafka; said again when Kafka did not take it and the notification is handled again. */
  readonly onPublished: (event: CommerceChannelEvent) => void;
}

/**
 * One event of a notification about a channel of this project, keyed by the channel, with the channel as it is now: of
 * any role, so that a reader sees that one was taken away. undefined: the notification is about something else.
 */
export type PublishChannel = (
  notification: CommercetoolsNotification,
  message: Parameters<Handler<Uint8Array>>[0][0],
  context: Pick<HandlerContext, 'read'>,
) => ReturnType<Handler<Uint8Array>> | undefined;

export function createPublishChannel(options: PublishChannelOptions): PublishChannel {
  const { readChannel, projectKey, instance, producer, onPublished } = options;
  return (notification, message, context) => {
    const channelId = channelIdOf(notification);
    const isOurs = notification.projectKey === null || notification.projectKey === projectKey;
    return channelId !== undefined && isOurs ? publish(channelId) : undefined;

    async function publish(channelId: string) {
      const channel = await context.read({ name: 'readChannel' }, (signal) => readChannel(channelId, signal));
      const input = { notification, channelId, channel, receivedAt: message.timestamp, instance, projectKey };
      const event = toCommerceChannelEvent(input);
      const headers = eventHeaders({
        from: message.headers,
        id: event.eventId,
        type: `commerce.channel.${event.type}`,
        source: `/${event.platform}/${projectKey}`,
        occurredAt: event.occurredAt,
        producer,
      });
      onPublished(event);
      return [outgoing(topics.commerceChannels, channelId, event, headers)];
    }
  };
}
