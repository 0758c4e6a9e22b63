import { setTimeout as sleep } from 'node:timers/promises';
import {
  aDemoOrder,
  PROJECT_KEY,
  replayAll,
  type Sandbox,
  type SimulatedOrder,
  simulatorCredentials,
  watchOrders,
} from '@pipeline/sandbox';
import { topics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { withSandbox } from './withSandbox.ts';

const overrides = {
  PLACEMENT_HOLD_WAIT: 'BalanceDue',
  PLACEMENT_HOLD_LOCK: 'Pending',
  PLACEMENT_EXCLUDE_ORDER_NUMBERS: 'TEST-*',
};

describe('the gate', () => {
  it('places what waited for its payment, unlocks what was held, never places what is excluded, and a replay calls nobody', async () => {
    await withSandbox({ overrides }, async (sandbox) => {
      const place = (index: number, run: string, paymentState: string) =>
        sandbox.commercetools.createOrder({ ...aDemoOrder(index, run).body, orderState: 'Confirmed', paymentState });
      const waiting = await place(0, 'WAITS', 'BalanceDue');
      const locked = await place(1, 'LOCKED', 'Pending');
      const excluded = await place(4, 'TEST', 'Paid');
      const cancelled = await place(5, 'CANCELLED', 'Pending');
      const plain = await place(8, 'PLAIN', 'Paid');
      const end = (...orders: SimulatedOrder[]) =>
        watchOrders(sandbox, {
          ids: new Set(orders.map(({ id }) => id)),
          timeoutMs: 60_000,
          onChange: () => undefined,
        });

      expect(await end(plain)).toBe(true);
      await expect.poll(() => statusAtProvider(sandbox, locked)).toEqual(['LOCKED']);
      await expect.poll(() => statusAtProvider(sandbox, cancelled)).toEqual(['LOCKED']);
      await expect.poll(() => skipped(sandbox)).toEqual(['awaiting-payment 1', 'excluded:order-number 1']);
      expect(await actions(sandbox, locked)).toBe(0);

      await change(sandbox, cancelled, { action: 'changeOrderState', orderState: 'Cancelled' });
      await expect.poll(() => statusAtProvider(sandbox, cancelled)).toEqual(['CANCELLED']);
      for (const order of [waiting, locked, cancelled])
        await change(sandbox, order, { action: 'changePaymentState', paymentState: 'Paid' });
      await change(sandbox, excluded, { action: 'changePaymentState', paymentState: 'CreditOwed' });
      expect(await end(waiting, locked, plain)).toBe(true);

      const atRest = async () => {
        for (const order of [waiting, locked, plain]) expect(await statusAtProvider(sandbox, order)).toEqual(['OPEN']);
        expect(await statusAtProvider(sandbox, excluded)).toEqual([]);
        expect(await statusAtProvider(sandbox, cancelled)).toEqual(['CANCELLED']);
        // One UNLOCK, one CANCEL.
        const asked = [waiting, locked, excluded, cancelled, plain].map((order) => actions(sandbox, order));
        expect(await Promise.all(asked)).toEqual([0, 1, 0, 1, 0]);
      };
      await untilQuiet(sandbox);
      await atRest();
      const { topicPrefix, kafka } = sandbox;
      const replay = await replayAll(sandbox, { groupPrefix: `${topicPrefix}again-`, timeoutMs: 60_000 });
      expect(replay).toEqual({ posts: 0, updates: 0 });
      await atRest();
      expect(await kafka.deadLetters()).toBe(0);
    });
  });
});

/** Of the fulfillmenttools orders that were ever made for it. */
const statusAtProvider = async ({ fulfillmenttools }: Sandbox, { id }: SimulatedOrder) =>
  (await fulfillmenttools.orders())
    .filter(({ commercetoolsOrderId }) => commercetoolsOrderId === id)
    .map(({ status }) => status);

/** How many orders the gate kept back, by reason. */
async function skipped({ services }: Sandbox): Promise<string[]> {
  const metrics = await (await fetch(`${services['order-router'].opsUrl}/metrics`)).text();
  const lines = metrics.matchAll(/^pipeline_orders_skipped_total\{.*reason="([^"]+)".*\} (\d+)$/gm);
  return [...lines].map(([, reason, count]) => `${reason} ${count}`).sort();
}

/** Actions on its fulfillmenttools orders that were ever asked for, accepted or not. */
async function actions({ fulfillmenttools, addresses }: Sandbox, { id }: SimulatedOrder): Promise<number> {
  let count = 0;
  for (const order of await fulfillmenttools.orders()) {
    if (order.commercetoolsOrderId !== id) continue;
    const query = new URLSearchParams({ method: 'POST', path: `/api/orders/${order.id}/actions` });
    const answer = await fetch(`${addresses.fulfillmenttoolsUrl}/_sim/requests?${query}`);
    count += ((await answer.json()) as unknown[]).length;
  }
  return count;
}

/** An update of the order as it is now; the pipeline may write to it at the same time. */
async function change(
  { commercetools, addresses: { commercetoolsUrl } }: Sandbox,
  { id }: SimulatedOrder,
  action: object,
) {
  const { clientId, clientSecret } = simulatorCredentials.commercetools;
  const signIn = await fetch(`${commercetoolsUrl}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await signIn.json()) as { access_token: string };
  const update = async () => {
    const version = (await commercetools.orders()).find((order) => order.id === id)?.version;
    const answer = await fetch(`${commercetoolsUrl}/${PROJECT_KEY}/orders/${id}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ version, actions: [action] }),
    });
    return answer.status;
  };
  await expect.poll(update).toBe(200);
}

/** The router has read everything, and nothing was added for a while. */
async function untilQuiet({ kafka, fulfillmenttools, commercetools }: Sandbox): Promise<void> {
  const count = async () => [
    await kafka.written(topics.commerceOrders.name),
    await kafka.written(topics.fulfillmentOrders.name),
    await fulfillmenttools.effects(),
    await commercetools.effects(),
  ];
  for (let before: number[] = []; ; ) {
    const now = await count();
    if (now.join() === before.join()) return;
    before = now;
    await sleep(2_000);
  }
}
