/** One candidate in a process of its own: `node store.main.ts <options as JSON>`. The last line is a JSON object. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { OpenPartition, PartitionStore } from './candidate.ts';
import { openMap, openMapOfSlabs, openSlabs } from './inMemory.ts';
import { openLevel, openLmdb, openSqlite } from './onDisk.ts';
import type { Duration, StoreRun } from './runStore.ts';

const PARTITIONS = 12;
/** So many of a partition come with one fetch. */
const FETCHED = 500;

const candidates: Readonly<Record<StoreRun['candidate'], OpenPartition>> = {
  map: openMap,
  'map-of-slabs': openMapOfSlabs,
  slabs: openSlabs,
  lmdb: openLmdb,
  'classic-level': openLevel,
  'node:sqlite': openSqlite,
};

const run = JSON.parse(process.argv[2] ?? '{}') as StoreRun;
const { candidate, orders, directory } = run;
const samples = (JSON.parse(readFileSync(run.samples, 'utf8')) as string[]).map((text) => Buffer.from(text, 'base64'));

/** As a UUID, the same for a number in both processes. */
function keyOf(index: number): string {
  const part = (salt: number): string => (Math.imul(index + 1, 0x9e3779b1 ^ salt) >>> 0).toString(16).padStart(8, '0');
  const hex = `${part(0)}${part(0x5bd1e995)}${part(0x27d4eb2f)}${part(0x165667b1)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

const valueOf = (index: number): Buffer => samples[index % samples.length] ?? Buffer.alloc(0);
const partitionOf = (index: number): number => index % PARTITIONS;

async function open(): Promise<PartitionStore[]> {
  const stores: PartitionStore[] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const name = `${candidate.replace(':', '-')}-${partition}`;
    stores.push(await candidates[candidate](path.join(directory, name)));
  }
  return stores;
}

/** What a fetch brings is a window on bytes that are not to be kept. */
async function fill(stores: readonly PartitionStore[]): Promise<void> {
  for (let from = 0; from < orders; from += FETCHED * PARTITIONS) {
    for (const [partition, store] of stores.entries()) {
      const batch = [];
      for (let index = from + partition; index < Math.min(from + FETCHED * PARTITIONS, orders); index += PARTITIONS) {
        batch.push({ key: keyOf(index), value: valueOf(index) });
      }
      const answer = Buffer.concat(batch.map(({ value }) => value));
      let at = 0;
      await store.fill(batch.map(({ key, value }) => ({ key, value: answer.subarray(at, (at += value.length)) })));
    }
  }
}

/** Every key once, in an order that has nothing to do with that of writing. */
function* shuffled(count = orders): Generator<number> {
  let step = Math.floor(orders * 0.618) | 1;
  while (gcd(step, orders) !== 1) step += 2;
  for (let index = 0, at = 0; index < count; index++, at = (at + step) % orders) yield at;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function readAll(stores: readonly PartitionStore[]): void {
  for (const index of shuffled()) {
    const found = stores[partitionOf(index)]?.get(keyOf(index));
    if (found?.length !== valueOf(index).length) throw new Error(`${candidate}: key ${keyOf(index)} is not as written`);
  }
}

async function update(stores: readonly PartitionStore[], count: number): Promise<void> {
  for (const index of shuffled(count)) {
    const value = valueOf(index);
    await stores[partitionOf(index)]?.set({ key: keyOf(index), value });
  }
}

async function measure(work: () => unknown): Promise<Duration> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - startedAt) / 1_000, cpu: (user + system) / 1e6 };
}

function memory() {
  gc?.();
  const status = readFileSync('/proc/self/status', 'utf8');
  const mib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN) / 1_024;
  return { rssMb: mib('VmRSS'), ownMb: mib('RssAnon'), peakMb: mib('VmHWM') };
}

const empty = memory();
let stores: readonly PartitionStore[] = [];
const opened = await measure(async () => (stores = await open()));
if (run.phase === 'fill') {
  const filled = await measure(() => fill(stores));
  const after = memory();
  const read = await measure(() => readAll(stores));
  const afterRead = memory();
  const updates = Math.ceil(orders / 10);
  const updated = await measure(() => update(stores, updates));
  const closed = await measure(async () => {
    for (const store of stores) await store.close();
  });
  console.log(JSON.stringify({ empty, filled, after, read, afterRead, updated, updates, closed }));
} else {
  const after = memory();
  const read = await measure(() => readAll(stores));
  console.log(JSON.stringify({ opened, after, read, afterRead: memory() }));
}
