import { expect, inject, it } from 'vitest';
import { CallAgain, PipelineError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { createBench, deadLetters, heldTopic, sink, table, until, type State, type Value } from './testing/bench.ts';

const brokers = inject('brokers');

/** Holds every message until its key is in the table; then it is done with one message to the sink. */
function createHolder() {
  const known = new Set<string>();
  const seen: { key: string; n: number; held: boolean }[] = [];
  const handler: Handler<Value, State> = ([{ key, value, heldSince }]) => {
    seen.push({ key, n: value.n, held: heldSince !== undefined });
    if (value.poison && heldSince !== undefined) throw new PipelineError('permanent', 'bad', 'It is bad.');
    if (!known.has(key)) throw new CallAgain(60_000, 'not yet', { hold: true });
    return Promise.resolve([{ topic: sink, key, value }]);
  };
  const asTable = { onEntry: (key: string) => void known.add(key) };
  return { handler, table: asTable, seen };
}

it('finishes the offset of a message that is held, does not keep others of its key, and wakes it by the table', async () => {
  await using bench = await createBench({ brokers });
  const { seen, ...holder } = createHolder();
  const member = bench.member({ holds: true, ...holder });
  await member.start();
  await bench.send([
    { key: 'a', value: { n: 0 } },
    { key: 'a', value: { n: 1 } },
    { key: 'b', value: { n: 0 } },
  ]);
  await until('all offsets are committed', async () => (await bench.committed()) === 3n);
  await until('all are held', () => member.status().held === 3);
  expect([member.status().unfinished, await bench.count(sink)]).toEqual([0, 0]);
  await bench.send([{ key: 'a', value: { n: 0 } }], table);
  await until('what waited for it is let go', () => member.status().held === 1);
  expect(await readValues(bench)).toEqual(['a0', 'a1']);
  // The second came to the handler although the first of its key was waiting.
  expect(seen.filter(({ key, held }) => key === 'a' && !held).map(({ n }) => n)).toEqual([0, 1]);
});

it('keeps what is held through a restart, and forgets what was let go', async () => {
  await using bench = await createBench({ brokers });
  const first = createHolder();
  const before = bench.member({ holds: true, handler: first.handler, table: first.table });
  await before.start();
  await bench.send(['a', 'b', 'c'].map((key) => ({ key, value: { n: 7 } })));
  await until('all are held', () => before.status().held === 3);
  await bench.send([{ key: 'c', value: { n: 0 } }], table);
  await until('one was let go', () => before.status().held === 2);
  await before.stop(1_000);

  const second = createHolder();
  const after = bench.member({ holds: true, handler: second.handler, table: second.table });
  await after.start();
  await until('what is held was restored', () => after.status().held === 2);
  await bench.send([{ key: 'a', value: { n: 0 } }], table);
  await until('it is let go', () => after.status().held === 1);
  expect(await readValues(bench)).toEqual(['a7', 'c7']);
  expect(second.seen.every(({ held }) => held)).toBe(true);
});

it('buries a held message that fails for good under the address where it lay', async () => {
  await using bench = await createBench({ brokers });
  const buried: string[] = [];
  const holder = createHolder();
  const member = bench.member({
    holds: true,
    handler: holder.handler,
    table: holder.table,
    observer: { deadLettered: ({ topic, offset, key }) => void buried.push(`${topic}/${offset}/${key}`) },
  });
  await member.start();
  await bench.send([{ key: 'p', value: { n: 0, poison: true } }]);
  await until('it is buried', () => buried.length === 1);
  await until('nothing is held', () => member.status().held === 0);
  expect(buried).toEqual([`${bench.prefix}source/0/p`]);
  expect(await bench.count(deadLetters)).toBeGreaterThan(0);
});

it('hands over what is held to a member that joins', async () => {
  await using bench = await createBench({ brokers });
  const first = createHolder();
  const before = bench.member({ holds: true, handler: first.handler, table: first.table });
  await before.start();
  await bench.send(Array.from({ length: 40 }, (_, index) => ({ key: `k${index}`, value: { n: index } })));
  await until('all are held', () => before.status().held === 40);
  const second = createHolder();
  const after = bench.member({ holds: true, handler: second.handler, table: second.table });
  await after.start();
  await until('they share what is held', () => before.status().held > 0 && after.status().held > 0);
  await until('each has its own', () => before.status().held + after.status().held === 40);
  await bench.send(
    Array.from({ length: 40 }, (_, index) => ({ key: `k${index}`, value: { n: 0 } })),
    table,
  );
  await until('all are let go', () => before.status().held + after.status().held === 0);
  expect(new Set(await readValues(bench)).size).toBe(40);
  expect(await bench.count(heldTopic)).toBeGreaterThan(0);
});

/** Keys and numbers of what lies in the sink, sorted. */
async function readValues({ kafka, prefix, admin }: Awaited<ReturnType<typeof createBench>>): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: `${prefix}reader-${Math.random()}` });
  const ends = await admin.fetchTopicOffsets(`${prefix}sink`);
  const open = new Set(ends.filter(({ high, low }) => BigInt(high) > BigInt(low)).map(({ partition }) => partition));
  const found: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: `${prefix}sink`, fromBeginning: true });
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      found.push(`${message.key?.toString()}${(JSON.parse(message.value?.toString() ?? '{}') as Value).n}`);
      open.delete(partition);
      return Promise.resolve();
    },
  });
  await until('every partition was read', () => open.size === 0);
  await until('nothing more comes', async () => {
    const count = found.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    return found.length === count;
  });
  await consumer.disconnect();
  return found.sort();
}
