import { deepestJson, nestsDeeperThan } from '@pipeline/streams';
import { createSecretAdmission, type SecretCheckOptions } from '../secrets/secretCheck.ts';
import { deliver, type PushTransport, type Receipt } from './transport.ts';

export interface EventGridOptions extends SecretCheckOptions {
  /** Host names that may ask for the handshake of CloudEvents, in small letters. */
  readonly origins: readonly string[];
}

const longestCode = 512;

/**
 * Azure Event Grid: CloudEvents with the OPTIONS handshake of its web hook specification, or the older schema with a
 * validation event. A code in the payload is given back; a validation URL or a callback URL is never called, so what
 * is left to a person (10 minutes to open that URL) stays with a person.
 * The handshake needs no secret: it only says that this origin may send, and what it sends needs one.
 */
export function createEventGridTransport({ origins, ...secret }: EventGridOptions): PushTransport {
  return {
    admit: createSecretAdmission(secret),
    receive: ({ headers }, body) => receive(String(headers['aeg-event-type'] ?? ''), body),
    handshake({ headers }) {
      const origin = headers['webhook-request-origin'];
      if (typeof origin !== 'string' || !origins.includes(origin.toLowerCase())) return undefined;
      const asksForRate = headers['webhook-request-rate'] !== undefined;
      return { 'webhook-allowed-origin': origin, ...(asksForRate && { 'webhook-allowed-rate': '*' }) };
    },
  };
}

function receive(type: string, body: Buffer): Receipt {
  if (type === 'SubscriptionDeletion') return { kind: 'control', control: 'subscription-deletion' };
  if (type !== 'SubscriptionValidation') return deliver;
  const code = validationCode(body);
  // Not a validation after all: it lands, and the normaliser says what it is.
  if (code === undefined) return deliver;
  return { kind: 'control', control: 'validation', answer: { validationResponse: code } };
}

/** Of the older schema's validation event; undefined: it is none. Never throws. */
export function validationCode(body: Buffer): string | undefined {
  if (nestsDeeperThan(body, deepestJson)) return undefined;
  try {
    const events = [JSON.parse(body.toString('utf8'))].flat() as { data?: { validationCode?: unknown } }[];
    const code = events.length === 1 ? events[0]?.data?.validationCode : undefined;
    return typeof code === 'string' && code.length <= longestCode ? code : undefined;
  } catch {
    return undefined;
  }
}
