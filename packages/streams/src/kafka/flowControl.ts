import type { GroupConsumer } from './groupConsumer.ts';
import { type PartitionWork, sumUnfinished } from './partitionWork.ts';

export interface FlowControlOptions {
  readonly consumer: Pick<GroupConsumer, 'pause' | 'resume' | 'pausedCount'>;
  readonly works: () => Iterable<PartitionWork>;
  /** Deployed names of the topics that share these limits. What lies in others neither counts nor waits. */
  readonly topics: readonly string[];
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
  topics,
  maxUnfinished,
  maxUnfinishedBytes,
}: FlowControlOptions): FlowControl {
  const eachSource = function* () {
    for (const { partition, trackers } of works()) {
      for (const topic of topics) {
        const tracker = trackers.get(topic);
        if (tracker) yield { partition, topic, tracker };
      }
    }
  };
  const unfinishedBytes = (): number => sumUnfinished(works(), topics).bytes;
  // Asked for every message: whether anything may be paused at all must cost nothing.
  const mayBePaused = { 'too-many': false, 'too-large': false };
  function pause(topic: string, partition: number, reason: keyof typeof mayBePaused): void {
    consumer.pause(topic, partition, reason);
    mayBePaused[reason] = true;
  }

  return {
    afterTaking({ partition, trackers }, topic) {
      if ((trackers.get(topic)?.unfinished ?? 0) > maxUnfinished) pause(topic, partition, 'too-many');
      if (unfinishedBytes() <= maxUnfinishedBytes) return;
      for (const source of eachSource()) pause(source.topic, source.partition, 'too-large');
    },
    afterRelease() {
      if (mayBePaused['too-many']) {
        for (const { topic, partition, tracker } of eachSource()) {
          if (tracker.unfinished <= maxUnfinished / 2) consumer.resume(topic, partition, 'too-many');
        }
        mayBePaused['too-many'] = consumer.pausedCount('too-many') > 0;
      }
      if (mayBePaused['too-large'] && unfinishedBytes() <= maxUnfinishedBytes / 2) {
        for (const { topic, partition } of eachSource()) consumer.resume(topic, partition, 'too-large');
        mayBePaused['too-large'] = false;
      }
    },
  };
}
