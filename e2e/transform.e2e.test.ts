import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openShop, openStores } from './shop.ts';
import { withSandbox } from './withSandbox.ts';

const CODE = `
import type { Transform } from '@pipeline/provider-fulfillmenttools';
export const transform: Transform = (order, { commerceOrder }) => {
  if (order.tenantOrderId === 'THROWS') throw new Error(commerceOrder.customerEmail ?? '');
  while (order.tenantOrderId === 'LOOPS');
  return { ...order, customAttributes: { ...order.customAttributes, madeBy: 'transform' } };
};
`;

describe('a shop’s own code in pipeline.yaml', () => {
  it('has the last word on each order; where it throws or never ends the order is buried, and the others arrive', async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'transform-'));
    const file = path.join(directory, 'pipeline.yaml');
    await writeFile(file, 'version: 1\npreset: docs\ntransform: ./transform.ts\nstatus: { parts: [fields] }\n');
    await writeFile(path.join(directory, 'transform.ts'), CODE);
    try {
      await withSandbox({ overrides: { PIPELINE_CONFIG: file, LOG_LEVEL: 'debug' } }, async (sandbox) => {
        const [shop, stores] = [await openShop(sandbox), await openStores(sandbox)];
        const [before, throws, loops, after] = [
          await shop.place('BEFORE'),
          await shop.place('THROWS'),
          await shop.place('LOOPS'),
          await shop.place('AFTER'),
        ];
        for (const order of [before, after]) {
          await expect.poll(() => stores.statuses(order)).toEqual(['OPEN']);
          const [{ id } = { id: '' }] = await stores.of(order);
          const placed = await stores.call<{ customAttributes: object }>('GET', `/api/orders/${id}`);
          expect(placed.customAttributes).toMatchObject({
            madeBy: 'transform',
            commercetoolsMappingVersion: expect.stringMatching(/^1-[0-9a-f]{8}$/),
          });
        }
        await expect.poll(() => sandbox.kafka.deadLetters()).toBe(2);
        for (const order of [throws, loops]) expect(await stores.of(order)).toEqual([]);
        // status-writer reads the same file: fields and state would come in one update.
        await stores.until(before);
        await expect.poll(async () => (await shop.find(before))?.custom?.fft_handoverjob_id).toBeDefined();
        expect((await shop.find(before))?.shipmentState ?? null).toBeNull();
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
