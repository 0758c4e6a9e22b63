import { countOutcome, isComplete, placeOrders, replayAll, serviceNames, watchOrders } from '@pipeline/sandbox';
import { describe, expect, it } from 'vitest';
import { withSandbox } from './withSandbox.ts';

const COUNT = 200;

describe('the pipeline', () => {
  it('brings every order to its end, once, with duplicated and shuffled notifications, and a replay changes nothing', async () => {
    await withSandbox({ duplicateWebhooks: 0.2, shuffleWebhooks: true, uniqueness: false }, async (sandbox) => {
      const placed = await placeOrders(sandbox, { count: COUNT, perSecond: 40, run: 'E2E' });
      const ids = new Set(placed.map(({ id }) => id));
      expect(await watchOrders(sandbox, { ids, timeoutMs: 120_000, onChange: () => undefined })).toBe(true);
      const result = await countOutcome(sandbox, ids);
      expect(result).toMatchObject({
        orders: COUNT,
        fftOrders: COUNT,
        duplicates: 0,
        shipped: COUNT / 2,
        delivered: COUNT / 2,
        deadLetters: 0,
      });
      const byId = new Map((await sandbox.commercetools.orders()).map((order) => [order.id, order]));
      const fftOrderOf = new Map(
        (await sandbox.fulfillmenttools.orders()).map(({ commercetoolsOrderId, id }) => [commercetoolsOrderId, id]),
      );
      for (const { id, collect } of placed) {
        const order = byId.get(id);
        expect(order?.shipmentState).toBe(collect ? 'Delivered' : 'Shipped');
        expect(order?.custom).toEqual({
          fft_order_id: fftOrderOf.get(id),
          fft_pickjob_id: expect.any(String),
          fft_short_id: expect.any(String),
          fft_facility_id: expect.any(String),
          fft_load_units_amount: expect.any(Number),
          fft_handoverjob_id: expect.any(String),
        });
      }
      const replay = await replayAll(sandbox, { groupPrefix: `${sandbox.topicPrefix}again-`, timeoutMs: 120_000 });
      expect(replay).toEqual({ posts: 0, updates: 0 });
    });
  });

  it('loses and doubles nothing when each service in turn is killed with -9 while orders run', async () => {
    await withSandbox({ duplicateWebhooks: 0.2, shuffleWebhooks: true, uniqueness: false }, async (sandbox) => {
      const ids = new Set<string>();
      for (const name of serviceNames) {
        const placing = placeOrders(sandbox, { count: COUNT / serviceNames.length, perSecond: 10, run: name });
        await untilBusy(async () => (await sandbox.fulfillmenttools.orders()).length);
        await sandbox.services[name].kill();
        await sandbox.services[name].start();
        for (const { id } of await placing) ids.add(id);
      }
      expect(await watchOrders(sandbox, { ids, timeoutMs: 180_000, onChange: () => undefined })).toBe(true);
      const result = await countOutcome(sandbox, ids);
      expect(result).toMatchObject({ shipped: COUNT / 2, delivered: COUNT / 2, duplicates: 0, deadLetters: 0 });
      expect(isComplete(result, COUNT)).toBe(true);
      const replay = await replayAll(sandbox, { groupPrefix: `${sandbox.topicPrefix}again-`, timeoutMs: 120_000 });
      expect(replay).toEqual({ posts: 0, updates: 0 });
    });
  });
});

/** Resolves when the count has grown by ten: then there is something to lose. */
async function untilBusy(count: () => Promise<number>): Promise<void> {
  const before = await count();
  for (let tries = 0; tries < 300; tries++) {
    if ((await count()) >= before + 10) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('Nothing moved for 30 s.');
}
