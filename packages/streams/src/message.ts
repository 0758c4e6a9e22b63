import type { Topic } from '@pipeline/schemas';

/** Where a message lies. Offsets are bigint: they pass 2^53 in principle. */
export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** A message as Kafka delivers it. `topic` is the deployed name, with prefix. */
export interface RawMessage extends Position {
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; with LogAppendTime when the broker took it. */
  readonly timestamp: number;
}

/** A decoded message of a declared topic. */
export interface Message<Value> extends Position {
  readonly source: Topic<Value>;
  readonly key: string;
  readonly value: Value;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestamp: number;
  /** Since when it has been held, milliseconds since the epoch; undefined: it lies in its source topic. */
  readonly heldSince?: number;
}

/** What a handler wants published. Encoded by the topic's codec; a null value is a tombstone. */
export interface OutgoingMessage<Value = unknown> {
  readonly topic: Topic<Value>;
  readonly key: string;
  readonly value: Value | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Builds an outgoing message whose value fits its topic. */
export function outgoing<Value>(
  topic: Topic<Value>,
  key: string,
  value: Value | null,
  headers?: Readonly<Record<string, string>>,
): OutgoingMessage<Value> {
  return headers ? { topic, key, value, headers } : { topic, key, value };
}
