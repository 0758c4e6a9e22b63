import { parseJson } from './parseJson.ts';

type Json = Record<string, unknown>;

const DEEPEST = 4;

/**
 * Takes the notification out of the envelopes that a transport put around it (at most 4 of them, one in another):
 * - Pub/Sub and commercetools Connect: `{message: {data: base64}}`
 * - CloudEvents: `{specversion, data}` or `{specversion, data_base64}`
 * - EventBridge: `{"detail-type", detail}`
 * - SNS, also inside of an SQS body: `{Type, Message: text}`
 * - Event Grid's own schema: `{eventType, data}`
 * - a list of one, as Event Grid sends where batches are on
 * @throws SyntaxError or TypeError when something is not JSON in UTF-8.
 */
export function unwrap(bytes: Uint8Array): unknown {
  return unwrapValue(parseJson(bytes));
}

/** The same, of what was parsed already. */
export function unwrapValue(parsed: unknown): unknown {
  let value = parsed;
  for (let depth = 0; depth < DEEPEST && !isNotification(value); depth++) {
    const content = contentOf(value);
    if (content === undefined) return value;
    value = content;
  }
  return value;
}

function contentOf(envelope: unknown): unknown {
  if (Array.isArray(envelope)) return envelope.length === 1 ? envelope[0] : undefined;
  if (!isObject(envelope)) return undefined;
  const { message } = envelope;
  if (isObject(message) && typeof message['data'] === 'string')
    return parseJson(Buffer.from(message['data'], 'base64'));
  if ('specversion' in envelope)
    return typeof envelope['data_base64'] === 'string'
      ? parseJson(Buffer.from(envelope['data_base64'], 'base64'))
      : envelope['data'];
  if ('detail-type' in envelope) return envelope['detail'];
  if ('Type' in envelope && typeof envelope['Message'] === 'string') return parseJson(Buffer.from(envelope['Message']));
  if ('eventType' in envelope) return envelope['data'];
  return undefined;
}

function isNotification(value: unknown): boolean {
  return isObject(value) && 'notificationType' in value;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
