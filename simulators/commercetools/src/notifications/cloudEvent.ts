import type { Fields } from '../model.ts';
import type { Notification } from './message.ts';

/** What of a CloudEvent stands beside `data`, which is the notification in the Platform format. */
export function toCloudEventHead(notification: Notification): Fields {
  const { notificationType, projectKey, resource, sequenceNumber, id } = notification;
  const { typeId, id: subject } = resource as { typeId: string; id: string };
  const isMessage = notificationType === 'Message';
  const version = String(notification.version);
  return {
    specversion: '1.0',
    id: isMessage ? id : `${subject}:${notificationType}:${version}`,
    type: isMessage
      ? `com.commercetools.${typeId}.message.${typeOf(notification)}`
      : `com.commercetools.${typeId}.change.${notificationType}`,
    source: `/${String(projectKey)}/${typeId}s`,
    subject,
    time: isMessage ? notification.createdAt : notification.modifiedAt,
    ...(isMessage && {
      sequence: String(sequenceNumber),
      sequencetype: 'Integer',
      dataref: `/${String(projectKey)}/messages/${String(id)}`,
    }),
  };
}

/** The type of the message, also of one without payload; else the kind of the change. */
export function typeOf({ type, payloadNotIncluded, notificationType }: Notification): string {
  const omitted = (payloadNotIncluded as { payloadType?: unknown } | undefined)?.payloadType;
  return String(type ?? omitted ?? notificationType);
}
