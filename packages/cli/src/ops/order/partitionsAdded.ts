import { type Topic, topics } from '@pipeline/schemas';
import type { Log } from '../kafka/log.ts';
import type { PartitionsAdded } from './story.ts';

/** Groups that keep what is on record of orders, and what they commit; each is named like its service. */
const committed: readonly (readonly [service: string, topic: Topic])[] = [
  ['order-router', topics.commerceOrders],
  ['status-writer', topics.fulfillmentEvents],
  ['status-writer', topics.fulfillmentOrders],
];

/** Keyed by the order, and with equally many partitions. */
const keyedByOrder: readonly Topic[] = [
  topics.fulfillmentOrders,
  topics.fulfillmentStates,
  topics.commerceOrders,
  topics.fulfillmentEvents,
];

/**
 * Has a topic another number of partitions than it had when a group committed? null: no, or nobody knows: the commits of a
 * group that a tool has set do not say it.
 */
export async function findPartitionsAdded(
  log: Pick<Log, 'committedPartitionCounts' | 'partitionCount'>,
): Promise<PartitionsAdded | null> {
  for (const [service, source] of committed) {
    for (const had of await log.committedPartitionCounts(service, source)) {
      const topic = keyedByOrder.find((each) => ![0, had].includes(log.partitionCount(each)));
      if (topic) return { topic: topic.name, has: log.partitionCount(topic), had, service };
    }
  }
  return null;
}
