import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { topics } from '@pipeline/schemas';
import { withTopics } from '../load/kafka.ts';
import { aPlacedEntry, newOrderIds } from '../load/orders.ts';
import { aShippedState } from '../load/states.ts';
import { rounded } from '../statistics.ts';
import {
  candidates,
  type Duration,
  type FillFigures,
  type ReopenFigures,
  runStore,
  type StoreRun,
} from '../stores/runStore.ts';
import type { BenchContext, Figures } from './context.ts';

const SAMPLES = 1_000;

/** The same entries in each of the ways to keep a state, each in a process of its own, then opened again by another. */
export async function measureStores({ options, broker, log }: BenchContext): Promise<Figures> {
  const values = await withTopics(broker, ({ codec }) =>
    Promise.all(
      newOrderIds(SAMPLES).map(async (id) =>
        options.of === 'ledger'
          ? await codec.encode(topics.fulfillmentOrders, aPlacedEntry(id))
          : await codec.encode(topics.fulfillmentStates, aShippedState(id)),
      ),
    ),
  );
  const valueBytes = Math.round(values.reduce((sum, { length }) => sum + length, 0) / values.length);
  const directory = await mkdtemp(path.join(tmpdir(), 'bench-stores-'));
  try {
    const samples = path.join(directory, 'samples.json');
    await writeFile(samples, JSON.stringify(values.map((value) => value.toString('base64'))));
    const stores: Record<string, Figures> = {};
    for (const candidate of candidates) {
      log(`${options.orders} entries of ${valueBytes} bytes in ${candidate}`);
      const own = path.join(directory, candidate.replace(':', '-'));
      await mkdir(own);
      stores[candidate] = await measureOne({ candidate, orders: options.orders, directory: own, samples });
      await rm(own, { recursive: true });
    }
    return { orders: options.orders, of: options.of, valueBytes, stores };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureOne(run: Omit<StoreRun, 'phase'>): Promise<Figures> {
  const first = await runStore<FillFigures>({ ...run, phase: 'fill' });
  const diskMb = await diskUse(run.directory);
  const second = await runStore<ReopenFigures>({ ...run, phase: 'reopen' });
  return {
    ...shown('fill', first.filled),
    ...shown('read', first.read),
    updateMicros: rounded((first.updated.cpu / first.updates) * 1e6, 1),
    ...shown('close', first.closed),
    emptyMb: rounded(first.empty.rssMb, 0),
    rssMb: rounded(first.afterRead.rssMb, 0),
    ownMb: rounded(first.afterRead.ownMb, 0),
    peakMb: rounded(first.afterRead.peakMb, 0),
    diskMb: rounded(diskMb, 0),
    ...shown('open', second.opened),
    ...shown('openedRead', second.read),
    openedRssMb: rounded(second.afterRead.rssMb, 0),
    openedOwnMb: rounded(second.afterRead.ownMb, 0),
  };
}

const shown = (name: string, { seconds, cpu }: Duration): Figures => ({
  [`${name}Seconds`]: rounded(seconds, 2),
  [`${name}Cpu`]: rounded(cpu, 2),
});

async function diskUse(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const stats = await Promise.all(files.map(({ parentPath, name }) => stat(path.join(parentPath, name))));
  // What they take, not their length: some of these files have holes.
  return stats.reduce((sum, { blocks }) => sum + blocks * 512, 0) / 2 ** 20;
}
