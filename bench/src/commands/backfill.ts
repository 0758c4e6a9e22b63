import { setTimeout as sleep } from 'node:timers/promises';
import { deadLetterTopics, replayTopics, type Topic, topics } from '@pipeline/schemas';
import { type RunTopics, withTopics } from '../load/kafka.ts';
import { due } from '../load/pace.ts';
import { normaliserOn } from '../programs/normaliser.ts';
import { routerOn } from '../programs/router.ts';
import { runOps } from '../programs/runOps.ts';
import { normaliserEnvironment } from '../programs/settings.ts';
import { type WatchedProgram, withProgram } from '../programs/withProgram.ts';
import { percentile, rounded, steadyRate } from '../statistics.ts';
import { firstCreatedAt, toOrderId, toOrderNumber } from '../vendor/listing/orders.ts';
import { type Listing, startListing } from '../vendor/listing/startListing.ts';
import { nowMs, type VendorReport } from '../vendor/protocol.ts';
import type { BenchContext, Figures } from './context.ts';

const LIVE_PER_SECOND = 20;
const DEFAULT_RATE = 50;
/** Until V8 has compiled what is hot. */
const WARM_MS = 15_000;

const used: readonly Topic[] = [
  topics.commercetoolsNotifications,
  replayTopics.commercetoolsNotifications,
  topics.commerceOrders,
  replayTopics.commerceOrders,
  topics.fulfillmentOrders,
  topics.fulfillmentLinks,
  topics.fulfillmentStates,
  deadLetterTopics['ingest-ct'],
  deadLetterTopics['order-router'],
];

/**
 * From a live notification in Kafka to the arrival of its POST at the vendor: of orders at a steady rate alone, then
 * while others are backfilled beside them by `npm run ops -- backfill`. Both services run all the time.
 */
export async function measureBackfill(context: BenchContext): Promise<Figures> {
  const listing = await startListing();
  try {
    return await withTopics(context.broker, (run) => measure(context, run, listing), { topics: used });
  } finally {
    await listing.stop();
  }
}

async function measure(context: BenchContext, run: RunTopics, listing: Listing): Promise<Figures> {
  const { options, vendor, log } = context;
  const { orders, seconds, latencyMs } = options;
  const rate = options.rate === 'max' ? DEFAULT_RATE : options.rate;
  const shopUrl = listing.url;
  await listing.hold(orders);
  await vendor.expect({ answers: 0, steadyFrom: 0, latencyMs, stuck: [] });
  const settings = { REPLAY_MAX_RATE: String(rate) };
  const router = routerOn(context, run, { CTP_API_URL: shopUrl, CTP_AUTH_URL: shopUrl });
  const placed = async (): Promise<Placed> => toPlaced(await vendor.report());
  return withProgram(normaliserOn(context, run, { shopUrl, settings }), (normaliser) =>
    withProgram(router, async (placing) => {
      const both = watch(normaliser, placing);
      await both(Promise.all([normaliser.ready, placing.ready]));
      const live = startLive(run);
      await both(sleep(WARM_MS));
      log(`Live orders alone: ${LIVE_PER_SECOND}/s for ${seconds} s`);
      const aloneFrom = nowMs();
      await both(sleep(seconds * 1_000));
      const besideFrom = nowMs();
      log(`Beside them a backfill of ${orders} orders, ${rate}/s`);
      const env = normaliserEnvironment({ run, shopUrl, opsPort: 0, concurrency: 1 });
      const range = [firstCreatedAt, firstCreatedAt + orders].map((at) => new Date(at).toISOString());
      const [from = '', to = ''] = range;
      await both(runOps(['backfill', '--from', from, '--to', to, '--rate', String(rate), '--yes'], env));
      while ((await both(placed())).listed.length < orders) await sleep(1_000);
      const besideTo = nowMs();
      log(`Live orders alone once more for ${seconds} s`);
      await both(sleep(seconds * 1_000));
      const sentAt = await both(live.stop());
      while ((await both(placed())).live.size < sentAt.size) await sleep(200);
      const { live: arrivedAt, listed } = await placed();
      const waits = (since: number, until: number): number[] =>
        [...sentAt].flatMap(([number, sent]) =>
          sent >= since && sent < until ? [(arrivedAt.get(number) ?? Number.NaN) - sent] : [],
        );
      // Before and after, since what else the machine does changes. The program has to start and to count before its
      // first order comes.
      const alone = [...waits(aloneFrom, besideFrom), ...waits(besideTo, Number.POSITIVE_INFINITY)];
      const beside = waits(Math.min(...listed), besideTo);
      return {
        perSecond: rounded(steadyRate(listed, Math.ceil(orders / 10)), 1),
        liveP99Ms: rounded(percentile(beside, 0.99), 1),
        liveP99MsAlone: rounded(percentile(alone, 0.99), 1),
        ratio: rounded(percentile(beside, 0.99) / percentile(alone, 0.99)),
        liveP50Ms: rounded(percentile(beside, 0.5), 1),
        liveP50MsAlone: rounded(percentile(alone, 0.5), 1),
        livePerSecond: LIVE_PER_SECOND,
        live: beside.length,
        liveAlone: alone.length,
        reads: await listing.reads(),
      };
    }),
  );
}

const watch =
  (...programs: readonly WatchedProgram[]) =>
  <Result>(happens: Promise<Result>): Promise<Result> =>
    Promise.race([happens, ...programs.map(({ ended }) => ended)]);

interface Placed {
  /** Order number → when its POST arrived. */
  readonly live: ReadonlyMap<string, number>;
  readonly listed: readonly number[];
}

function toPlaced({ tenantOrderIds, arrivedAt }: VendorReport): Placed {
  const all = tenantOrderIds.map((number, index) => [number, arrivedAt[index] ?? Number.NaN] as const);
  return {
    live: new Map(all.filter(([number]) => number.startsWith('live-'))),
    listed: all.filter(([number]) => number.startsWith('listed-')).map(([, at]) => at),
  };
}

/** Confirmations of new orders at a steady rate, until it is stopped; gives when each was sent, by order number. */
function startLive(run: RunTopics) {
  const sentAt = new Map<string, number>();
  const startedAt = performance.now();
  let stopped = false;
  const sending = (async () => {
    for (let sent = 0; !stopped; ) {
      const until = due(performance.now() - startedAt, LIVE_PER_SECOND, Number.MAX_SAFE_INTEGER);
      const ids = Array.from({ length: until - sent }, (_, n) => toOrderId('live', sent + n));
      for (const id of ids) sentAt.set(toOrderNumber(id), nowMs());
      if (ids.length > 0) await run.send(topics.commercetoolsNotifications, ids.map(toConfirmation));
      sent = until;
      await sleep(5);
    }
  })();
  sending.catch(() => undefined);
  return {
    async stop(): Promise<ReadonlyMap<string, number>> {
      stopped = true;
      await sending;
      return sentAt;
    },
  };
}

function toConfirmation(id: string) {
  const createdAt = new Date().toISOString();
  const notification = {
    ...{ notificationType: 'Message', type: 'OrderStateChanged', projectKey: 'shop', id: `message-${id}`, version: 1 },
    ...{
      resource: { typeId: 'order', id },
      resourceVersion: 2,
      sequenceNumber: 2,
      createdAt,
      lastModifiedAt: createdAt,
    },
    ...{ orderState: 'Confirmed', oldOrderState: 'Open' },
  };
  return { key: id, value: Buffer.from(JSON.stringify(notification)), headers: { origin: 'live' } };
}
