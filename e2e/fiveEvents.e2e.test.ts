import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { placeOrders, type Sandbox } from '@pipeline/sandbox';
import { expect, it } from 'vitest';
import { openStores } from './shop.ts';
import { withSandbox } from './withSandbox.ts';

const events = [
  'ORDER_CREATED',
  'PICK_JOB_CREATED',
  'PICK_JOB_PICKING_FINISHED',
  'HANDOVERJOB_CREATED',
  'HANDOVERJOB_HANDED_OVER',
];
const permutations = permute(events);
/** Click & collect and delivery take turns, so each has all permutations. */
const COUNT = 2 * permutations.length;
/** Undefined, before the first, is -1. */
const rankOf = (state = ''): number => ['Ready', 'Shipped', 'Delivered'].indexOf(state);
const SLOW = { timeout: 120_000, interval: 500 };

it('the five events of an order end as the same order in all 120 orders of arrival, through the real services', async () => {
  await withSandbox({}, async (sandbox) => {
    await using letters = await collect();
    await divert(sandbox, letters.url);
    const placed = await placeOrders(sandbox, { count: COUNT, perSecond: 60, run: 'FIVE' });
    const ids = new Set(placed.map(({ id }) => id));
    const ordersNow = async () => (await sandbox.commercetools.orders()).filter(({ id }) => ids.has(id));
    await expect
      .poll(async () => (await ordersNow()).filter(({ custom }) => custom?.['fft_order_id']).length, SLOW)
      .toBe(COUNT);
    await expect.poll(() => letters.complete().length, SLOW).toBe(COUNT);

    const arrivals = [...letters.of('DELIVERY'), ...letters.of('COLLECT')].map((bodies, index) =>
      (permutations[index % permutations.length] ?? []).map((event) => bodies.get(event) ?? ''),
    );
    const before = await eventsDone(sandbox);
    const ranks = new Map<string, number>();
    for (const round of events.keys()) {
      await Promise.all(arrivals.map((bodies) => deliver(sandbox, bodies[round] ?? '')));
      await expect.poll(() => eventsDone(sandbox), SLOW).toBeGreaterThanOrEqual(before + (round + 1) * COUNT);
      for (const { id, shipmentState } of await ordersNow()) {
        expect(rankOf(shipmentState)).toBeGreaterThanOrEqual(ranks.get(id) ?? -1);
        ranks.set(id, rankOf(shipmentState));
      }
    }

    const shown = new Map((await ordersNow()).map((order) => [order.id, order]));
    for (const { commercetoolsOrderId, expected } of await sandbox.fulfillmenttools.orders()) {
      const { shipmentState, custom } = shown.get(commercetoolsOrderId ?? '') ?? {};
      expect({ shipmentState, custom }).toEqual({ shipmentState: expected?.shipmentState, custom: expected?.fields });
    }
    const states = Map.groupBy(shown.values(), ({ shipmentState }) => shipmentState);
    expect([states.get('Shipped')?.length, states.get('Delivered')?.length]).toEqual([COUNT / 2, COUNT / 2]);
    expect(await sandbox.kafka.deadLetters()).toBe(0);
  });
});

/** From now on the notifications go there, and the orders live fast. */
async function divert(sandbox: Sandbox, url: string): Promise<void> {
  const { call } = await openStores(sandbox);
  const { subscriptions } = await call<{ subscriptions: { id: string }[] }>('GET', '/api/subscriptions?size=100');
  for (const { id } of subscriptions) await call('DELETE', `/api/subscriptions/${id}`);
  await sandbox.fulfillmenttools.subscribe(url, 'nobody looks', events);
  await call('POST', '/_sim/lives', { stepMs: 20 });
}

/** Takes the notifications in place of ingest-fft, and keeps them by the process that they are about. */
async function collect() {
  const processes = new Map<string, Map<string, string>>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { event, payload } = JSON.parse(body) as { event: string; payload: { processId: string } };
      const bodies = processes.get(payload.processId) ?? new Map<string, string>();
      processes.set(payload.processId, bodies.set(event, body));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const complete = () => [...processes.values()].filter(({ size }) => size === events.length);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    complete,
    /** The notifications of each order of the channel, by event. */
    of: (channel: string) =>
      complete().filter((bodies) => {
        const { payload } = JSON.parse(bodies.get('HANDOVERJOB_CREATED') ?? '') as { payload: { channel: string } };
        return payload.channel === channel;
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function deliver({ ingest }: Sandbox, body: string): Promise<void> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${ingest.secrets.fulfillmenttools}` };
  expect((await fetch(ingest.fulfillmenttools, { method: 'POST', headers, body })).status).toBe(200);
}

/** Of status-writer: how many events and ledger entries it has finished. */
async function eventsDone({ services }: Sandbox): Promise<number> {
  const text = await (await fetch(`${services['status-writer'].opsUrl}/metrics`)).text();
  const counts = text.matchAll(/^pipeline_records_processed_total\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

function permute<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permute(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
