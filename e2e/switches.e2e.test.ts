import { setTimeout as sleep } from 'node:timers/promises';
import { type Placed, placeOrders, type Sandbox } from '@pipeline/sandbox';
import { shadowTopics, topics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { countAtProvider, expectArrival } from './arrival.ts';
import { findPrivate } from './privacy.ts';
import { withSandbox } from './withSandbox.ts';

describe('the switches', () => {
  it('off holds, shadow only tells, and on then does everything that came before', async () => {
    await withSandbox({ overrides: { PLACEMENT: 'off', STATUS_WRITES: 'off' } }, async (sandbox) => {
      const held = await placeOrders(sandbox, { count: 8, perSecond: 40, run: 'HELD' });
      await placementOff(sandbox, held);
      const shadowed = await placeOrders(sandbox, { count: 8, perSecond: 40, run: 'SHADOW' });
      await placementShadow(sandbox, [...held, ...shadowed]);
      const placed = await placeOrders(sandbox, { count: 8, perSecond: 40, run: 'ON' });
      const all = [...held, ...shadowed, ...placed];
      await placementOnAndStatusOff(sandbox, all);
      await statusShadow(sandbox, all);
      await sandbox.restartWith('status-writer', { STATUS_WRITES: 'on' });
      await expectArrival(sandbox, all);
      // Replayed by nobody: what was told in the shadow is not told again.
      expect(await sandbox.fulfillmenttools.orders()).toHaveLength(all.length);
    });
  });
});

/** Long enough for a service that is not held back to have done something. */
const quietFor = () => sleep(2_000);

async function vendorsUnchanged({ commercetools, fulfillmenttools }: Sandbox, act: () => Promise<void>): Promise<void> {
  const effects = async () => [await commercetools.effects(), await fulfillmenttools.effects()];
  const before = await effects();
  await act();
  expect(await effects()).toEqual(before);
}

async function placementOff(sandbox: Sandbox, held: readonly Placed[]): Promise<void> {
  const { kafka } = sandbox;
  await expect.poll(() => kafka.written(topics.commerceOrders.name)).toBe(held.length);
  await vendorsUnchanged(sandbox, quietFor);
  expect(await sandbox.fulfillmenttools.orders()).toEqual([]);
  expect(await entriesOf(sandbox, topics.fulfillmentOrders.name)).toEqual([]);
}

/** Entries of a compacted topic, without the claims that are all a service leaves there which has done nothing. */
const entriesOf = async ({ kafka }: Sandbox, topic: string) =>
  (await kafka.messages(topic)).filter(({ key }) => key !== '__claim');

async function placementShadow(sandbox: Sandbox, seen: readonly Placed[]): Promise<void> {
  const { kafka } = sandbox;
  const shadow = shadowTopics['order-router'].name;
  await vendorsUnchanged(sandbox, async () => {
    await sandbox.restartWith('order-router', { PLACEMENT: 'shadow' });
    await expect.poll(() => kafka.written(shadow)).toBe(seen.length);
    await quietFor();
  });
  const told = (await kafka.messages(shadow)).map(({ key, value, headers }) => {
    expect(findPrivate(`${String(value)} ${JSON.stringify(headers)}`, sandbox)).toEqual([]);
    return { key, ...(JSON.parse(String(value)) as Record<string, unknown>) };
  });
  const byOrder = new Map(told.map((record) => [record.key, record]));
  for (const { id, orderNumber, collect } of seen) {
    expect(byOrder.get(id)).toMatchObject({
      orderId: id,
      orderNumber,
      type: 'OrderConfirmed',
      decision: 'place',
      tenantOrderId: orderNumber,
      delivery: { kind: collect ? 'collect' : 'shipping' },
      lines: expect.arrayContaining([{ articleId: expect.any(String), quantity: expect.any(Number) }]),
    });
  }
  expect(await sandbox.fulfillmenttools.orders()).toEqual([]);
  expect(await entriesOf(sandbox, topics.fulfillmentOrders.name)).toEqual([]);
}

async function placementOnAndStatusOff(sandbox: Sandbox, all: readonly Placed[]): Promise<void> {
  const updates = await sandbox.commercetools.effects();
  await sandbox.restartWith('order-router', { PLACEMENT: 'on' });
  await expect.poll(() => countAtProvider(sandbox, all)).toBe(all.length);
  await untilLivesEnd(sandbox);
  expect(await sandbox.commercetools.effects()).toBe(updates);
}

/** fulfillmenttools has nothing more to say, and what it said has been read. */
async function untilLivesEnd({ fulfillmenttools, kafka }: Sandbox): Promise<void> {
  let before = -1;
  await expect
    .poll(
      async () => {
        const events = await kafka.written(topics.fulfillmentEvents.name);
        const { pending } = await fulfillmenttools.deliveries();
        const quiet = events > 0 && events === before && pending === 0;
        before = events;
        return quiet;
      },
      { timeout: 30_000, interval: 1_500 },
    )
    .toBe(true);
}

async function statusShadow(sandbox: Sandbox, all: readonly Placed[]): Promise<void> {
  const { kafka } = sandbox;
  const shadow = shadowTopics['status-writer'].name;
  const last = async () => {
    const told = await kafka.messages(shadow);
    for (const { value, headers } of told)
      expect(findPrivate(`${String(value)} ${JSON.stringify(headers)}`, sandbox)).toEqual([]);
    const inOrder = told.sort((a, b) => Number(a.offset - b.offset));
    return new Map(
      inOrder.map(({ key, value }) => [key, JSON.parse(String(value)) as { shipmentState: string | null }]),
    );
  };
  await vendorsUnchanged(sandbox, async () => {
    await sandbox.restartWith('status-writer', { STATUS_WRITES: 'shadow' });
    await expect
      .poll(
        async () => {
          const states = await last();
          return all.map(({ id }) => states.get(id)?.shipmentState);
        },
        { timeout: 30_000, interval: 1_000 },
      )
      .toEqual(all.map(({ collect }) => (collect ? 'Delivered' : 'Shipped')));
  });
  const shown = await sandbox.commercetools.orders();
  expect(shown.filter(({ shipmentState }) => shipmentState !== undefined)).toEqual([]);
  // Shadow leaves no state behind.
  expect(await entriesOf(sandbox, topics.fulfillmentStates.name)).toEqual([]);
}
