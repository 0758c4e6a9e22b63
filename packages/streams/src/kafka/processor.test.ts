import type { Kafka } from 'kafkajs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRetryPolicy } from '../retryPolicy.ts';
import { defineTopology } from '../topology.ts';
import { createProcessor } from './processor.ts';
import type { ProducerQueue } from './producerQueue.ts';
import { deadLetters, jsonCodec, sink, source } from './testing/bench.ts';

const SESSION_MS = 6_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A member whose group is driven by the test; it is assigned nothing. */
async function aMember() {
  const listeners = new Map<string, (event: { payload: object }) => void>();
  const events = {
    GROUP_JOIN: 'join',
    REBALANCING: 'rebalancing',
    CRASH: 'crash',
    FETCH: 'fetch',
    HEARTBEAT: 'heartbeat',
    REQUEST: 'request',
  };
  const done = () => Promise.resolve();
  const consumer = {
    events,
    on: (event: string, listener: (event: { payload: object }) => void) => listeners.set(event, listener),
    ...{ connect: done, subscribe: done, run: done, disconnect: done },
  };
  const fetchTopicMetadata = () => Promise.resolve({ topics: [{ name: 'source', partitions: [{}] }] });
  const admin = { connect: done, disconnect: done, fetchTopicMetadata };
  const processor = createProcessor({
    topology: defineTopology({
      name: 'test',
      sources: [source],
      sinks: [sink],
      deadLetters,
      handler: () => Promise.resolve([]),
    }),
    kafka: { consumer: () => consumer, admin: () => admin } as unknown as Kafka,
    codec: jsonCodec,
    producer: {} as ProducerQueue,
    retry: createRetryPolicy({ baseMs: 20, capMs: 100 }),
    ...{ group: 'group', service: 'test@1', member: 'member', concurrency: 1 },
    ...{ requestTimeoutMs: 1_000, readTimeoutMs: 1_000, sessionTimeoutMs: SESSION_MS },
  });
  await processor.start();
  const emit = (event: keyof typeof events, payload: object = {}) => listeners.get(events[event])?.({ payload });
  emit('GROUP_JOIN', { memberId: 'me', memberAssignment: {} });
  return {
    emit,
    status: () => {
      const { joined, problems } = processor.status();
      return { joined, problems };
    },
    async [Symbol.asyncDispose]() {
      await processor.stop(0);
    },
  };
}

it.each([
  ['a fetch', 'FETCH', {}],
  ['a heartbeat', 'HEARTBEAT', { memberId: 'me', groupGenerationId: 1 }],
] as const)(
  'says that the broker is silent once it has answered nothing for two sessions, until it answers %s',
  async (_what, event, payload) => {
    await using member = await aMember();
    vi.advanceTimersByTime(2 * SESSION_MS);
    expect(member.status()).toEqual({ joined: true, problems: [] });
    vi.advanceTimersByTime(1_000);
    const problems = ['the broker has not answered a fetch or heartbeat for 13 s'];
    expect(member.status()).toEqual({ joined: true, problems });
    member.emit(event, payload);
    expect(member.status()).toEqual({ joined: true, problems: [] });
    vi.advanceTimersByTime(2 * SESSION_MS + 1);
    expect(member.status().problems).toEqual([expect.stringContaining('has not answered')]);
  },
);

it('does not say that the broker is silent while it has left the group to join anew: that it has not joined says enough', async () => {
  await using member = await aMember();
  vi.advanceTimersByTime(3 * SESSION_MS);
  member.emit('REBALANCING');
  expect(member.status()).toEqual({ joined: false, problems: [] });
});
