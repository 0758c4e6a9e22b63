import { PipelineError } from '@pipeline/streams';
import { type CommercetoolsNotification, toNotification } from './notification.ts';
import { nestsDeeperThan } from './nesting.ts';
import { unwrap } from './unwrap.ts';

/** An order has about ten levels. What walks a notification recursively is safe below this. */
const deepest = 64;

/**
 * Decodes what a push delivered: a notification as it is, or in the envelope of any transport (see `unwrap`).
 * @throws PipelineError `permanent`, stage `deserialize`, when it is none of these.
 */
export function parsePush(bytes: Uint8Array): CommercetoolsNotification {
  let value: unknown;
  try {
    value = unwrap(bytes);
  } catch {
    throw malformed('is not JSON, or holds an envelope that is not readable');
  }
  if (nestsDeeperThan(value, deepest)) throw malformed(`nests deeper than ${deepest} levels`);
  const notification = toNotification(value);
  if (!notification) throw malformed('is no notification of commercetools: it has no notificationType');
  return notification;
}

function malformed(why: string): PipelineError {
  const text = `The push ${why}. See the original bytes in the dead letter; check what else posts to this endpoint.`;
  return new PipelineError('permanent', 'malformed-notification', text, { stage: 'deserialize' });
}
