import { PipelineError } from '@pipeline/streams';
import { toNotification } from './notification.ts';
import type { CommercetoolsNotification } from './notification.ts';
import { unwrap } from './unwrap.ts';

/**
 * Decodes what a push delivered: a notification as it is, or in an envelope of Pub/Sub, CloudEvents, EventBridge or SNS.
 * @throws PipelineError `permanent`, stage `deserialize`, when it is none of these.
 */
export function parsePush(bytes: Uint8Array): CommercetoolsNotification {
  let value: unknown;
  try {
    value = unwrap(bytes);
  } catch {
    throw malformed('is not JSON, or holds an envelope that is not readable');
  }
  const notification = toNotification(value);
  if (!notification) throw malformed('is no notification of commercetools: it has no notificationType');
  return notification;
}

/** Id of the resource that a push is about, the key to land it with; null when there is none. Never throws. */
export function notificationKey(bytes: Uint8Array): string | null {
  try {
    return toNotification(unwrap(bytes))?.resource?.id ?? null;
  } catch {
    return null;
  }
}

function malformed(why: string): PipelineError {
  const text = `The push ${why}. See the original bytes in the dead letter; check what else posts to this endpoint.`;
  return new PipelineError('permanent', 'malformed-notification', text, { stage: 'deserialize' });
}
