import { createSecretAdmission, type SecretCheckOptions } from '../secrets/secretCheck.ts';
import type { PushTransport } from './transport.ts';

/**
 * A static secret in a header or in the query: what a sender without signatures has (`bare`, commercetools Connect, the webhook
 * of fulfillmenttools, API destinations of EventBridge). It proves who sends, not what: whoever reads it can send too.
 * @throws RangeError when there is no secret, or an empty one.
 */
export function createSecretTransport(options: SecretCheckOptions): PushTransport {
  return { admit: createSecretAdmission(options) };
}
