import { expect, inject, it } from 'vitest';
import type { Handler } from '../handler.ts';
import { partitionOf } from '../partitionOf.ts';
import { coPartitioningAssigner } from './assigner.ts';
import { createGroupConsumer } from './groupConsumer.ts';
import { createBench, PARTITIONS, source, state, until, type Bench, type State, type Value } from './testing/bench.ts';

const brokers = inject('brokers');

/** Joins the group and takes partitions, but claims none: nobody is fenced. */
function joinWithoutClaim({ kafka, prefix }: Bench) {
  const consumer = createGroupConsumer({
    kafka,
    groupId: `${prefix}group`,
    topics: [source, state].map(({ name }) => `${prefix}${name}`),
    assigner: coPartitioningAssigner(
      () => [],
      (error) => {
        throw error;
      },
    ),
    sessionTimeoutMs: 6_000,
    rebalanceTimeoutMs: 10_000,
    maxBytesPerPartition: 65_536,
    onAssigned: () => undefined,
    onMessages: () => undefined,
    onRebalancing: () => undefined,
    onCrash: (error) => {
      throw error;
    },
  });
  return { start: () => consumer.start(), [Symbol.asyncDispose]: () => consumer.stop() };
}

it('lets a handler whose partition is lost say that its effect was not started, or what became of it', async () => {
  await using bench = await createBench({ brokers });
  const began: string[] = [];
  const told = new Map<string, string>();
  const go = Promise.withResolvers<void>();
  const handler: Handler<Value, State> = async ([{ key }], context) => {
    if (told.has(key)) return [];
    await context.state.append({ count: 1, by: 'intent' });
    const outcome = await context
      .effect({ name: 'write' }, async () => {
        began.push(key);
        await go.promise;
        return 'done';
      })
      .catch((error: { code: string }) => error.code);
    await context.state.append({ count: 2, by: outcome }).then(
      () => told.set(key, outcome),
      (error: { code: string }) => told.set(key, error.code),
    );
    return [];
  };
  const lost: number[] = [];
  const member = bench.member({
    withState: true,
    concurrency: PARTITIONS,
    handler,
    observer: { assigned: (change) => void lost.push(...change.lost) },
  });
  /** One message for each partition. */
  const sendEach = (name: string): Promise<unknown> => {
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    return Promise.all(
      partitions.map((partition) => {
        const key = keyIn(partition, name);
        return bench.producer.send([{ topic: `${bench.prefix}source`, partition, key, value: VALUE, headers: {} }]);
      }),
    );
  };
  await member.start();
  await sendEach('runs');
  await until('effects take all places', () => began.length === PARTITIONS);
  await sendEach('waits');
  await until('as many intents wait', () => member.status().keysRunning === 2 * PARTITIONS);
  await using other = joinWithoutClaim(bench);
  await other.start();
  await until('partitions are lost', () => lost.length === 2);
  await until('what waited there is told', () => told.size === 2);
  go.resolve();
  await until('the rest is told', () => told.size === 2 * PARTITIONS);
  // Nobody has fenced the lost partitions: all could be said on record.
  const expected = began.map((key): [string, string] => [key, 'done']);
  for (const partition of [0, 1, 2, 3])
    expected.push([keyIn(partition, 'waits'), lost.includes(partition) ? 'draining' : 'done']);
  expect(told).toEqual(new Map(expected));
});

/** The first key of that name which belongs in the partition. */
function keyIn(partition: number, name: string): string {
  for (let at = 0; ; at++) if (partitionOf(`${name}-${at}`, PARTITIONS) === partition) return `${name}-${at}`;
}

const VALUE = Buffer.from(JSON.stringify({ n: 0 }));
