import { type Topic, topics } from '@pipeline/schemas';
import type { Log, LogMessage } from '../kafka/log.ts';
import type { Behind } from './story.ts';

/** Who reads which topic; its consumer group is named like the service. */
const readers: readonly (readonly [service: string, topic: Topic])[] = [
  ['ingest-ct', topics.commercetoolsNotifications],
  ['order-router', topics.commerceOrders],
  ['ingest-fft', topics.fulfillmenttoolsNotifications],
  ['status-writer', topics.fulfillmentEvents],
  ['status-writer', topics.fulfillmentOrders],
];

/** Services that have not finished the latest of these messages in a topic. Nothing where the commits may not be read. */
export async function toBehind(
  log: Pick<Log, 'committed'>,
  messages: readonly LogMessage[],
): Promise<readonly Behind[]> {
  const found: Behind[] = [];
  for (const [service, topic] of readers) {
    const ofTopic = messages.filter(({ source }) => source === topic);
    if (ofTopic.length === 0) continue;
    const commits = await log.committed(service, topic);
    if (!commits) continue;
    const latest = new Map(ofTopic.map((message) => [message.partition, message]));
    for (const { partition, offset, timestamp: at } of latest.values()) {
      const committed = commits.get(partition) ?? null;
      if (committed !== null && committed > offset) continue;
      found.push({ service, place: { topic: topic.name, partition, offset, at }, committed });
    }
  }
  return found;
}
