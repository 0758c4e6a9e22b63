import { setTimeout as sleep } from 'node:timers/promises';
import { PARTITIONS, topics } from '@pipeline/schemas';
import { sendAll, withTopics } from '../load/kafka.ts';
import { aPlacedEntry, newOrderIds } from '../load/orders.ts';
import { routerOn } from '../programs/router.ts';
import { readUsage } from '../programs/usage.ts';
import { withProgram } from '../programs/withProgram.ts';
import { rounded } from '../statistics.ts';
import type { BenchContext, Figures } from './context.ts';
import { tellProfile } from './tellProfile.ts';

const BLOCK = 100_000;

/** From the start of a router, the process itself included, until the ledger of so many orders is restored and it is ready. */
export function measureRestore(context: BenchContext): Promise<Figures> {
  const { options, broker, log } = context;
  const { orders, profile, batch } = options;
  return withTopics(
    broker,
    async (run) => {
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
      const recordBytes = (await run.codec.encode(topics.fulfillmentOrders, aPlacedEntry(id))).length;
      log('Starting the router');
      const figures = await withProgram(routerOn(context, run), async (router) => {
        const ms = await router.during(router.ready);
        const restored = (await router.metrics()).sum('pipeline_restored_records_total');
        if (restored !== orders) throw new Error(`The router has restored ${restored} of ${orders} entries.`);
        // What the garbage collector leaves shows a little later.
        await sleep(5_000);
        const { rssMb } = await readUsage(router);
        return {
          seconds: rounded(ms / 1_000, 1),
          rssMb: rounded(router.largestRssMb, 0),
          settledRssMb: rounded(rssMb, 0),
          // The store is in memory only.
          diskMb: 0,
          recordBytes,
        };
      });
      if (profile !== undefined) await tellProfile(profile, 0, log);
      return figures;
    },
    { maxBatchMessages: PARTITIONS * batch },
  );
}
