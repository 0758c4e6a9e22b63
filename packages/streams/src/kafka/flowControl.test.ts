import { expect, it } from 'vitest';
import { createFlowControl } from './flowControl.ts';
import { createPartitionWork, type PartitionWork } from './partitionWork.ts';

function aFlow() {
  const works = new Map<number, PartitionWork>();
  const paused = new Set<string>();
  const flow = createFlowControl({
    consumer: {
      pause: (topic, partition, reason) => void paused.add(`${topic}/${partition} ${reason}`),
      resume: (topic, partition, reason) => void paused.delete(`${topic}/${partition} ${reason}`),
    },
    works,
    topics: ['orders'],
    maxUnfinished: 4,
    maxUnfinishedBytes: 1_000,
  });
  const own = (partition: number): PartitionWork => {
    const work = createPartitionWork(partition, ['orders', 'lane']);
    works.set(partition, work);
    return work;
  };
  const take = (work: PartitionWork, offsets: number[], bytes = 1): void => {
    for (const offset of offsets) work.trackers.get('orders')?.start(BigInt(offset), bytes, 0);
    flow.afterTaking(work, 'orders');
  };
  const finish = (work: PartitionWork, offset: number): void => {
    work.trackers.get('orders')?.finish(BigInt(offset));
    flow.afterFinishing('orders', work.partition);
  };
  return { flow, works, paused, own, take, finish };
}

it('pauses a partition with too many unfinished messages and goes on at half of them', () => {
  const { paused, own, take, finish } = aFlow();
  const work = own(0);
  own(1);
  take(work, [0, 1, 2, 3]);
  expect([...paused]).toEqual([]);
  take(work, [4]);
  expect([...paused]).toEqual(['orders/0 too-many']);
  finish(work, 0);
  finish(work, 1);
  expect(paused.size).toBe(1);
  finish(work, 2);
  expect([...paused]).toEqual([]);
});

it('pauses all partitions with too many unfinished bytes, and lets go those with stuck messages below the other limit, too', () => {
  const { paused, own, take, finish } = aFlow();
  const [heavy, stuck] = [own(0), own(1)];
  take(stuck, [0, 1, 2], 1);
  take(heavy, [0, 1], 600);
  expect([...paused]).toEqual(['orders/0 too-large', 'orders/1 too-large']);
  finish(heavy, 0);
  expect(paused.size).toBe(2);
  finish(heavy, 1);
  expect([...paused]).toEqual([]);
});

it('goes on when the partition that held the bytes is lost, though nothing is left to finish', () => {
  const { flow, works, paused, own, take } = aFlow();
  const heavy = own(0);
  own(1);
  take(heavy, [0, 1], 600);
  works.delete(0);
  flow.afterRelease();
  expect(paused.has('orders/1 too-large')).toBe(false);
});

it('does not count what a fenced partition had in hand', () => {
  const { flow, paused, own, take } = aFlow();
  const heavy = own(0);
  own(1);
  take(heavy, [0, 1], 600);
  heavy.status = 'fenced';
  flow.afterRelease();
  expect(paused.has('orders/1 too-large')).toBe(false);
});

it('leaves what lies in other topics out of its limits, and never pauses or resumes them', () => {
  const { flow, paused, own, take, finish } = aFlow();
  const work = own(0);
  for (let offset = 0n; offset < 100n; offset++) work.trackers.get('lane')?.start(offset, 1_000, 0);
  flow.afterTaking(work, 'orders');
  expect([...paused]).toEqual([]);
  paused.add('lane/0 too-many').add('lane/0 too-large');
  take(work, [0, 1, 2, 3, 4], 300);
  expect([...paused].sort()).toEqual([
    'lane/0 too-large',
    'lane/0 too-many',
    'orders/0 too-large',
    'orders/0 too-many',
  ]);
  for (const offset of [0, 1, 2, 3, 4]) finish(work, offset);
  expect([...paused].sort()).toEqual(['lane/0 too-large', 'lane/0 too-many']);
});
