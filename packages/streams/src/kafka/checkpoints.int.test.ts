import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigResourceTypes } from 'kafkajs';
import { expect, inject, it } from 'vitest';
import type { RestoreSource } from '../observer.ts';
import { aBatch, type Bench, counting, createBench, PARTITIONS, state, until } from './testing/bench.ts';
import type { MemberProcessOptions } from './testing/memberProcess.ts';

const brokers = inject('brokers');
const KEYS = 12;

async function createDirectory() {
  const directory = await mkdtemp(path.join(tmpdir(), 'state-'));
  return { path: directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) };
}

const fileOf = (bench: Bench, directory: string, partition: number): string =>
  path.join(directory, `${bench.prefix}state`, `${partition}.checkpoint`);

/** Brings the count of every key to `count`, by a member that stops as it should. */
async function count(bench: Bench, to: number, stateDirectory?: string): Promise<void> {
  const before = Number(await bench.committed());
  const all = aBatch(KEYS, to);
  await bench.send(all.slice(before));
  const member = bench.member({ withState: true, stateDirectory, handler: counting('x', () => Promise.resolve()) });
  await member.start();
  await until('all is committed', async () => (await bench.committed()) === BigInt(all.length));
  await member.stop(1_000);
}

async function configure(bench: Bench, settings: Readonly<Record<string, string>>): Promise<void> {
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  const resource = { type: ConfigResourceTypes.TOPIC, name: `${bench.prefix}state`, configEntries };
  await bench.admin.alterConfigs({ validateOnly: false, resources: [resource] });
}

interface Seen {
  readonly counts: ReadonlyMap<string, number | undefined>;
  readonly sources: readonly RestoreSource[];
  readonly discarded: readonly string[];
  readonly failures: readonly unknown[];
}

/** What a new process of another group finds as the state of each key. */
async function look(bench: Bench, stateDirectory: string | undefined, acceptEmptyState = false): Promise<Seen> {
  const counts = new Map<string, number | undefined>();
  const sources: RestoreSource[] = [];
  const discarded: string[] = [];
  const failures: unknown[] = [];
  const reader = bench.member({
    group: `reader-${Math.random()}`,
    withState: true,
    stateDirectory,
    acceptEmptyState,
    observer: {
      restored: (_partition, _entries, _ms, source) => void sources.push(source),
      checkpointDiscarded: (_partition, reason) => void discarded.push(reason),
      checkpointFailed: (_partition, error) => void failures.push(error),
    },
    handler: ([{ key }], context) => {
      counts.set(key, context.state.value?.count);
      return Promise.resolve([]);
    },
  });
  await reader.start();
  await until('it has seen all keys', () => counts.size === KEYS && sources.length === PARTITIONS);
  await reader.stop(1_000);
  return { counts, sources, discarded, failures };
}

const all = <Value>(value: Value, times = PARTITIONS): Value[] => Array.from({ length: times }, () => value);

it('goes on from what it left on the disk when it was stopped', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  await count(bench, 3, directory.path);
  const files = await readdir(path.join(directory.path, `${bench.prefix}state`));
  expect(files.sort()).toEqual(['0.checkpoint', '1.checkpoint', '2.checkpoint', '3.checkpoint']);
  expect((await stat(fileOf(bench, directory.path, 0))).mode & 0o777).toBe(0o600);
  const seen = await look(bench, directory.path);
  expect([...seen.counts.values()]).toEqual(all(3, KEYS));
  expect(seen).toMatchObject({ sources: all('checkpoint'), discarded: [], failures: [] });
});

it('takes the state from the file, not from the beginning of the log', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  await count(bench, 2, directory.path);
  // What the log no longer has, but the checkpoint does: so it can be told which of them was read.
  const topic = `${bench.prefix}state`;
  await configure(bench, { 'cleanup.policy': 'compact,delete' });
  const offsets = await bench.admin.fetchTopicOffsets(topic);
  await bench.admin.deleteTopicRecords({
    topic,
    partitions: offsets.map(({ partition, high }) => ({ partition, offset: String(BigInt(high) - 1n) })),
  });
  const seen = await look(bench, directory.path);
  expect([...seen.counts.values()]).toEqual(all(2, KEYS));
  expect(seen.sources).toEqual(all('checkpoint'));
});

it('reads what another process wrote and deleted since, when the partition comes back to a process with an old checkpoint', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  await count(bench, 2, directory.path);
  await count(bench, 5);
  await bench.send([{ key: 'key-0', value: null }], state);
  const seen = await look(bench, directory.path);
  expect(seen.counts.get('key-0')).toBeUndefined();
  expect([...seen.counts].filter(([key]) => key !== 'key-0').map(([, value]) => value)).toEqual(all(5, KEYS - 1));
  expect(seen.sources).toEqual(all('checkpoint'));
  // And what it writes now has all of it.
  const again = await look(bench, directory.path);
  expect(again.counts).toEqual(seen.counts);
});

it('loses nothing that was committed after the last checkpoint of a process that was killed', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  const options: MemberProcessOptions = {
    ...{ brokers, prefix: bench.prefix, name: 'killed', effectMs: 5 },
    stateDirectory: directory.path,
  };
  const child = fork(`${import.meta.dirname}/testing/memberProcess.ts`, [JSON.stringify(options)], {
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
  });
  let saved = 0;
  child.on('message', (line: { saved?: true }) => void (saved += line.saved ? 1 : 0));
  const exit = once(child, 'exit');
  try {
    await bench.send(aBatch(KEYS, 3));
    await until('it has written checkpoints', () => saved >= PARTITIONS);
    for (let round = 3; round < 12; round++) await bench.send(aBatch(KEYS, 12).slice(round * KEYS, (round + 1) * KEYS));
    await until('it is through', async () => (await bench.committed()) === BigInt(12 * KEYS));
  } finally {
    child.kill('SIGKILL');
    await exit;
  }
  const seen = await look(bench, directory.path);
  expect([...seen.counts.values()]).toEqual(all(12, KEYS));
  expect(seen).toMatchObject({ sources: all('checkpoint'), discarded: [], failures: [] });
});

it('hands over between members that share the directory, with what each of them wrote', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  const owned = new Map<string, number>();
  const options = (name: string) => ({
    ...{ withState: true, member: name, stateDirectory: directory.path, checkpointMs: 50 },
    handler: counting(name, () => Promise.resolve()),
    observer: { assigned: (change: { readonly owned: number }) => void owned.set(name, change.owned) },
  });
  const first = bench.member(options('first'));
  await first.start();
  await bench.send(aBatch(KEYS, 10).slice(0, 4 * KEYS));
  await until('the first is at work', async () => (await bench.committed()) > 0n);
  const second = bench.member(options('second'));
  await second.start();
  await bench.send(aBatch(KEYS, 10).slice(4 * KEYS, 7 * KEYS));
  await until('both own half', () => owned.get('first') === 2 && owned.get('second') === 2);
  await first.stop(1_000);
  await bench.send(aBatch(KEYS, 10).slice(7 * KEYS));
  await until('all is committed', async () => (await bench.committed()) === BigInt(10 * KEYS));
  await second.stop(1_000);
  expect([...(await look(bench, directory.path)).counts.values()]).toEqual(all(10, KEYS));
  // The log says the same.
  expect([...(await look(bench, undefined)).counts.values()]).toEqual(all(10, KEYS));
});

it('discards the checkpoint of another topic that had the same name', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  await count(bench, 3, directory.path);
  await bench.admin.deleteTopics({ topics: [`${bench.prefix}state`] });
  await until('it is gone', async () => !(await bench.admin.listTopics()).includes(`${bench.prefix}state`));
  await bench.createTopic(state);
  // Longer than the old one was.
  for (let round = 0; round < 4; round++) {
    const entry = JSON.stringify({ count: 100 + round, by: 'new' });
    await bench.send(
      aBatch(KEYS, 4).map(({ key }) => ({ key, value: entry })),
      state,
    );
  }
  const seen = await look(bench, directory.path, true);
  expect([...seen.counts.values()]).toEqual(all(103, KEYS));
  expect(seen.sources).toEqual(all('topic'));
  expect(seen.discarded).toEqual(all('the topic was created anew since'));
});

it('discards one that is older than deletions are kept', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  await count(bench, 3, directory.path);
  await configure(bench, { 'cleanup.policy': 'compact', 'delete.retention.ms': '2' });
  const seen = await look(bench, directory.path);
  expect([...seen.counts.values()]).toEqual(all(3, KEYS));
  expect(seen.sources).toEqual(all('topic'));
  expect(seen.discarded).toHaveLength(PARTITIONS);
  for (const reason of seen.discarded) expect(reason).toContain('half of delete.retention.ms');
});

it('reads the topic where the file is cut off or something else, and puts a good one in its place', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  await count(bench, 3, directory.path);
  const cut = fileOf(bench, directory.path, 0);
  await truncate(cut, (await stat(cut)).size - 1);
  await writeFile(fileOf(bench, directory.path, 1), 'no checkpoint at all');
  await writeFile(fileOf(bench, directory.path, 2), '');
  const seen = await look(bench, directory.path);
  expect([...seen.counts.values()]).toEqual(all(3, KEYS));
  expect([...seen.sources].sort()).toEqual(['checkpoint', 'topic', 'topic', 'topic']);
  expect(seen.discarded).toHaveLength(3);
  expect(seen.failures).toEqual([]);
  const again = await look(bench, directory.path);
  expect(again.sources).toEqual(all('checkpoint'));
});

it('works without checkpoints, and says so, where the directory cannot be written', async () => {
  await using directory = await createDirectory();
  await using bench = await createBench({ brokers });
  const file = path.join(directory.path, 'file');
  await writeFile(file, 'a file, no directory');
  await chmod(file, 0o400);
  await count(bench, 2, file);
  const seen = await look(bench, file);
  expect([...seen.counts.values()]).toEqual(all(2, KEYS));
  expect(seen.sources).toEqual(all('topic'));
  expect(seen.failures.length).toBeGreaterThanOrEqual(PARTITIONS);
});
