import { afterEach, expect, it, vi } from 'vitest';
import { createIntake, type IntakeOptions } from './intake.ts';
import { createPartitionWork, type WorkItem } from './partitionWork.ts';
import type { IsPassedOver } from './passOver.ts';
import type { RawMessage } from '../message.ts';

const SOURCE = 'orders';
const LANE = 'orders.replay';

afterEach(() => void vi.useRealTimers());

/** Messages with the header `done` are passed over; of the keys in `inHand` the runner has something. */
function anIntake({
  isPassedOver = ({ headers }) => headers['done'] === 'yes',
  inHand = [] as readonly string[],
  gathers = false,
}: {
  isPassedOver?: IsPassedOver;
  inHand?: readonly string[];
  gathers?: boolean;
} = {}) {
  const submitted: WorkItem[] = [];
  const passedOver: bigint[] = [];
  const work = createPartitionWork(0, [SOURCE, LANE]);
  work.status = 'open';
  work.positioned = true;
  const consumer = { fetches: 1, paused: false };
  const options = {
    sources: [SOURCE],
    lanes: [LANE],
    works: new Map([[0, work]]),
    partitions: () => 1,
    consumer: {
      pause: () => undefined,
      resume: () => undefined,
      get fetches() {
        return consumer.fetches;
      },
      isPaused: () => consumer.paused,
    },
    submit: (_key, ...items) => void submitted.push(...items),
    isInHand: (key) => inHand.includes(key),
    isPassedOver,
    concurrency: 8,
    isBusy: () => false,
    replayPerSecond: undefined,
    gathers,
    maxUnfinished: 100,
    maxUnfinishedBytes: 1_000_000,
    onConsumed: () => undefined,
    onPassedOver: ({ offset }) => void passedOver.push(offset),
  } satisfies Partial<IntakeOptions> as unknown as IntakeOptions;
  const intake = createIntake(options);
  return {
    take: (...messages: RawMessage[]) => intake.onMessages(work, SOURCE, messages),
    consumer,
    submitted,
    passedOver,
    work,
  };
}

const message = (offset: bigint, fields: Partial<RawMessage> = {}): RawMessage => ({
  topic: SOURCE,
  partition: 0,
  offset,
  key: `order-${offset}`,
  value: Buffer.from('{}'),
  headers: { done: 'yes' },
  timestamp: 0,
  ...fields,
});

const offsets = (items: readonly WorkItem[]) => items.map(({ raw }) => raw.offset);

it('finishes at once what the state shows to be done', () => {
  const { take, submitted, passedOver, work } = anIntake();
  take(message(0n), message(1n, { headers: {} }), message(2n));
  expect(passedOver).toEqual([0n, 2n]);
  expect(offsets(submitted)).toEqual([1n]);
  expect(work.trackers.get(SOURCE)?.finished).toEqual({ from: 1n, until: 3n, unfinished: [1n] });
});

it('lets a message wait for those of its key that are in hand: they may change what is to be done', () => {
  const { take, submitted, passedOver } = anIntake({ inHand: ['order-0'] });
  take(message(0n), message(1n));
  expect(offsets(submitted)).toEqual([0n]);
  expect(passedOver).toEqual([1n]);
});

it('decides nothing of a message without a key', () => {
  const { take, submitted } = anIntake();
  take(message(0n, { key: null }));
  expect(offsets(submitted)).toEqual([0n]);
});

it.each<[string, IsPassedOver]>([
  ['is known later only', () => Promise.resolve(true)],
  ['cannot be known', () => Promise.reject(new Error('no registry'))],
  [
    'cannot be read',
    () => {
      throw new Error('undecodable');
    },
  ],
])('leaves to the runner what %s', (_what, isPassedOver) => {
  const { take, submitted, passedOver } = anIntake({ isPassedOver });
  take(message(0n));
  expect(offsets(submitted)).toEqual([0n]);
  expect(passedOver).toEqual([]);
});

it('a backlog whose fetching was paused for long is waited for, and no longer once nothing comes of it', () => {
  vi.useFakeTimers();
  const { take, submitted, work, consumer } = anIntake({ gathers: true });
  work.bounds.set(SOURCE, { start: 0n, end: 200n, behind: true });
  take(...Array.from({ length: 60 }, (_, offset) => message(BigInt(offset), { headers: {} })));
  consumer.paused = true;
  vi.advanceTimersByTime(15_000);
  consumer.paused = false;
  consumer.fetches += 3;
  vi.advanceTimersByTime(900);
  expect(offsets(submitted)).toEqual([]);
  consumer.fetches += 1;
  vi.advanceTimersByTime(200);
  expect(submitted).toHaveLength(60);
});
