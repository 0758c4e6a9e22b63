import type { GroupConsumer } from './groupConsumer.ts';
import { type PartitionWork, sumUnfinished } from './partitionWork.ts';

export interface FlowControlOptions {
  readonly consumer: Pick<GroupConsumer, 'pause' | 'resume' | 'pausedCount'>;
  readonly works: () => Iterable<PartitionWork>;
  /** Of a partition. */
  readonly maxUnfinished: number;
  /** Of the process. */
  readonly maxUnfinishedBytes: number;
}

/**
 * Stops fetching while too much is unfinished, and goes on at half of it. Two limits, each with a reason of its own, so
 * that one does not keep paused what the other let go.
 */
export interface FlowControl {
  /** To be called after messages were taken in. */
  afterTaking(work: PartitionWork, topic: string): void;
  /** To be called when something was finished, and when partitions were lost or let go: that, too, makes room. */
  afterRelease(): void;
}

export function createFlowControl({
  consumer,
  works,
  maxUnfinished,
  maxUnfinishedBytes,
}: FlowControlOptions): FlowControl {
  const eachSource = function* () {
    for (const { partition, trackers } of works())
      for (const [topic, tracker] of trackers) yield { partition, topic, tracker };
  };
  return {
    afterTaking({ partition, trackers }, topic) {
      if ((trackers.get(topic)?.unfinished ?? 0) > maxUnfinished) consumer.pause(topic, partition, 'too-many');
      if (sumUnfinished(works()).bytes <= maxUnfinishedBytes) return;
      for (const source of eachSource()) consumer.pause(source.topic, source.partition, 'too-large');
    },
    afterRelease() {
      if (consumer.pausedCount('too-many') > 0) {
        for (const { topic, partition, tracker } of eachSource()) {
          if (tracker.unfinished <= maxUnfinished / 2) consumer.resume(topic, partition, 'too-many');
        }
      }
      if (consumer.pausedCount('too-large') > 0 && sumUnfinished(works()).bytes <= maxUnfinishedBytes / 2) {
        for (const { topic, partition } of eachSource()) consumer.resume(topic, partition, 'too-large');
      }
    },
  };
}
