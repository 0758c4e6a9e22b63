import type { Assigner, ConsumerConfig, EachBatchPayload, Kafka } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AssignmentChange, createGroupConsumer, type GroupConsumerOptions } from './groupConsumer.ts';
import { KafkaJSProtocolError } from './kafkajs/index.ts';

const ProtocolError = KafkaJSProtocolError as unknown as new (message: string) => Error;

/** A consumer whose kafkajs part is driven by the test. */
function aConsumer(options: Partial<GroupConsumerOptions> = {}) {
  const listeners = new Map<string, (event: { payload: object }) => void>();
  const calls: string[] = [];
  const paused = new Set<string>();
  const changes: AssignmentChange[] = [];
  const crashes: boolean[] = [];
  const run = Promise.withResolvers<void>();
  let eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined;
  let rebalancing = 0;
  let isWithoutGroup = false;
  const checkGroup = (): void => {
    if (isWithoutGroup) throw new Error('Consumer group was not initialized');
  };
  const set = (targets: { topic: string; partitions: number[] }[], on: boolean): void => {
    checkGroup();
    for (const { topic, partitions } of targets)
      for (const partition of partitions) paused[on ? 'add' : 'delete'](`${topic}/${partition}`);
  };
  const events = {
    GROUP_JOIN: 'join',
    REBALANCING: 'rebalancing',
    CRASH: 'crash',
    FETCH: 'fetch',
    HEARTBEAT: 'heartbeat',
    REQUEST: 'request',
  };
  const fake = {
    events,
    on: (event: string, listener: (event: { payload: object }) => void) => listeners.set(event, listener),
    connect: () => Promise.resolve(void calls.push('connect')),
    subscribe: () => Promise.resolve(),
    run: (options: { eachBatch: typeof eachBatch }) => {
      eachBatch = options.eachBatch;
      return run.promise;
    },
    disconnect: () => Promise.resolve(void calls.push('disconnect')),
    pause: (targets: never) => set(targets, true),
    resume: (targets: never) => set(targets, false),
    seek: ({ topic, partition, offset }: { topic: string; partition: number; offset: string }) => {
      checkGroup();
      calls.push(`seek ${topic}/${partition} ${offset}`);
    },
    commitOffsets: () => Promise.reject(new Error('kafkajs would try this again under another generation')),
  };
  const taken: string[] = [];
  let assigner: Assigner | undefined;
  const protocol = { name: 'ours', metadata: Buffer.alloc(0) };
  const consumer = ({ partitionAssigners: [create] = [] }: ConsumerConfig) => {
    assigner = create?.(undefined as never);
    return fake;
  };
  const created = createGroupConsumer({
    kafka: { consumer } as unknown as Kafka,
    groupId: 'group',
    topics: ['orders', 'ledger'],
    assigner: () => ({ name: 'ours', version: 1, assign: () => Promise.resolve([]), protocol: () => protocol }),
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 60_000,
    maxBytesPerPartition: 1_000,
    onAssigned: (change) => void changes.push(change),
    onMessages: (topic, partition, messages) => void taken.push(`${topic}/${partition} ${messages.length}`),
    onRebalancing: () => void rebalancing++,
    onCrash: (_error, restarts) => void crashes.push(restarts),
    ...options,
  });
  return {
    consumer: created,
    /** As kafkajs does right before it asks to join. */
    joining: () => expect(assigner?.protocol({ topics: ['orders', 'ledger'] })).toBe(protocol),
    calls,
    paused,
    changes,
    crashes,
    taken,
    run,
    rebalancings: () => rebalancing,
    noGroup: (without: boolean) => void (isWithoutGroup = without),
    emit: (event: keyof typeof events, payload: object = {}) => listeners.get(events[event])?.({ payload }),
    join: (partitions: number[], memberId = 'me') =>
      listeners.get('join')?.({ payload: { memberId, memberAssignment: { orders: partitions, ledger: partitions } } }),
    batch: async (commit: (offsets: unknown) => Promise<void>, { stale = false, partition = 0 } = {}) =>
      eachBatch?.({
        batch: {
          topic: 'orders',
          partition,
          highWatermark: '8',
          messages: [{ offset: '7', key: null, value: null, headers: {}, timestamp: '0' }],
        },
        isStale: () => stale,
        commitOffsetsIfNecessary: commit,
      } as unknown as EachBatchPayload),
  };
}

const offsets = [{ topic: 'orders', partition: 0, offset: 8n, metadata: 'above' }];

it('tells what was acquired, kept and lost', () => {
  const { join, changes } = aConsumer();
  join([0, 1]);
  join([1, 2]);
  expect(changes).toEqual([
    { acquired: [0, 1], retained: [], lost: [] },
    { acquired: [2], retained: [1], lost: [0] },
  ]);
});

it('takes everything for lost and acquired that it has again under a new member id', () => {
  const { join, changes } = aConsumer();
  join([0, 1], 'first');
  join([1, 2], 'second');
  expect(changes[1]).toEqual({ acquired: [1, 2], retained: [], lost: [0, 1] });
});

it('pauses for each reason on its own, sets the flags anew at each assignment, and forgets those of what it lost', () => {
  const { consumer, join, emit, paused } = aConsumer();
  join([0, 1]);
  consumer.pause('orders', 0, 'opening');
  consumer.pause('orders', 0, 'held');
  consumer.resume('orders', 0, 'opening');
  consumer.pause('orders', 1, 'too-many');
  expect([...paused].sort()).toEqual(['orders/0', 'orders/1']);
  emit('REBALANCING');
  paused.clear();
  join([0]);
  expect([...paused]).toEqual(['orders/0']);
  join([0, 1]);
  expect(consumer.isPaused('orders', 1)).toBe(false);
});

it('seeks once more after the rebalance what was asked for during it, unless it lost the partition', () => {
  const { consumer, join, emit, calls } = aConsumer();
  join([0, 1]);
  emit('REBALANCING');
  consumer.seek('ledger', 0, 5n);
  consumer.seek('ledger', 1, 6n);
  calls.splice(0);
  join([0]);
  expect(calls).toEqual(['seek ledger/0 5']);
});

it('seeks and pauses at once, too, while kafkajs tries in vain to join: it reads on under the old assignment', () => {
  const { consumer, join, emit, calls, paused } = aConsumer();
  join([0]);
  emit('REBALANCING');
  consumer.seek('ledger', 0, 5n);
  consumer.seek('ledger', 1, 6n);
  consumer.pause('ledger', 0, 'restored');
  expect([calls, [...paused]]).toEqual([['seek ledger/0 5'], ['ledger/0']]);
  consumer.resume('ledger', 0, 'restored');
  expect([...paused]).toEqual([]);
});

it('asks nothing of a kafkajs that has no group just now, and of one that has says what went wrong', () => {
  const { consumer, join, emit, noGroup, calls } = aConsumer();
  join([0]);
  emit('CRASH', { error: new Error('no broker'), restart: true });
  noGroup(true);
  consumer.seek('ledger', 0, 5n);
  consumer.pause('ledger', 0, 'restored');
  noGroup(false);
  join([0]);
  expect(calls).toEqual(['seek ledger/0 5']);
  noGroup(true);
  expect(() => consumer.seek('ledger', 0, 6n)).toThrow('not initialized');
});

it('is a member again when the group confirms it, though nothing is assigned anew, and seeks nothing twice', () => {
  const { consumer, join, emit, calls } = aConsumer();
  join([0], 'me');
  emit('HEARTBEAT', { memberId: 'me', groupGenerationId: 1 });
  emit('REBALANCING');
  consumer.seek('ledger', 0, 5n);
  expect(consumer.joined).toBe(false);
  emit('HEARTBEAT', { memberId: 'me', groupGenerationId: 1 });
  expect(consumer.joined).toBe(true);
  join([0], 'me');
  expect(calls).toEqual(['seek ledger/0 5']);
});

it('commits once, under the generation of now, and says when it did not', async () => {
  const { consumer, join, batch, run } = aConsumer();
  run.resolve();
  await consumer.start();
  join([0]);
  expect(await consumer.commit(offsets)).toBe(false);
  const committed: unknown[] = [];
  await batch((what) => Promise.resolve(void committed.push(what)));
  expect(await consumer.commit(offsets)).toBe(true);
  const partitions = [{ partition: 0, offset: '8', metadata: 'above' }];
  expect(committed).toEqual([{ topics: [{ topic: 'orders', partitions }] }]);
  await batch(() => Promise.reject(new ProtocolError('ILLEGAL_GENERATION')));
  expect(await consumer.commit(offsets)).toBe(false);
});

const uncoordinated = Object.assign(new Error('Failed to find group coordinator'), {
  name: 'KafkaJSNonRetriableError',
  cause: Object.assign(new Error('Failed to find group coordinator'), { name: 'KafkaJSGroupCoordinatorNotFound' }),
});

it('joins anew when nobody coordinated the group, which kafkajs takes for final', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { consumer, join, calls, emit, run, crashes } = aConsumer();
  run.resolve();
  await consumer.start();
  join([0]);
  for (const afterMs of [500, 1_000, 2_000]) {
    emit('CRASH', { error: uncoordinated, restart: false });
    expect(consumer.joined).toBe(false);
    const before = calls.length;
    await vi.advanceTimersByTimeAsync(afterMs - 1);
    expect(calls).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(calls.slice(before)).toEqual(['connect']);
  }
  join([0]);
  expect(consumer.joined).toBe(true);
  expect(crashes).toEqual([true, true, true]);
});

it('stays out after a crash for any other reason, and when it was stopped', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { consumer, calls, emit, run, crashes } = aConsumer();
  run.resolve();
  await consumer.start();
  emit('CRASH', { error: new Error('GROUP_AUTHORIZATION_FAILED'), restart: false });
  await vi.advanceTimersByTimeAsync(60_000);
  emit('CRASH', { error: uncoordinated, restart: false });
  await consumer.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(crashes).toEqual([false, true]);
  expect(calls).toEqual(['connect', 'disconnect']);
});

it('commits nothing through a consumer that has crashed', async () => {
  const { consumer, join, batch, emit, run } = aConsumer();
  run.resolve();
  await consumer.start();
  join([0]);
  await batch(() => Promise.resolve());
  emit('CRASH', { error: new Error('gone'), restart: true });
  expect(await consumer.commit(offsets)).toBe(false);
});

it('offers a last commit before a rebalance', () => {
  const { join, emit, rebalancings } = aConsumer();
  join([0]);
  emit('REBALANCING');
  expect(rebalancings()).toBe(1);
});

it('hands over nothing of a partition that it does not own or is about to read elsewhere', async () => {
  const { consumer, join, batch, run, taken } = aConsumer();
  run.resolve();
  await consumer.start();
  join([0]);
  await batch(() => Promise.resolve(), { partition: 1 });
  await batch(() => Promise.resolve(), { stale: true });
  expect(taken).toEqual([]);
  await batch(() => Promise.resolve());
  expect(taken).toEqual(['orders/0 1']);
});

it('leaves only after it has joined when it is stopped while it joins, and takes nothing over', async () => {
  const { consumer, join, run, calls, changes } = aConsumer();
  const started = consumer.start();
  await new Promise((resolve) => setImmediate(resolve));
  const stopped = consumer.stop();
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual(['connect']);
  join([0]);
  run.resolve();
  await Promise.all([started, stopped]);
  expect(calls).toEqual(['connect', 'disconnect']);
  expect(changes).toEqual([]);
  await consumer.start();
  expect(calls).toHaveLength(2);
});

it('ends a consumer that was starting anew after a crash when it was stopped', async () => {
  const { consumer, join, run } = aConsumer();
  run.resolve();
  await consumer.start();
  await consumer.stop();
  expect(() => join([0])).toThrow('was stopped while it joined');
});

describe('the group has confirmed the membership', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function aMember(options = {}) {
    const { emit, ...rest } = aConsumer(options);
    /** An answer of the broker, `duration` after it was asked. */
    const answered = (apiName: string, duration = 0) =>
      emit('REQUEST', { apiName, duration, sentAt: Date.now() - duration });
    const heartbeat = ({ duration = 0, memberId = 'me', generation = 1 } = {}) => {
      answered('Heartbeat', duration);
      emit('HEARTBEAT', { memberId, groupGenerationId: generation });
    };
    return { ...rest, emit, answered, heartbeat };
  }

  it('for a session from when it was asked, with each heartbeat anew', () => {
    const { consumer, join, answered, heartbeat } = aMember();
    expect(consumer.confirmed).toBe(false);
    answered('SyncGroup', 1_000);
    join([0]);
    vi.advanceTimersByTime(8_999);
    expect(consumer.confirmed).toBe(true);
    vi.advanceTimersByTime(1);
    expect(consumer.confirmed).toBe(false);
    heartbeat();
    expect(consumer.confirmed).toBe(true);
  });

  it('not by an answer that waited in a frozen process, nor by one that says no, nor by other answers', () => {
    const { consumer, join, answered, heartbeat } = aMember();
    answered('SyncGroup');
    join([0]);
    vi.advanceTimersByTime(20_000);
    heartbeat({ duration: 20_000 });
    expect(consumer.confirmed).toBe(false);
    answered('Heartbeat');
    answered('Fetch');
    expect(consumer.confirmed).toBe(false);
  });

  it('by whichever clock went further', () => {
    const { consumer, join, answered } = aMember();
    answered('SyncGroup');
    join([0]);
    vi.setSystemTime(Date.now() + 10_000);
    expect(consumer.confirmed).toBe(false);
  });

  it('not while it rebalances, nor once it has left: others may have all of it', () => {
    const { consumer, join, emit, answered, heartbeat } = aMember();
    answered('SyncGroup');
    join([0]);
    heartbeat();
    emit('REBALANCING');
    expect(consumer.confirmed).toBe(false);
    answered('SyncGroup');
    join([0]);
    expect(consumer.confirmed).toBe(true);
    answered('LeaveGroup');
    expect(consumer.confirmed).toBe(false);
    heartbeat();
    emit('CRASH', { error: new Error('x'), restart: true });
    expect(consumer.confirmed).toBe(false);
  });

  it('when a rebalance was none: the generation is the one that it was', () => {
    const { consumer, join, emit, answered, heartbeat } = aMember();
    answered('SyncGroup');
    join([0]);
    heartbeat({ generation: 7 });
    emit('REBALANCING');
    heartbeat({ generation: 7 });
    expect([consumer.joined, consumer.confirmed]).toEqual([true, true]);
  });

  it.each([
    ['in a later generation', [{ generation: 1 }], { memberId: 'me', generation: 2 }],
    ['before any generation was known', [], { memberId: 'me', generation: 2 }],
    ['under another id', [{ generation: 1 }], { memberId: 'other', generation: 2 }],
  ])('not of an assignment that it has not heard, %s: it joins anew', (_when, before, after) => {
    const { consumer, join, emit, answered, heartbeat } = aMember();
    answered('SyncGroup');
    join([0]);
    for (const each of before) heartbeat(each);
    emit('REBALANCING');
    // kafkajs joins anew for an error of this type.
    expect(() => heartbeat(after)).toThrow(expect.objectContaining({ type: 'REBALANCE_IN_PROGRESS' }));
    expect([consumer.joined, consumer.confirmed]).toEqual([false, false]);
    answered('SyncGroup');
    join([1], after.memberId);
    heartbeat(after);
    expect(consumer.confirmed).toBe(true);
  });

  it('not from when it joins anew, of which kafkajs need not tell', () => {
    const { consumer, join, joining, answered, heartbeat } = aMember();
    answered('SyncGroup');
    join([0]);
    heartbeat({ generation: 3 });
    joining();
    expect(consumer.confirmed).toBe(false);
    heartbeat({ generation: 3 });
    expect(consumer.confirmed).toBe(true);
    joining();
    expect(() => heartbeat({ generation: 4 })).toThrow('joins anew');
  });

  it('not for longer than a rebalance waits for who does not join', () => {
    const { consumer, join, answered } = aMember({ rebalanceTimeoutMs: 4_000 });
    answered('SyncGroup');
    join([0]);
    vi.advanceTimersByTime(4_000);
    expect(consumer.confirmed).toBe(false);
  });

  it('not of one that it lost without hearing of a rebalance', () => {
    const { join, answered, heartbeat } = aMember();
    answered('SyncGroup');
    join([0]);
    heartbeat({ generation: 1 });
    expect(() => heartbeat({ memberId: 'other', generation: 2 })).toThrow('joins anew');
  });
});
