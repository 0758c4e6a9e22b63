import type { Topic } from '@pipeline/schemas';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PipelineError } from '../errors.ts';
import type { RawMessage } from '../message.ts';
import type { ValueCodec } from './keyExecution.ts';
import { createTableReader } from './tableReader.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const links: Topic<string> = {
  name: 'links',
  schema: 'links',
  cleanup: 'compact',
  retentionMs: -1,
  maxMessageBytes: 1_000,
  config: {},
};
const LINKS = 'p.links';

function aReader({ decode = (_topic: unknown, bytes: Buffer): unknown => bytes.toString(), maxWaiting = 4 } = {}) {
  const told: string[] = [];
  const defects: unknown[] = [];
  const paused = new Set<number>();
  const stopped = new AbortController();
  const reader = createTableReader({
    tables: [
      {
        topic: links,
        onEntry(key, value) {
          if (value === 'broken') throw new TypeError('no such thing');
          told.push(`${key}=${String(value)}`);
        },
        onLost: (partition) => told.push(`lost ${partition}`),
      },
    ],
    prefix: 'p.',
    codec: { encode: () => Buffer.alloc(0), decode } as ValueCodec,
    consumer: () => ({
      pause: (_topic, partition) => void paused.add(partition),
      resume: (_topic, partition) => void paused.delete(partition),
      seek: (topic, partition, offset) => void told.push(`seek ${topic}/${partition} ${offset}`),
    }),
    onEntry: () => undefined,
    onDefect: (error) => defects.push(error),
    stopped: stopped.signal,
    maxWaiting,
  });
  const feed = (partition: number, from: number, values: (string | null)[]): void =>
    reader.onMessages(
      values.map(
        (value, index): RawMessage => ({
          topic: LINKS,
          partition,
          offset: BigInt(from + index),
          key: `k${from + index}`,
          value: value === null ? null : Buffer.from(value),
          headers: {},
          timestamp: 0,
        }),
      ),
    );
  return { reader, told, defects, paused, stopped, feed };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);
const registryDown = (): never => {
  throw new PipelineError('transient', 'registry-down', 'no answer');
};

it('takes entries and tombstones in order, and goes on where it was after a rebalance', async () => {
  const { reader, told, feed } = aReader();
  feed(0, 7, ['a', null]);
  await settle();
  reader.onAssigned({ acquired: [], retained: [0], lost: [] });
  expect(told).toEqual(['k7=a', 'k8=null', 'seek p.links/0 9']);
});

it('stops fetching while the registry is down, and goes on with everything in order once it is back', async () => {
  let down = true;
  const { told, paused, feed } = aReader({ decode: (_topic, bytes) => (down ? registryDown() : bytes.toString()) });
  feed(0, 0, ['a', 'b', 'c']);
  await settle();
  expect(paused.size).toBe(0);
  feed(0, 3, ['d', 'e']);
  await settle();
  expect([...paused]).toEqual([0]);
  expect(told).toEqual([]);
  down = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual(['k0=a', 'k1=b', 'k2=c', 'k3=d', 'k4=e']);
  expect(paused.size).toBe(0);
});

it('gives a table nothing of a partition after it was lost, and does not wait for it', async () => {
  let down = true;
  const { reader, told, feed } = aReader({ decode: (_topic, bytes) => (down ? registryDown() : bytes.toString()) });
  feed(0, 0, ['old']);
  feed(1, 0, ['kept']);
  await settle();
  reader.onAssigned({ acquired: [], retained: [1], lost: [0] });
  down = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told.filter((line) => line.includes('='))).toEqual(['k0=kept']);
  // Given to us again, it is read anew.
  feed(0, 0, ['new']);
  await settle();
  expect(told.at(-1)).toBe('k0=new');
});

it('gives a table nothing that was being decoded when the partition was lost', async () => {
  const decoding = Promise.withResolvers<string>();
  const { reader, told, feed } = aReader({ decode: () => decoding.promise });
  feed(0, 0, ['late']);
  await settle();
  reader.onAssigned({ acquired: [], retained: [], lost: [0] });
  decoding.resolve('late');
  await settle();
  expect(told).toEqual(['lost 0']);
});

it('passes over an entry that can never be taken, whatever is thrown', async () => {
  const { told, defects, feed } = aReader({
    decode: (_topic, bytes) => {
      if (bytes.toString() === 'undefined') throw undefined;
      return bytes.toString();
    },
  });
  feed(0, 0, ['broken', 'undefined', 'fine']);
  await settle();
  expect(told).toEqual(['k2=fine']);
  expect(defects).toHaveLength(2);
  expect(String(defects[0])).toMatch(/Entry 0 of partition 0 of \S+, key k0, is left out of the table/);
});

it('gives up trying when the service stops', async () => {
  const { stopped, feed } = aReader({ decode: registryDown });
  feed(0, 0, ['a']);
  await settle();
  expect(vi.getTimerCount()).toBe(1);
  stopped.abort();
  await settle();
  expect(vi.getTimerCount()).toBe(0);
});
