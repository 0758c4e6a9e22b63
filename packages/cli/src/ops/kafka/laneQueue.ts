import type { ReplayLane } from '@pipeline/schemas';
import { partitionOf } from '@pipeline/streams';
import { createProducerQueue, type ProducerQueue } from '@pipeline/streams/kafka';
import type { Log } from './log.ts';

export interface LaneQueue {
  readonly queue: Pick<ProducerQueue, 'send'>;
  /** Where a key lies in the source, for which its lane has the same partitions. */
  readonly toTarget: (key: string) => { readonly topic: string; readonly partition: number };
}

/** Lends what puts messages into a lane. */
export async function withLaneQueue<Result>(
  log: Log,
  lane: ReplayLane,
  use: (lane: LaneQueue) => Promise<Result>,
): Promise<Result> {
  const queue = createProducerQueue({ kafka: log.kafka, maxTopicBytes: () => lane.maxMessageBytes });
  const partitions = log.partitionCount(lane);
  const topic = log.nameOf(lane);
  try {
    return await use({ queue, toTarget: (key) => ({ topic, partition: partitionOf(key, partitions) }) });
  } finally {
    await queue.close();
  }
}
