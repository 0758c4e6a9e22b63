import { untilLed } from '@pipeline/streams/kafka';
import type { ITopicConfig, Kafka } from 'kafkajs';

/** Creates topics and waits until each has its leaders: kafkajs' own waiting throws while a broker does not know them yet. */
export async function createTopics(kafka: Kafka, topics: ITopicConfig[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.createTopics({ waitForLeaders: false, topics });
  } finally {
    await admin.disconnect();
  }
  await untilLed(
    kafka,
    topics.map(({ topic }) => topic),
  );
}
