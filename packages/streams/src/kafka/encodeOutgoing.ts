import type { Topic } from '@pipeline/schemas';
import { PipelineError } from '../errors.ts';
import type { OutgoingMessage } from '../message.ts';
import type { Topology } from '../topology.ts';
import type { ValueCodec } from './keyExecution.ts';
import type { StoreMessage } from './storeBatch.ts';

export interface OutgoingEncoderOptions {
  readonly topology: Topology<unknown, unknown>;
  readonly codec: ValueCodec;
  readonly prefix: string;
  /** Headers of an Avro record that its handler gave none. (Default: none) */
  readonly headersOf?: ((topic: Topic, from: Headers) => Headers) | undefined;
}

type Headers = Readonly<Record<string, string>>;

/**
 * Bytes of what a handler wants published.
 * @throws PipelineError `permanent`: `defect` for a topic that the topology does not write, `message-too-large` for a
 *   value that its topic does not take; besides what the codec throws.
 *
 * @param from headers of the message that led to them
 */
export type EncodeOutgoing = (messages: readonly OutgoingMessage[], from: Headers) => Promise<StoreMessage[]>;

export function createOutgoingEncoder(options: OutgoingEncoderOptions): EncodeOutgoing {
  const { topology, codec, prefix, headersOf } = options;
  const writable = new Set([...topology.sinks, topology.deadLetters].map(({ name }) => name));

  async function encode({ topic, key, value, headers: own }: OutgoingMessage, from: Headers): Promise<StoreMessage> {
    if (!writable.has(topic.name)) {
      throw new PipelineError('permanent', 'defect', `${topology.name} may not publish to ${topic.name}.`, {
        stage: 'produce',
      });
    }
    const headers = own ?? (topic.schema === undefined ? undefined : headersOf?.(topic, from));
    const bytes = value === null ? null : await encodeValue(codec, topic, value);
    return { topic: `${prefix}${topic.name}`, key, value: bytes, ...(headers ? { headers } : {}) };
  }

  return async (messages, from) => {
    const encoded: StoreMessage[] = [];
    for (const message of messages) encoded.push(await encode(message, from));
    return encoded;
  };
}

/** Bytes of a topic's value, checked against its limit: one record that is too large fails all that are sent with it. */
export async function encodeValue<Value>(codec: ValueCodec, topic: Topic<Value>, value: Value): Promise<Buffer> {
  const bytes = topic.schema === undefined ? Buffer.from(value as Uint8Array) : await codec.encode(topic, value);
  if (bytes.length + OVERHEAD_BYTES <= topic.maxMessageBytes) return bytes;
  const message = `A value of ${bytes.length} bytes for ${topic.name} is larger than the topic takes (${topic.maxMessageBytes}).`;
  throw new PipelineError('permanent', 'message-too-large', message, { stage: 'produce' });
}

/** What a batch of one record takes beside its value, without headers. */
const OVERHEAD_BYTES = 200;
