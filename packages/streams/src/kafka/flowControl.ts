import type { GroupConsumer } from './groupConsumer.ts';
import type { OffsetTracker } from '../offsetTracker.ts';
import { type PartitionWork, sumUnfinished } from './partitionWork.ts';

export interface FlowControlOptions {
  readonly consumer: Pick<GroupConsumer, 'pause' | 'resume'>;
  /** By partition. */
  readonly works: ReadonlyMap<number, PartitionWork>;
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
  /** To be called when a message was finished. */
  afterFinishing(topic: string, partition: number): void;
  /** To be called when partitions were taken, lost or let go: that, too, makes room. */
  afterRelease(): void;
}

export function createFlowControl(options: FlowControlOptions): FlowControl {
  const { consumer, works, topics, maxUnfinished, maxUnfinishedBytes } = options;
  /** Of which there were too many: what is asked for every message must cost next to nothing. */
  const full = new WeakSet<OffsetTracker>();
  let tooLarge = false;

  const eachSource = function* () {
    for (const { partition, trackers } of works.values()) {
      for (const topic of topics) {
        const tracker = trackers.get(topic);
        if (tracker) yield { partition, topic, tracker };
      }
    }
  };
  const unfinishedBytes = (): number => sumUnfinished(works.values(), topics).bytes;

  function resumeIfFew(topic: string, partition: number, tracker: OffsetTracker): void {
    if (tracker.unfinished > maxUnfinished / 2) return;
    full.delete(tracker);
    consumer.resume(topic, partition, 'too-many');
  }

  function resumeIfSmall(): void {
    if (!tooLarge || unfinishedBytes() > maxUnfinishedBytes / 2) return;
    for (const { topic, partition } of eachSource()) consumer.resume(topic, partition, 'too-large');
    tooLarge = false;
  }

  return {
    afterTaking({ partition, trackers }, topic) {
      const tracker = trackers.get(topic);
      if (tracker && tracker.unfinished > maxUnfinished) {
        consumer.pause(topic, partition, 'too-many');
        full.add(tracker);
      }
      if (unfinishedBytes() <= maxUnfinishedBytes) return;
      for (const source of eachSource()) consumer.pause(source.topic, source.partition, 'too-large');
      tooLarge = true;
    },
    afterFinishing(topic, partition) {
      const tracker = works.get(partition)?.trackers.get(topic);
      if (tracker && full.has(tracker)) resumeIfFew(topic, partition, tracker);
      resumeIfSmall();
    },
    afterRelease() {
      for (const { topic, partition, tracker } of eachSource()) resumeIfFew(topic, partition, tracker);
      resumeIfSmall();
    },
  };
}
