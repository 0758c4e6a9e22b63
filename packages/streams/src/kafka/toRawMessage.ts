import type { KafkaMessage } from 'kafkajs';
import type { RawMessage } from '../message.ts';

/**
 * A fetched record as the runtime knows it. Of a header that is there several times the last counts; one without a value
 * is as none: any producer may write such, and nothing may come to a stop for it.
 */
export function toRawMessage(topic: string, partition: number, message: FetchedMessage): RawMessage {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString() ?? null,
    value: message.value,
    headers: toHeaders(message.headers),
    timestamp: Number(message.timestamp),
  };
}

export type FetchedMessage = Pick<KafkaMessage, 'offset' | 'key' | 'value' | 'timestamp'> & {
  /** kafkajs gives null, too, which its types do not say. */
  readonly headers?: Readonly<Record<string, HeaderContent | readonly HeaderContent[]>> | undefined;
};

type HeaderContent = Buffer | string | null | undefined;

const isList = (content: HeaderContent | readonly HeaderContent[]): content is readonly HeaderContent[] =>
  Array.isArray(content);

function toHeaders(headers: FetchedMessage['headers']): Record<string, string> {
  const result: Record<string, string> = {};
  for (const name in headers) {
    const content = headers[name];
    const last = isList(content) ? content.at(-1) : content;
    if (last !== undefined && last !== null) result[name] = last.toString();
  }
  return result;
}
