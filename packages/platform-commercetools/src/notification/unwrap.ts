type Json = Record<string, unknown>;

const DEEPEST = 4;

/**
 * Takes the notification out of the envelopes that a transport put around it (at most 4 of them):
 * Pub/Sub push `{message: {data: base64}}`, CloudEvents `{specversion, data}`, EventBridge `{"detail-type", detail}`,
 * SNS `{Type, Message: text}`.
 * @throws SyntaxError or TypeError when something is not JSON in UTF-8.
 */
export function unwrap(bytes: Uint8Array): unknown {
  let value = parseJson(bytes);
  for (let depth = 0; depth < DEEPEST && isObject(value) && !('notificationType' in value); depth++) {
    const content = contentOf(value);
    if (content === undefined) return value;
    value = content;
  }
  return value;
}

function contentOf(envelope: Json): unknown {
  const { message } = envelope;
  if (isObject(message) && typeof message['data'] === 'string')
    return parseJson(Buffer.from(message['data'], 'base64'));
  if ('specversion' in envelope)
    return typeof envelope['data_base64'] === 'string'
      ? parseJson(Buffer.from(envelope['data_base64'], 'base64'))
      : envelope['data'];
  if ('detail-type' in envelope) return envelope['detail'];
  if ('Type' in envelope && typeof envelope['Message'] === 'string') return JSON.parse(envelope['Message']);
  return undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
