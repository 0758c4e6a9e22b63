import { mappedEvents } from '@pipeline/provider-fulfillmenttools';
import { countOutcome, placeOrders, type Sandbox } from '@pipeline/sandbox';
import { expect, it } from 'vitest';
import { compareOrder } from '../sandbox/src/harsh/compare.ts';
import { withSandbox } from './withSandbox.ts';

const COUNT = 60;
const SLOW = { timeout: 150_000, interval: 1_000 };

/** Minutes and hours in seconds, and as many reads as a small cloud takes. */
const impatient = {
  'ingest-ct': { CATCH_UP_EVERY_MS: '2s', CATCH_UP_LAG_MS: '1s', CATCH_UP_MAX_RATE: '200' },
  'ingest-fft': {
    ROLES: 'land,normalise,catch-up',
    CATCH_UP_SILENCE_MS: '5s',
    CATCH_UP_LONGEST_PAUSE_MS: '10s',
    CATCH_UP_READS_PER_SECOND: '100',
  },
};

it('every order comes to its right end although a third of all notifications of both sides is lost, and who catches up is killed', async () => {
  await withSandbox({ overridesByService: impatient }, async (sandbox) => {
    const { addresses, commercetools, fulfillmenttools, ingest, services } = sandbox;
    const vendors = [commercetools, fulfillmenttools];
    // Beside those that it has: what only the others tell must be made good, too.
    const more = mappedEvents.filter((event) => !alreadySubscribed.includes(event));
    await fulfillmenttools.subscribe(ingest.fulfillmenttools, ingest.secrets.fulfillmenttools, more);
    await liveAtRandom(addresses.fulfillmenttoolsUrl);
    for (const api of vendors) await api.deliver({ lost: 0.34 });

    const placed = await placeOrders(sandbox, { count: COUNT, perSecond: 20, run: 'LOST' });
    const ids = new Set(placed.map(({ id }) => id));
    for (const name of ['ingest-ct', 'ingest-fft'] as const) {
      await services[name].kill();
      await services[name].start();
    }
    const wrong = async () => {
      const made = new Map((await fulfillmenttools.orders()).map((order) => [order.commercetoolsOrderId, order]));
      const shown = (await commercetools.orders()).filter(({ id }) => ids.has(id));
      return shown.flatMap((order) => compareOrder(order, made.get(order.id)) ?? []);
    };
    await expect.poll(wrong, SLOW).toEqual([]);

    for (const api of vendors) {
      const { lost, delivered } = await api.deliveries();
      expect(lost).toBeGreaterThan((lost + delivered) / 5);
    }
    expect(await countOutcome(sandbox, ids)).toMatchObject({ fftOrders: COUNT, duplicates: 0, deadLetters: 0 });
    expect(await repaired(sandbox, 'order-router', 'created')).toBeGreaterThan(0);
    expect(await repaired(sandbox, 'status-writer', 'status')).toBeGreaterThan(0);
  });
});

const alreadySubscribed = [
  ...['ORDER_CREATED', 'ORDER_CANCELLED', 'PICK_JOB_CREATED', 'PICK_JOB_PICKING_FINISHED'],
  ...['HANDOVERJOB_CREATED', 'HANDOVERJOB_HANDED_OVER'],
];

async function liveAtRandom(url: string): Promise<void> {
  const response = await fetch(`${url}/_sim/lives`, { method: 'POST', body: JSON.stringify({ lives: 'random' }) });
  expect(response.status).toBe(200);
}

async function repaired(
  { services }: Sandbox,
  service: 'order-router' | 'status-writer',
  how: string,
): Promise<number> {
  const text = await (await fetch(`${services[service].opsUrl}/metrics`)).text();
  const found = new RegExp(`^pipeline_catch_up_repaired_total\\{[^}]*how="${how}"[^}]*\\} (\\d+)`, 'm').exec(text);
  return Number(found?.[1] ?? 0);
}
