import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, ITopicConfig } from 'kafkajs';

const WITHIN_MS = 30_000;

/** Creates topics and waits until each has its leaders: kafkajs' own waiting throws while a broker does not know them yet. */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  await admin.createTopics({ waitForLeaders: false, topics });
  const deadline = Date.now() + WITHIN_MS;
  while (!(await haveLeaders(admin, topics))) {
    if (Date.now() > deadline) throw new Error(`The topics have no leaders within ${WITHIN_MS} ms.`);
    await sleep(50);
  }
}

async function haveLeaders(admin: Admin, topics: ITopicConfig[]): Promise<boolean> {
  const known = await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) }).catch(() => undefined);
  return known?.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0)) ?? false;
}
