import { PipelineError } from './errors.ts';
import type { RawMessage } from './message.ts';

const PREFIX = 'held.';

/** A message that waits aside: as it came, and since when, in milliseconds since the epoch. */
export interface HeldMessage {
  readonly raw: RawMessage;
  readonly since: number;
}

/** The record that keeps it: the bytes and headers as they came, and beside them `held.*` headers for the way back. */
export interface HeldRecord {
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The key of its record: that of the message, then where it lies, so that each has a record of its own, and the same one
 * when it is held again after a crash. The time tells apart what a topic made anew has at the same offset.
 */
export const heldKey = ({ key, offset, timestamp }: RawMessage): string => `${key ?? ''}#${offset}-${timestamp}`;

export function toHeldRecord({ raw, since }: HeldMessage): HeldRecord {
  const headers: Record<string, string> = {
    ...raw.headers,
    [`${PREFIX}original-topic`]: raw.topic,
    [`${PREFIX}original-partition`]: String(raw.partition),
    [`${PREFIX}original-offset`]: String(raw.offset),
    [`${PREFIX}original-timestamp`]: String(raw.timestamp),
    [`${PREFIX}since`]: String(since),
  };
  if (raw.key !== null) headers[`${PREFIX}original-key`] = raw.key;
  return { key: heldKey(raw), value: raw.value, headers };
}

/**
 * Reads it back.
 * @throws PipelineError `permanent`, `not-a-held-message`, when something else lies in the topic.
 */
export function fromHeldRecord({ key, value, headers }: HeldRecord): HeldMessage {
  const own: Record<string, string> = {};
  const way: Record<string, string> = {};
  for (const [name, text] of Object.entries(headers)) {
    if (name.startsWith(PREFIX)) way[name.slice(PREFIX.length)] = text;
    else own[name] = text;
  }
  const { since = '', 'original-topic': topic = '', 'original-partition': partition = '' } = way;
  const { 'original-offset': offset = '', 'original-timestamp': timestamp = '' } = way;
  if (topic === '' || [since, partition, offset, timestamp].some((text) => !/^\d{1,19}$/.test(text))) {
    const message = `The record ${key} of held messages has no usable ${PREFIX}* headers: something else wrote it. It is left where it is.`;
    throw new PipelineError('permanent', 'not-a-held-message', message, { stage: 'deserialize' });
  }
  return {
    raw: {
      topic,
      partition: Number(partition),
      offset: BigInt(offset),
      timestamp: Number(timestamp),
      key: way['original-key'] ?? null,
      value,
      headers: own,
    },
    since: Number(since),
  };
}
