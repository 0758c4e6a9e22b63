import type { KafkaView } from '@pipeline/sandbox';
import type { Topic } from '@pipeline/schemas';
import type { Codec } from '@pipeline/streams/avro';
import type { TopicRecord } from '../checker/history.ts';

/** What is kept of a record, for runs with more of them than memory. */
export type KeepRecord = (record: TopicRecord) => TopicRecord;

/**
 * Everything that topics hold now, decoded, by name. What cannot be decoded has no value. With `keep` one topic after the
 * other: no more is in memory than what is kept.
 */
export async function dumpTopics(
  kafka: Pick<KafkaView, 'eachMessage'>,
  codec: Codec,
  topics: readonly Topic[],
  keep?: KeepRecord,
): Promise<Record<string, readonly TopicRecord[]>> {
  const dump = async (topic: Topic): Promise<readonly TopicRecord[]> => {
    const records: TopicRecord[] = [];
    await kafka.eachMessage(topic.name, async ({ value: bytes, ...message }) => {
      const record = { topic: topic.name, ...message, bytes, value: await decode(codec, topic, bytes) };
      records.push(keep ? keep(record) : record);
    });
    return records;
  };
  const dumps: Record<string, readonly TopicRecord[]> = {};
  if (keep) for (const topic of topics) dumps[topic.name] = await dump(topic);
  else await Promise.all(topics.map(async (topic) => void (dumps[topic.name] = await dump(topic))));
  return dumps;
}

async function decode(codec: Codec, topic: Topic, bytes: Buffer | null): Promise<unknown> {
  if (topic.schema === undefined || bytes === null) return undefined;
  try {
    return await codec.decode(topic, bytes);
  } catch {
    return undefined;
  }
}
