import { createGather } from '../gather.ts';
import { createLaneGate } from '../laneGate.ts';
import type { RawMessage } from '../message.ts';
import { createFlowControl, type FlowControlOptions } from './flowControl.ts';
import type { GroupConsumer } from './groupConsumer.ts';
import { CLAIM_KEY } from './partitionStore.ts';
import { type IsPassedOver, isPassedOverAtOnce } from './passOver.ts';
import { comingTopics, noteEnd, type PartitionWork, type WorkItem } from './partitionWork.ts';

export interface IntakeOptions extends Omit<FlowControlOptions, 'consumer' | 'topics'> {
  readonly consumer: FlowControlOptions['consumer'] & Pick<GroupConsumer, 'fetches' | 'isPaused'>;
  /** Deployed names. */
  readonly sources: readonly string[];
  readonly lanes: readonly string[];
  /** Of each source; 0: not known yet. */
  readonly partitions: () => number;
  /** Hands items of one key to the keyed runner. */
  readonly submit: (runnerKey: string, ...items: readonly WorkItem[]) => void;
  /** The keyed runner has something of this key. */
  readonly isInHand: (runnerKey: string) => boolean;
  readonly isPassedOver: IsPassedOver;
  /** Vendor calls in flight at most; replays have at most a part of as many messages in hand. */
  readonly concurrency: number;
  /** The messages of the sources have more to do than places. */
  readonly isBusy: () => boolean;
  /** Messages of the lanes per second, of all members together. (Default: no limit) */
  readonly replayPerSecond: number | undefined;
  /** The handler takes all of a key: while a backlog is read, nothing of a partition goes before enough is in hand. */
  readonly gathers: boolean;
  readonly onConsumed: (topic: string, count: number) => void;
  /** Finished without having gone to the runner. */
  readonly onPassedOver: (raw: RawMessage) => void;
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
/** The part of the limit of unfinished messages that is enough to begin with; less than what fetching goes on at. */
const ENOUGH_SHARE = 0.25;
/** The keys of so many of the newest messages are still in the middle of their part of the backlog. */
const NEWEST = 100;

export function createIntake(options: IntakeOptions): Intake {
  const { sources, lanes, works, partitions, consumer, maxUnfinished, maxUnfinishedBytes } = options;
  const bounded = { consumer, works };
  const liveFlow = createFlowControl({ ...bounded, topics: sources, maxUnfinished, maxUnfinishedBytes });
  // Limits of their own: a full lane keeps nothing live from being fetched.
  const laneFlow = createFlowControl({
    ...bounded,
    topics: lanes,
    maxUnfinished: Math.ceil(maxUnfinished * LANE_SHARE),
    maxUnfinishedBytes: Math.ceil(maxUnfinishedBytes * LANE_SHARE),
  });
  const submit = (item: WorkItem): void => options.submit(toRunnerKey(item), item);
  const gate = createLaneGate<WorkItem>({
    maxPerSecond: options.replayPerSecond,
    share: () => (partitions() === 0 ? 1 : works.size / partitions()),
    maxInHand: Math.max(1, Math.floor(options.concurrency * LANE_SHARE)),
    isBusy: options.isBusy,
    letThrough: submit,
  });

  const noteArrival = ({ arrivals }: PartitionWork, topic: string): void =>
    void arrivals.set(topic, { arrivedAt: Date.now(), fetches: consumer.fetches });

  /**
   * Everything until enough is in hand; then the keys of which the sources that have more to come gave nothing yet, or
   * something just now.
   */
  function toWait(work: PartitionWork, items: readonly WorkItem[]): ReadonlySet<WorkItem> {
    // What we do not fetch is not silent, nor is it at once when we fetch it again.
    for (const topic of sources) if (consumer.isPaused(topic, work.partition)) noteArrival(work, topic);
    const coming = comingTopics(work, { topics: sources, now: Date.now(), fetches: consumer.fetches });
    if (coming.length === 0) return new Set();
    if (coming.some((topic) => (work.trackers.get(topic)?.unfinished ?? 0) < maxUnfinished * ENOUGH_SHARE))
      return new Set(items);
    const keys = items.filter(({ raw }) => coming.includes(raw.topic)).map(toRunnerKey);
    const newest = new Set(keys.slice(-NEWEST));
    const going = new Set(keys.filter((key) => !newest.has(key)));
    return new Set(items.filter((item) => !going.has(toRunnerKey(item))));
  }

  const gather = createGather<PartitionWork, WorkItem>({
    toWait,
    // Those of a key together, or it would begin with the first.
    letGo: (items) => Map.groupBy(items, toRunnerKey).forEach((each, key) => options.submit(key, ...each)),
  });

  /** What came before it of its key goes first: that may change what is to be done. */
  const passesOver = (raw: RawMessage, work: PartitionWork): boolean =>
    raw.key !== null && !options.isInHand(raw.key) && isPassedOverAtOnce(options.isPassedOver, raw, work);

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
      noteArrival(work, topic);
      for (const raw of messages) {
        const bytes = (raw.value?.length ?? 0) + 200;
        if (!tracker.start(raw.offset, bytes, Date.now())) continue;
        // A claim, or a tombstone: nothing for a handler.
        if (raw.key === CLAIM_KEY || raw.value === null) tracker.finish(raw.offset);
        else if (!isLane && passesOver(raw, work)) {
          tracker.finish(raw.offset);
          options.onPassedOver(raw);
        } else if (isLane) gate.add(toItem(raw, work));
        else if (options.gathers) gather.add(work, toItem(raw, work));
        else submit(toItem(raw, work));
      }
      if (!isLane) gather.settle(work);
      (isLane ? laneFlow : liveFlow).afterTaking(work, topic);
    },
    onEnd(topic, partition, end) {
      const work = works.get(partition);
      if (work) noteEnd(work, topic, end);
    },
    onFinished(raw) {
      gate.finished(raw);
      (lanes.includes(raw.topic) ? laneFlow : liveFlow).afterFinishing(raw.topic, raw.partition);
    },
    onTaken: afterRelease,
    release(work) {
      gate.remove((item) => item.work === work);
      gather.remove(work);
      afterRelease();
    },
    close() {
      gate.close();
      gather.close();
    },
  };
}

const toRunnerKey = ({ raw: { key, topic, partition, offset } }: WorkItem): string =>
  key ?? `${topic}/${partition}/${offset}`;

/**
 * With bytes of its own: those of the fetch are a window on the whole answer, and those of a pooled Buffer on 64 KiB,
 * which one waiting message would keep.
 */
function toItem(raw: RawMessage, work: PartitionWork): WorkItem {
  const value = raw.value && Buffer.allocUnsafeSlow(raw.value.length);
  if (value) raw.value?.copy(value);
  return { raw: { ...raw, value }, work, decoded: undefined };
}
