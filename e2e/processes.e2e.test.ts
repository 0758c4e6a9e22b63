import { type Placed, placeOrders, type Sandbox, type ServiceProcess, serviceNames } from '@pipeline/sandbox';
import { describe, expect, it } from 'vitest';
import { expectArrival } from './arrival.ts';
import { withSandbox } from './withSandbox.ts';

describe('processes', () => {
  it('drain and exit with 0 when told to stop in the middle of work, and go on where they were', async () => {
    await withSandbox({ uniqueness: false }, async (sandbox) => {
      const placed: Placed[] = [];
      for (const name of serviceNames) {
        const placing = placeOrders(sandbox, { count: 50, perSecond: 20, run: name });
        await untilBusy(sandbox);
        expect([name, await sandbox.services[name].stop()]).toEqual([name, 0]);
        await sandbox.services[name].start();
        placed.push(...(await placing));
      }
      await expectArrival(sandbox, placed);
    });
  });

  it('share the work with a second one of each, and take it over when those are killed with -9', async () => {
    await withSandbox({ uniqueness: false, duplicateWebhooks: 0.2 }, async (sandbox) => {
      const second = Object.values(await sandbox.startSecondSet());
      const placing = placeOrders(sandbox, { count: 100, perSecond: 15, run: 'SHARE' });
      for (const service of [...second, ...Object.values(sandbox.services)])
        await expect.poll(() => recordsTaken(service)).toBeGreaterThan(0);
      await Promise.all(second.map((service) => service.kill()));
      await expectArrival(sandbox, await placing, { timeoutMs: 120_000 });
    });
  });
});

/** Resolves when fulfillmenttools has got some more orders. */
async function untilBusy({ fulfillmenttools }: Sandbox): Promise<void> {
  const before = (await fulfillmenttools.orders()).length;
  await expect.poll(async () => (await fulfillmenttools.orders()).length).toBeGreaterThan(before + 2);
}

async function recordsTaken({ opsUrl }: ServiceProcess): Promise<number> {
  const metrics = await (await fetch(`${opsUrl}/metrics`)).text();
  return metrics
    .split('\n')
    .filter((line) => line.startsWith('pipeline_records_consumed_total{'))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
