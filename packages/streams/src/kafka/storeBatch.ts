import type { IHeaders, RecordMetadata, TopicMessages } from 'kafkajs';
import type { StoreEntry } from '../state/stateEntries.ts';

export interface StoreMessage {
  readonly topic: string;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An entry, and the messages that are committed with it. */
export interface StoreAppend {
  readonly entry: StoreEntry;
  readonly also: readonly StoreMessage[];
}

export interface QueuedAppend extends StoreAppend {
  /** On the monotonic clock. */
  readonly queuedAt: number;
}

/** For so long, in milliseconds, an entry with messages for other partitions lets others go before it. */
const FAR_WAITS_MS = 30;

/**
 * What the next transaction takes from the front. An entry without messages is an intent mostly, for which a call waits,
 * and its transaction is ended in one partition only; each partition that a message goes to costs the broker a record
 * of its own at the end. So entries with messages wait a little, until several go together. Entries of one key keep
 * their order.
 */
export function chooseBatch<Append extends QueuedAppend>(
  pending: readonly Append[],
  { topic, maxBytes, now }: { readonly topic: string; readonly maxBytes: MaxBytes; readonly now: number },
): readonly Append[] {
  const far = pending.filter(({ also }) => also.length > 0);
  const farKeys = new Set(far.map(({ entry }) => entry.key));
  const near = pending.filter(({ entry }) => !farKeys.has(entry.key));
  const isDue = far.some(({ queuedAt }) => now - queuedAt >= FAR_WAITS_MS);
  const chosen = near.length > 0 && !isDue ? near : pending;
  return chosen.slice(0, countThatFits(chosen, topic, maxBytes));
}

type MaxBytes = (topic: string) => number;

/** What one transaction sends: the entries to `partition` of the state topic, the messages to theirs. */
export function toTopicMessages(
  batch: readonly StoreAppend[],
  { topic, partition }: { readonly topic: string; readonly partition: number },
): TopicMessages[] {
  const byTopic = new Map<string, TopicMessages>();
  const add = (name: string, message: TopicMessages['messages'][number]): void => {
    const group = byTopic.get(name) ?? { topic: name, messages: [] };
    group.messages.push(message);
    byTopic.set(name, group);
  };
  for (const { entry, also } of batch) {
    add(topic, { partition, ...toRecord(entry) });
    for (const message of also) add(message.topic, toRecord(message));
  }
  return [...byTopic.values()];
}

/** The offset of its first entry in `partition`. undefined: the broker does not tell, as of a batch that it has already. */
export function firstOffset(records: readonly RecordMetadata[], topic: string, partition: number): bigint | undefined {
  const found = records.find((record) => record.topicName === topic && record.partition === partition);
  const offset = BigInt(found?.baseOffset ?? -1);
  return offset < 0n ? undefined : offset;
}

const toRecord = ({ key, value, headers }: StoreEntry) =>
  headers ? { key, value, headers: headers as IHeaders } : { key, value };

const MAX_ENTRIES_PER_TRANSACTION = 500;
/** What a record of a batch, and the batch itself, take beside key, value and headers; rather too much. */
const RECORD_BYTES = 64;

/** How many from the front go into one transaction: the broker's limit is for all that it writes to a partition. */
export function countThatFits(pending: readonly StoreAppend[], topic: string, maxBytes: MaxBytes): number {
  const used = new Map<string, number>();
  for (const [index, { entry, also }] of pending.slice(0, MAX_ENTRIES_PER_TRANSACTION).entries()) {
    for (const message of [{ topic, ...entry }, ...also] as StoreMessage[]) {
      const bytes = (used.get(message.topic) ?? RECORD_BYTES) + bytesOf(message);
      if (index > 0 && bytes > maxBytes(message.topic)) return index;
      used.set(message.topic, bytes);
    }
  }
  return Math.min(pending.length, MAX_ENTRIES_PER_TRANSACTION);
}

function bytesOf({ key, value, headers = {} }: StoreMessage): number {
  let bytes = RECORD_BYTES + TEXT_BYTES + Buffer.byteLength(key) + (value?.length ?? 0);
  for (const name of Object.keys(headers)) {
    bytes += 2 * TEXT_BYTES + Buffer.byteLength(name) + Buffer.byteLength(headers[name] ?? '');
  }
  return bytes;
}

/** The length before a text. */
const TEXT_BYTES = 4;
