import { type JsonShape, parseSparsely } from '@pipeline/streams';
import { malformed } from './malformed.ts';
import { parseJson } from './parseJson.ts';

type Json = Record<string, unknown>;
type Parse = (bytes: Uint8Array) => unknown;

const DEEPEST = 4;

interface Form {
  readonly fits: (body: Json) => boolean;
  /** What is in it; undefined: nothing, or it is no envelope. */
  readonly open: (body: Json, parse: Parse) => unknown;
}

const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64');

const forms: readonly Form[] = [
  { fits: (body) => 'notificationType' in body, open: () => undefined },
  {
    fits: ({ message }) => isObject(message) && typeof message['data'] === 'string',
    open: ({ message }, parse) => parse(fromBase64((message as { data: string }).data)),
  },
  {
    fits: (body) => 'specversion' in body,
    open: ({ data_base64, data }, parse) => (typeof data_base64 === 'string' ? parse(fromBase64(data_base64)) : data),
  },
  { fits: (body) => 'detail-type' in body, open: ({ detail }) => detail },
  {
    fits: (body) => 'Type' in body && 'Message' in body,
    open: ({ Message }, parse) => (typeof Message === 'string' ? parse(Buffer.from(Message)) : undefined),
  },
  { fits: (body) => 'eventType' in body, open: ({ data }) => data },
];

/** Every name in `forms`, but for `data` and `detail`, which hold another body. */
const envelopeMembers = [
  'notificationType',
  'message',
  'specversion',
  'data_base64',
  'detail-type',
  'Type',
  'Message',
  'eventType',
];

/**
 * Takes the notification out of the envelopes that a transport put around it (at most 4 of them, one in another):
 * - Pub/Sub and commercetools Connect: `{message: {data: base64}}`
 * - CloudEvents: `{specversion, data}` or `{specversion, data_base64}`
 * - EventBridge: `{"detail-type", detail}`
 * - SNS, also inside of an SQS body: `{Type, Message: text}`
 * - Event Grid's own schema: `{eventType, data}`
 * - a list of one, as Event Grid sends where batches are on
 *
 * A body is one of these or the notification itself, never two: the signature of SNS, say, covers its message and not
 * what somebody has written beside it.
 * @throws SyntaxError or TypeError when something is not JSON in UTF-8.
 * @throws PipelineError `permanent` when it looks like more than one of these, or nests too deep.
 */
export function unwrap(bytes: Uint8Array): unknown {
  return unwrapValue(parseJson(bytes), parseJson);
}

/**
 * The same of what `parse` gave, which reads what is inside of texts too.
 * @throws what `unwrap` and `parse` throw.
 */
export function unwrapValue(parsed: unknown, parse: Parse): unknown {
  let value = parsed;
  for (let taken = 0; ; taken += 1) {
    const content = contentOf(value, parse);
    if (content === undefined) return value;
    if (taken === DEEPEST) throw malformed(`has more than ${DEEPEST} envelopes`);
    value = content;
  }
}

function contentOf(body: unknown, parse: Parse): unknown {
  if (Array.isArray(body)) return body.length === 1 ? body[0] : undefined;
  if (!isObject(body)) return undefined;
  const [form, ...others] = forms.filter(({ fits }) => fits(body));
  if (others.length > 0) throw malformed('looks like more than one kind of envelope or notification at once');
  return form?.open(body, parse);
}

/**
 * Reads of a push what `unwrap` looks at, and of the notification in it these members; with other bytes it does as
 * `parseJson`.
 */
export function createPushReader(members: readonly string[]): Parse {
  const shape = new Map<string, JsonShape | 'whole'>();
  for (const name of [...envelopeMembers, ...members]) shape.set(name, 'whole');
  for (const name of ['data', 'detail']) shape.set(name, shape);
  return (bytes) => parseSparsely(bytes, shape) ?? parseJson(bytes);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
