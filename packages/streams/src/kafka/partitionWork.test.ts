import { expect, it } from 'vitest';
import { decodeCommitMetadata } from '../commitMetadata.ts';
import {
  comingTopics,
  committableOffsets,
  createPartitionWork,
  noteCommitted,
  noteEnd,
  sumLag,
  sumUnfinished,
} from './partitionWork.ts';

const aWork = (partition: number) => {
  const work = createPartitionWork(partition, ['orders', 'replay']);
  work.trackers.get('orders')?.start(5n, 100, 1_000);
  work.trackers.get('orders')?.start(6n, 100, 2_000);
  work.trackers.get('orders')?.finish(5n);
  return work;
};

it('commits what is finished, once', () => {
  const work = aWork(1);
  const commit = { topic: 'orders', partition: 1, offset: 6n, metadata: 'p12;' };
  expect(committableOffsets([work], 12)).toEqual([{ work, ...commit }]);
  noteCommitted(work, commit);
  expect(committableOffsets([work], 12)).toEqual([]);
});

it('commits anew when more has finished above the same offset', () => {
  const work = aWork(1);
  work.committed.set('orders', { offset: 6n, metadata: 'p12;' });
  work.trackers.get('orders')?.start(7n, 100, 3_000);
  expect(committableOffsets([work], 12)).toEqual([]);
  work.trackers.get('orders')?.finish(7n);
  const [commit] = committableOffsets([work], 12);
  expect(commit?.offset).toBe(6n);
  const map = { from: 6n, until: 8n, unfinished: [6n] };
  expect(decodeCommitMetadata(commit?.metadata ?? '', 6n)).toEqual({ partitions: 12, map });
});

it('commits nothing of a fenced partition: its owner may be further', () => {
  const work = aWork(1);
  work.status = 'fenced';
  const other = aWork(2);
  const commit = { topic: 'orders', partition: 2, offset: 6n, metadata: 'p12;' };
  expect(committableOffsets([work, other], 12)).toEqual([{ work: other, ...commit }]);
});

it('sums up what is in hand, without fenced partitions', () => {
  const fenced = aWork(3);
  fenced.status = 'fenced';
  expect(sumUnfinished([aWork(1), aWork(2), fenced], ['orders'])).toEqual({ count: 2, bytes: 200, oldestAt: 2_000 });
  expect(sumUnfinished([], ['orders'])).toEqual({ count: 0, bytes: 0, oldestAt: undefined });
});

it('sums up only the topics that are asked for', () => {
  const work = aWork(1);
  work.trackers.get('replay')?.start(0n, 50, 500);
  expect(sumUnfinished([work], ['orders'])).toEqual({ count: 1, bytes: 100, oldestAt: 2_000 });
  expect(sumUnfinished([work], ['replay'])).toEqual({ count: 1, bytes: 50, oldestAt: 500 });
  expect(sumUnfinished([work], ['unknown'])).toEqual({ count: 0, bytes: 0, oldestAt: undefined });
});

it('knows how much of a topic is left: to its end as last seen, fetched or not', () => {
  const work = aWork(1);
  expect(sumLag([work], 'replay')).toBe(0);
  work.bounds.set('replay', { start: 4n, end: 10n, behind: false });
  expect(sumLag([work], 'replay')).toBe(6);
  const tracker = work.trackers.get('replay');
  for (const offset of [4n, 5n, 6n]) tracker?.start(offset, 1, 0);
  tracker?.finish(5n);
  expect(sumLag([work], 'replay')).toBe(6);
  tracker?.finish(4n);
  expect(sumLag([work, work], 'replay')).toBe(8);
});

it('waits for the last few of a backlog, and for none where all was read', () => {
  const work = createPartitionWork(0, ['events']);
  work.bounds.set('events', { start: 0n, end: 100n, behind: false });
  work.arrivals.set('events', { arrivedAt: 0, fetches: 0 });
  const coming = () => comingTopics(work, { topics: ['events'], now: 0, fetches: 0 });
  const take = (from: bigint, to: bigint, end: bigint) => {
    noteEnd(work, 'events', end);
    for (let offset = from; offset < to; offset++) work.trackers.get('events')?.start(offset, 1, 0);
  };
  expect(coming()).toEqual(['events']);
  take(0n, 90n, 100n);
  expect(coming(), 'the last ten').toEqual(['events']);
  take(90n, 100n, 100n);
  expect(coming(), 'all is read').toEqual([]);
  take(100n, 140n, 141n);
  expect(coming(), 'a control record behind what came at once').toEqual([]);
});
