/**
 * What a rejected `send` of kafkajs means:
 * - `message`: the broker refuses one of the messages, and does not say which.
 * - `topic`: a topic is not there or may not be written.
 * - `again`: anything else. Whether the batch was written is unknown.
 */
export type ProduceFailure =
  | {
      readonly kind: 'message';
      readonly code: 'message-too-large' | 'message-refused' | 'batch-refused';
      readonly why: string;
    }
  | { readonly kind: 'topic'; readonly code: 'unknown-topic' | 'produce-refused'; readonly why: string }
  | { readonly kind: 'again'; readonly why: string };

const known: Readonly<Record<string, Omit<ProduceFailure, 'why'>>> = {
  MESSAGE_TOO_LARGE: { kind: 'message', code: 'message-too-large' },
  RECORD_LIST_TOO_LARGE: { kind: 'message', code: 'message-too-large' },
  INVALID_RECORD: { kind: 'message', code: 'message-refused' },
  UNKNOWN_TOPIC_OR_PARTITION: { kind: 'topic', code: 'unknown-topic' },
  INVALID_TOPIC_EXCEPTION: { kind: 'topic', code: 'unknown-topic' },
  TOPIC_AUTHORIZATION_FAILED: { kind: 'topic', code: 'produce-refused' },
  CLUSTER_AUTHORIZATION_FAILED: { kind: 'topic', code: 'produce-refused' },
  // The state of this producer, not of a message: the next producer has none.
  OUT_OF_ORDER_SEQUENCE_NUMBER: { kind: 'again' },
  DUPLICATE_SEQUENCE_NUMBER: { kind: 'again' },
  INVALID_PRODUCER_EPOCH: { kind: 'again' },
  INVALID_PRODUCER_ID_MAPPING: { kind: 'again' },
  UNKNOWN_PRODUCER_ID: { kind: 'again' },
} as Record<string, Omit<ProduceFailure, 'why'>>;

/** Thrown by kafkajs itself while it encodes; it does not retry them. */
const defects = new Set(['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError']);

/** kafkajs wraps the broker's error in "retries exceeded" and "non retriable" errors; the cause keeps its type. */
export function toProduceFailure(error: unknown): ProduceFailure {
  const causes = causesOf(error);
  const why = causes.at(-1)?.message ?? String(error);
  const fromBroker = causes.find((cause) => 'type' in cause && typeof cause.type === 'string');
  const type = (fromBroker as { type?: string } | undefined)?.type ?? '';
  if (Object.hasOwn(known, type)) return { ...known[type], why } as ProduceFailure;
  // What the broker calls final and we do not know may lie in one message: the others must not wait for it.
  const final = fromBroker !== undefined && 'retriable' in fromBroker && fromBroker.retriable === false;
  if (final || causes.some(({ name }) => defects.has(name))) return { kind: 'message', code: 'batch-refused', why };
  return { kind: 'again', why };
}

function causesOf(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 10; cause = cause.cause) causes.push(cause);
  return causes;
}
