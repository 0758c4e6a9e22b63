import { isPipelineError } from '@pipeline/streams';
import { malformed } from './malformed.ts';
import { type CommercetoolsNotification, toNotification } from './notification.ts';
import { maxBatch } from './splitPush.ts';
import { unwrap } from './unwrap.ts';

/**
 * Decodes what a push delivered: a notification as it is, or in the envelope of any transport (see `unwrap`).
 * @throws PipelineError `permanent`, stage `deserialize`, when it is none of these.
 */
export function parsePush(bytes: Uint8Array): CommercetoolsNotification {
  let value: unknown;
  try {
    value = unwrap(bytes);
  } catch (error) {
    if (isPipelineError(error)) throw error;
    throw malformed('is not JSON, or holds an envelope that is not readable');
  }
  if (Array.isArray(value))
    throw malformed(`is a batch of ${value.length}, which landing takes apart on its own and up to ${maxBatch} only`);
  const notification = toNotification(value);
  if (!notification) throw malformed('is no notification of commercetools: it has no notificationType');
  return notification;
}
