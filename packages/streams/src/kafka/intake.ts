import { createLaneGate } from '../laneGate.ts';
import type { RawMessage } from '../message.ts';
import { createFlowControl, type FlowControlOptions } from './flowControl.ts';
import { CLAIM_KEY } from './partitionStore.ts';
import type { PartitionWork, WorkItem } from './partitionWork.ts';

export interface IntakeOptions extends Omit<FlowControlOptions, 'topics' | 'works'> {
  /** Deployed names. */
  readonly sources: readonly string[];
  readonly lanes: readonly string[];
  readonly works: ReadonlyMap<number, PartitionWork>;
  /** Of each source; 0: not known yet. */
  readonly partitions: () => number;
  /** Hands an item to the keyed runner. */
  readonly submit: (runnerKey: string, item: WorkItem) => void;
  /** Vendor calls in flight at most; replays have at most a part of as many messages in hand. */
  readonly concurrency: number;
  /** The messages of the sources have more to do than places. */
  readonly isBusy: () => boolean;
  /** Messages of the lanes per second, of all members together. (Default: no limit) */
  readonly replayPerSecond: number | undefined;
  readonly onConsumed: (topic: string, count: number) => void;
}

/**
 * How fetched messages get to the keyed runner: those of the sources at once, those of the replay lanes with what these
 * leave. Keeps what is in hand of both within limits.
 */
export interface Intake {
  onMessages(work: PartitionWork, topic: string, messages: readonly RawMessage[]): void;
  /** Where a partition ended when something was fetched of it. */
  onEnd(topic: string, partition: number, end: bigint): void;
  onFinished(raw: RawMessage): void;
  /** A partition was taken. */
  onTaken(): void;
  /** Lets go what is in hand of a partition. */
  release(work: PartitionWork): void;
  /** Nothing of the lanes goes to the runner any more. */
  close(): void;
}

/** The part of each limit that replays may use at most. */
const LANE_SHARE = 0.25;

export function createIntake(options: IntakeOptions): Intake {
  const { sources, lanes, works, partitions, consumer, maxUnfinished, maxUnfinishedBytes } = options;
  const bounded = { consumer, works: () => works.values() };
  const liveFlow = createFlowControl({ ...bounded, topics: sources, maxUnfinished, maxUnfinishedBytes });
  // Limits of their own: a full lane keeps nothing live from being fetched.
  const laneFlow = createFlowControl({
    ...bounded,
    topics: lanes,
    maxUnfinished: Math.ceil(maxUnfinished * LANE_SHARE),
    maxUnfinishedBytes: Math.ceil(maxUnfinishedBytes * LANE_SHARE),
  });
  const gate = createLaneGate<WorkItem>({
    maxPerSecond: options.replayPerSecond,
    share: () => (partitions() === 0 ? 1 : works.size / partitions()),
    maxInHand: Math.max(1, Math.floor(options.concurrency * LANE_SHARE)),
    isBusy: options.isBusy,
    letThrough: submit,
  });

  function submit(item: WorkItem): void {
    const { key, topic, partition, offset } = item.raw;
    options.submit(key ?? `${topic}/${partition}/${offset}`, item);
  }

  function afterRelease(): void {
    liveFlow.afterRelease();
    laneFlow.afterRelease();
  }

  return {
    onMessages(work, topic, messages) {
      const tracker = work.trackers.get(topic);
      // Fetched before the position of this assignment was set: it comes again, from there.
      if (!tracker || !work.positioned || work.status === 'fenced') return;
      const isLane = lanes.includes(topic);
      options.onConsumed(topic, messages.length);
      for (const raw of messages) {
        const bytes = (raw.value?.length ?? 0) + 200;
        if (!tracker.start(raw.offset, bytes, Date.now())) continue;
        // A claim, or a tombstone: nothing for a handler.
        if (raw.key === CLAIM_KEY || raw.value === null) tracker.finish(raw.offset);
        else if (isLane) gate.add(toItem(raw, work));
        else submit(toItem(raw, work));
      }
      (isLane ? laneFlow : liveFlow).afterTaking(work, topic);
    },
    onEnd(topic, partition, end) {
      const bounds = works.get(partition)?.bounds;
      const known = bounds?.get(topic);
      if (bounds && known) bounds.set(topic, { ...known, end });
    },
    onFinished(raw) {
      gate.finished(raw);
      afterRelease();
    },
    onTaken: afterRelease,
    release(work) {
      gate.remove((item) => item.work === work);
      afterRelease();
    },
    close: () => gate.close(),
  };
}

/**
 * With bytes of its own: those of the fetch are a window on the whole answer, and those of a pooled Buffer on 64 KiB,
 * which one waiting message would keep.
 */
function toItem(raw: RawMessage, work: PartitionWork): WorkItem {
  const value = raw.value && Buffer.allocUnsafeSlow(raw.value.length);
  if (value) raw.value?.copy(value);
  return { raw: { ...raw, value }, work, decoded: undefined };
}
