import type { CommerceChannelEvent } from '@pipeline/schemas/types';
import type { CommercetoolsNotification } from '../notification/notification.ts';
import type { ReadChannel } from './channelReader.ts';

/** Id of the channel that a notification is about, of whatever kind; undefined: it is about something else. */
export const channelIdOf = ({ resource }: CommercetoolsNotification): string | undefined =>
  resource?.typeId === 'channel' ? resource.id : undefined;

export interface ChannelEventInput {
  readonly notification: CommercetoolsNotification;
  readonly channelId: string;
  /** Read after the notification; undefined: commercetools has it no more. */
  readonly channel: ReadChannel | undefined;
  /** When the notification was written to Kafka, milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly instance: string;
  readonly projectKey: string;
}

/**
 * The event to publish. What was read decides, and not the notification: it may be older, or come late. `channelVersion`
 * is the one that was read; of a channel that is gone the notification's.
 */
export function toCommerceChannelEvent(input: ChannelEventInput): CommerceChannelEvent {
  const { notification, channelId, channel, receivedAt, instance, projectKey } = input;
  return {
    type: channel ? 'ChannelChanged' : 'ChannelDeleted',
    platform: 'commercetools',
    instance,
    projectKey,
    channelId,
    channelVersion: channel?.version ?? notification.resourceVersion,
    eventId: notification.id,
    cause: notification.type ?? notification.notificationType,
    occurredAt: notification.occurredAt ?? receivedAt,
    receivedAt,
    channel: channel?.snapshot ?? null,
    channelKey: channel?.snapshot.key ?? notification.resourceKey,
  };
}
