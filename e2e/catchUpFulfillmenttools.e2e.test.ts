import { mappedEvents } from '@pipeline/provider-fulfillmenttools';
import { placeOrders, type Sandbox } from '@pipeline/sandbox';
import { topics } from '@pipeline/schemas';
import { expect, it } from 'vitest';
import { compareOrder } from '../sandbox/src/harsh/compare.ts';
import { withSandbox } from './withSandbox.ts';

const COUNT = 60;
const SLOW = { timeout: 150_000, interval: 1_000 };

/** Hours of silence in seconds, and as many reads as a small cloud takes. */
const impatient = {
  ROLES: 'land,normalise,catch-up',
  CATCH_UP_SILENCE_MS: '5s',
  CATCH_UP_LONGEST_PAUSE_MS: '10s',
  CATCH_UP_READS_PER_SECOND: '100',
};

it('every order comes to its right end although a third of all webhooks is lost, and ingest-fft is killed on the way', async () => {
  await withSandbox({ overridesByService: { 'ingest-fft': impatient } }, async (sandbox) => {
    const { fulfillmenttools, ingest } = sandbox;
    // Beside those that it has: what only the others tell must be made good, too.
    const more = mappedEvents.filter((event) => !alreadySubscribed.includes(event));
    await fulfillmenttools.subscribe(ingest.fulfillmenttools, ingest.secrets.fulfillmenttools, more);
    await steer(sandbox, '/_sim/lives', { lives: 'random' });
    await steer(sandbox, '/_sim/delivery', { losses: 0.34 });

    const placed = await placeOrders(sandbox, { count: COUNT, perSecond: 20, run: 'LOST' });
    const ids = new Set(placed.map(({ id }) => id));
    // Nothing about who was asked about when is on record: whoever comes next finds out by itself.
    await sandbox.services['ingest-fft'].kill();
    await sandbox.services['ingest-fft'].start();
    const wrong = async () => {
      const made = new Map((await fulfillmenttools.orders()).map((order) => [order.commercetoolsOrderId, order]));
      const shown = (await sandbox.commercetools.orders()).filter(({ id }) => ids.has(id));
      return shown.flatMap((order) => compareOrder(order, made.get(order.id)) ?? []);
    };
    await expect.poll(wrong, SLOW).toEqual([]);

    const { lost, delivered } = await deliveries(sandbox);
    expect(lost).toBeGreaterThan((lost + delivered) / 4);
    const landed = await sandbox.kafka.messages(topics.fulfillmenttoolsNotifications.name);
    const brought = landed.filter(({ headers }) => headers['origin'] === 'catch-up');
    expect(brought.length).toBeGreaterThan(0);
    expect(await repaired(sandbox)).toBeGreaterThan(0);
  });
});

const alreadySubscribed = [
  ...['ORDER_CREATED', 'ORDER_CANCELLED', 'PICK_JOB_CREATED', 'PICK_JOB_PICKING_FINISHED'],
  ...['HANDOVERJOB_CREATED', 'HANDOVERJOB_HANDED_OVER'],
];

async function steer({ addresses }: Sandbox, path: string, body: object): Promise<void> {
  const url = `${addresses.fulfillmenttoolsUrl}${path}`;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
}

async function deliveries({ addresses }: Sandbox): Promise<{ readonly lost: number; readonly delivered: number }> {
  const response = await fetch(`${addresses.fulfillmenttoolsUrl}/_sim/webhooks`);
  return (await response.json()) as { lost: number; delivered: number };
}

async function repaired({ services }: Sandbox): Promise<number> {
  const text = await (await fetch(`${services['status-writer'].opsUrl}/metrics`)).text();
  return Number(/^pipeline_catch_up_repaired_total\{[^}]*how="status"[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
}
