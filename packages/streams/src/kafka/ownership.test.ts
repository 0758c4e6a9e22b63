import type { Kafka, ProducerBatch } from 'kafkajs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { toPipelineError } from '../errors.ts';
import type { RawMessage } from '../message.ts';
import { createCommitTurns } from './commitTurns.ts';
import { createOwnership } from './ownership.ts';
import { partitionOf } from '../partitionOf.ts';
import { createPartitionWork, type PartitionWork } from './partitionWork.ts';
import { CLAIM_KEY } from './partitionStore.ts';
import type { PartitionOffsets } from './topicFacts.ts';

const STATE = 'state';

/** Partitions that are being opened, whose state lies at offsets 0 to 3 before the claim; `work` is the first. */
async function anOpening({
  end = 4n,
  partitions = 1,
  keysOfSources = false,
  acknowledged = undefined as Promise<void> | undefined,
} = {}) {
  const seeks: bigint[] = [];
  const reading = new Set<number>();
  const claims: string[] = [];
  const retaken: number[] = [];
  const defects: string[] = [];
  const connected = new Set<symbol>();
  const kafka = {
    producer: (id = Symbol('producer')) => ({
      connect: () => Promise.resolve(connected.add(id)),
      disconnect: () => Promise.resolve(connected.delete(id)),
      transaction: () =>
        Promise.resolve({
          sendBatch({ topicMessages = [] }: ProducerBatch) {
            const [message] = topicMessages[0]?.messages ?? [];
            claims[message?.partition ?? -1] = String(message?.headers?.['claim']);
            return Promise.resolve([]);
          },
          commit: () => acknowledged ?? Promise.resolve(),
          abort: () => Promise.resolve(),
        }),
    }),
  } as unknown as Kafka;
  const stopped = new AbortController();
  onTestFinished(() => stopped.abort());
  const numbers = Array.from({ length: partitions }, (_, index) => index);
  const works = numbers.map((number): PartitionWork => createPartitionWork(number, ['orders']));
  const at = (high: bigint): ReadonlyMap<number, PartitionOffsets> =>
    new Map(numbers.map((number) => [number, { low: 0n, high, committed: undefined, metadata: null }]));
  const offsets = Promise.resolve(
    new Map([
      ['orders', at(0n)],
      [STATE, at(end)],
    ]),
  );
  const ownership = createOwnership({
    kafka,
    consumer: {
      pause: (topic, partition) => void (topic === STATE && reading.delete(partition)),
      resume: (topic, partition) => void (topic === STATE && reading.add(partition)),
      seek: (topic, _, offset) => void (topic === STATE && seeks.push(offset)),
      heartbeatAt: 0,
      fetches: 0,
    },
    ...{ group: 'group', member: 'me', sources: ['orders'], tables: [], stateTopic: STATE },
    statePolicy: () => 'compact',
    keysOfSources,
    partitions: () => partitions,
    maxBytes: () => undefined,
    acceptEmptyState: true,
    keepHeaders: false,
    checkpoints: undefined,
    turns: createCommitTurns({ limit: 1 }),
    retryMs: 10,
    offsets: () => offsets,
    stopped: stopped.signal,
    works: () => works,
    isCurrent: () => true,
    release: () => undefined,
    onOpened: () => undefined,
    retake: (partition) => void retaken.push(partition),
    observer: { defect: (error) => void defects.push(toPipelineError(error).code) },
  });
  const opening = Promise.all(works.map((each) => ownership.open(each, offsets)));
  if (acknowledged) await vi.waitFor(() => expect(claims.filter(Boolean)).toHaveLength(partitions));
  else await opening;
  const [work = createPartitionWork(-1, [])] = works;
  const message = (offset: bigint, key: string, headers = {}, partition = 0): RawMessage => ({
    ...{ topic: STATE, partition, offset, timestamp: 0, key, headers },
    value: key === CLAIM_KEY ? null : Buffer.from(key),
  });
  return {
    work,
    works,
    seeks,
    /** Partitions of which the state is fetched. */
    reading: () => [...reading],
    message,
    defects,
    retaken,
    connections: () => connected.size,
    open: (each: PartitionWork) => ownership.open(each, offsets),
    entries: [0n, 1n, 2n].map((offset) => message(offset, `order-${offset}`)),
    ourClaim: (partition = 0) => message(end + 1n, CLAIM_KEY, { claim: claims[partition] }, partition),
    deliver: (...messages: RawMessage[]) => ownership.onStateMessages(work, messages),
    deliverTo: (each: PartitionWork, message: RawMessage) => ownership.onStateMessages(each, [message]),
  };
}

it('reads the state from its beginning once more when what comes first is the claim behind it', async () => {
  const { work, seeks, entries, ourClaim, deliver } = await anOpening();
  deliver(ourClaim());
  expect([work.status, seeks]).toEqual(['opening', [0n, 0n]]);
  deliver(...entries);
  deliver(ourClaim());
  expect([work.status, work.store?.size, seeks]).toEqual(['open', 3, [0n, 0n]]);
});

it('believes in the end that nothing of the state can be seen', async () => {
  const { work, seeks, ourClaim, deliver } = await anOpening();
  for (let times = 0; times < 4; times++) deliver(ourClaim());
  expect([work.status, work.store?.size, seeks.length]).toEqual(['open', 0, 4]);
});

it('asks for no second look where there was nothing before the claim', async () => {
  const { work, seeks, ourClaim, deliver } = await anOpening({ end: 0n });
  deliver(ourClaim());
  expect([work.status, seeks]).toEqual(['open', [0n]]);
});

it('reads three partitions with many records back at a time, each next one when one is open or lost', async () => {
  const { works, reading, entries, ourClaim, deliverTo } = await anOpening({ end: 10_001n, partitions: 7 });
  expect(reading()).toEqual([0, 1, 2]);
  const [, second, third] = works;
  const [first] = entries;
  if (!second || !third || !first) throw new Error('There are seven.');
  deliverTo(second, first);
  deliverTo(second, ourClaim(1));
  await vi.waitFor(() => expect(reading()).toEqual([0, 2, 3]));
  works[4]?.abort.abort();
  third.abort.abort();
  await vi.waitFor(() => expect(reading()).toEqual([0, 2, 3, 5]));
  expect(works.map(({ status }) => status)).toEqual(works.map((each) => (each === second ? 'open' : 'opening')));
});

it('reads partitions with few records back at once', async () => {
  const { reading } = await anOpening({ end: 10_000n, partitions: 7 });
  expect(reading()).toHaveLength(7);
});

it('has no partition open any more once an entry of the state lies in another than its own', async () => {
  const opening = await anOpening({ partitions: 3, keysOfSources: true });
  const { works, reading, retaken, deliverTo, ourClaim, message } = opening;
  const [first, second, third] = works;
  if (!first || !second || !third) throw new Error('There are three.');
  const [inFirst = '', inSecond = '', inThird = ''] = [0, 1, 2].map((partition) => keyOf(partition, 3));
  deliverTo(third, message(0n, inThird, {}, 2));
  deliverTo(third, ourClaim(2));
  expect([third.status, retaken]).toEqual(['open', []]);
  deliverTo(first, message(0n, inFirst));
  expect([first.store?.size, first.problem]).toEqual([1, undefined]);
  deliverTo(first, message(1n, inSecond));
  expect(first.problem, 'a tombstone may follow').toBeUndefined();
  deliverTo(first, ourClaim());
  expect([first.status, first.problem?.code, first.store, reading()]).toEqual([
    ...['opening', 'state-misplaced', undefined],
    [1],
  ]);
  // What belongs to the one that is open may lie there: taken anew it is refused.
  expect(retaken).toEqual([2]);
  deliverTo(second, message(0n, inSecond, {}, 1));
  deliverTo(second, ourClaim(1));
  expect(second.problem?.code).toBe('state-misplaced');
  const again = createPartitionWork(2, ['orders']);
  void opening.open(again);
  await vi.waitFor(() => expect(again.problem?.code).toBe('state-misplaced'));
  expect(again.store).toBeUndefined();
  // The third's is closed by whoever drops it.
  await vi.waitFor(() => expect(opening.connections()).toBe(1));
});

it('says nothing else of an entry in a wrong partition that was read before the claim was acknowledged', async () => {
  const acknowledged = Promise.withResolvers<void>();
  const { works, deliver, message, ourClaim, connections, defects } = await anOpening({
    ...{ partitions: 2, keysOfSources: true, acknowledged: acknowledged.promise },
  });
  deliver(message(0n, keyOf(1, 2)), ourClaim());
  acknowledged.reject(new Error('disconnected'));
  await vi.waitFor(() => expect(connections()).toBe(0));
  await vi.waitFor(() =>
    expect(works.map(({ problem }) => problem?.code)).toEqual(['state-misplaced', 'state-misplaced']),
  );
  // Of both together, once.
  expect(defects).toEqual(['state-misplaced']);
});

it('opens a partition in which every entry that is not its own was deleted', async () => {
  const { work, message, deliver, ourClaim } = await anOpening({ partitions: 2, keysOfSources: true });
  const stray = message(0n, keyOf(1, 2));
  deliver(stray, message(1n, keyOf(0, 2)), { ...stray, offset: 2n, value: null }, ourClaim());
  expect([work.status, work.store?.size, work.problem]).toEqual(['open', 1, undefined]);
});

it('looks for no key of its sources where the state has other ones', async () => {
  const { work, message, deliver, ourClaim } = await anOpening({ partitions: 2 });
  deliver(message(0n, keyOf(1, 2)), ourClaim());
  expect([work.status, work.problem]).toEqual(['open', undefined]);
});

const keyOf = (partition: number, partitions: number): string =>
  Array.from({ length: 50 }, (_, at) => `order-${at}`).find((key) => partitionOf(key, partitions) === partition) ?? '';
