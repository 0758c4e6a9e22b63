import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PARTITIONS, topics } from '@pipeline/schemas';
import { type RunTopics, sendAll, withTopics } from '../load/kafka.ts';
import { aPlacedEntry, newOrderIds } from '../load/orders.ts';
import { routerOn } from '../programs/router.ts';
import { readUsage } from '../programs/usage.ts';
import { withProgram } from '../programs/withProgram.ts';
import { rounded } from '../statistics.ts';
import type { BenchContext, Figures } from './context.ts';
import { tellProfile } from './tellProfile.ts';

const BLOCK = 100_000;

/**
 * From the start of a router, the process itself included, until the ledger of so many orders is restored and it is
 * ready: first from Kafka alone, then once more from the checkpoint that the first one left.
 */
export function measureRestore(context: BenchContext): Promise<Figures> {
  const { options, broker, log } = context;
  const { orders, profile, batch } = options;
  return withTopics(
    broker,
    async (run) => {
      const recordBytes = await writeLedger(context, run);
      const directory = await mkdtemp(path.join(tmpdir(), 'bench-state-'));
      try {
        log('Starting the router, from Kafka');
        const first = await restoreOnce(context, run, { directory, source: 'topic' });
        if (profile !== undefined) await tellProfile(profile, 0, log);
        log('Starting the router, from its checkpoint');
        const second = await restoreOnce(context, run, { directory, source: 'checkpoint' });
        return { orders, ...first, recordBytes, checkpoint: second };
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
    { maxBatchMessages: PARTITIONS * batch },
  );
}

/** Says the size of an entry. */
async function writeLedger({ options: { orders }, log }: BenchContext, run: RunTopics): Promise<number> {
  for (let written = 0; written < orders; written += BLOCK) {
    log(`Writing ${orders} ledger entries: ${written}`);
    const ids = newOrderIds(Math.min(BLOCK, orders - written));
    await sendAll(run, topics.fulfillmentOrders, {
      count: ids.length,
      make: (index) => {
        const id = ids[index] ?? { orderId: '', orderNumber: '' };
        return { key: id.orderId, value: aPlacedEntry(id) };
      },
    });
  }
  const [id = { orderId: '', orderNumber: '' }] = newOrderIds(1);
  return (await run.codec.encode(topics.fulfillmentOrders, aPlacedEntry(id))).length;
}

async function restoreOnce(
  context: BenchContext,
  run: RunTopics,
  { directory, source }: { readonly directory: string; readonly source: 'topic' | 'checkpoint' },
): Promise<Figures> {
  const { orders } = context.options;
  const diskMb = await diskUse(directory);
  return withProgram(routerOn(context, run, { STATE_DIR: directory }), async (router) => {
    const ms = await router.during(router.ready);
    const metrics = await router.metrics();
    const restored = metrics.sum('pipeline_restored_records_total');
    if (restored !== orders) throw new Error(`The router has restored ${restored} of ${orders} entries.`);
    const partitions = metrics.by('pipeline_partitions_restored_total', 'source')[source];
    if (partitions !== PARTITIONS)
      throw new Error(`Only ${partitions ?? 0} partitions were restored from the ${source}.`);
    // What the garbage collector leaves shows a little later.
    await sleep(5_000);
    const { rssMb, cpuSeconds } = await readUsage(router);
    return {
      seconds: rounded(ms / 1_000, 1),
      rssMb: rounded(Math.max(router.largestRssMb, rssMb), 0),
      settledRssMb: rounded(rssMb, 0),
      stateMb: rounded(metrics.sum('pipeline_state_bytes') / 2 ** 20, 0),
      cpuSeconds: rounded(cpuSeconds, 1),
      diskMb: rounded(diskMb, 0),
    };
  });
}

async function diskUse(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(path.join(parentPath, name))));
  return sizes.reduce((sum, { size }) => sum + size, 0) / 2 ** 20;
}
