import { replayAll, type Sandbox, type SimulatedOrder } from '@pipeline/sandbox';
import { deadLetterTopics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { openShop, openStores, outcomesOf, type Shop, type Stores } from './shop.ts';
import { withSandbox } from './withSandbox.ts';

const DAY = 86_400_000;

/** `nothing` is a line of level debug; nobody waits long for a placement that is not to come. */
const overrides = { LOG_LEVEL: 'debug', CORRELATION_WAIT_MS: '3000', PLACEMENT_WAIT_MS: '3000' };

interface Scene {
  readonly sandbox: Sandbox;
  readonly shop: Shop;
  readonly stores: Stores;
}

/** Orders of every fate share one sandbox; each part leaves its orders as they have to stay. */
describe('orders that the shop cancels, deletes or confirms again', () => {
  it('end at fulfillmenttools as the shop means it, once, and a replay calls nobody', async () => {
    await withSandbox({ overrides }, async (sandbox) => {
      const scene = { sandbox, shop: await openShop(sandbox), stores: await openStores(sandbox) };
      // Before there are change notifications: those carry no copy of the order.
      await deletedAfterHandover(scene);
      await tellChanges(sandbox);
      await Promise.all([
        cancelledAfterPlacing(scene),
        refusedThenCancelled(scene),
        deletedEarly(scene),
        deletedUnderWay(scene),
        erased(scene),
        erasedUnderWay(scene),
      ]);
      await cancelledBeforePlacing(scene);
      await cancelledInFlight(scene);
      await cancelledWithoutAnAnswer(scene);
      await cancelWithoutPermission(scene);
      await lookedUpFirst(scene);

      const { topicPrefix, kafka } = sandbox;
      const letters = await kafka.deadLetters();
      const replay = await replayAll(sandbox, { groupPrefix: `${topicPrefix}again-`, timeoutMs: 60_000 });
      expect(replay).toEqual({ posts: 0, updates: 0 });
      expect(await kafka.deadLetters()).toBe(letters);
    });
  });
});

/** Change notifications beside all messages, which therefore come twice: only changes tell of data erasure. */
async function tellChanges({ ingest, addresses: { commercetoolsUrl } }: Sandbox): Promise<void> {
  const headers = { authorization: `Bearer ${ingest.secrets.commercetools}` };
  const body = JSON.stringify({ url: ingest.commercetools, envelope: 'pubsub', headers, changes: true });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  expect((await fetch(`${commercetoolsUrl}/_sim/push-targets`, init)).status).toBe(201);
}

async function placed({ shop, stores }: Scene, orderNumber: string): Promise<SimulatedOrder> {
  const order = await shop.place(orderNumber);
  await expect.poll(() => stores.statuses(order)).toEqual(['OPEN']);
  return order;
}

const settles = (sandbox: Sandbox, order: SimulatedOrder, outcome: string | RegExp) =>
  expect
    .poll(() => outcomesOf(sandbox, order))
    .toContainEqual(typeof outcome === 'string' ? outcome : expect.stringMatching(outcome));

/** Of a counter of order-router, by label; those at 0 are left out. */
async function metric({ services }: Sandbox, name: string): Promise<Record<string, number>> {
  const text = await (await fetch(`${services['order-router'].opsUrl}/metrics`)).text();
  const lines = text.matchAll(new RegExp(`^${name}\\{[^}]*(?:reason|effect)="([^"]+)"[^}]*\\} (\\d+)$`, 'gm'));
  return Object.fromEntries([...lines].map(([, label, value]) => [label, Number(value)]));
}

async function cancelledAfterPlacing(scene: Scene): Promise<void> {
  const { sandbox, shop, stores } = scene;
  const order = await placed(scene, 'AFTER');
  await shop.setState(order, 'Cancelled');
  await expect.poll(() => stores.statuses(order)).toEqual(['CANCELLED']);
  await expect.poll(async () => (await shop.find(order))?.shipmentState).toBe('Canceled');
  await shop.setState(order, 'Confirmed');
  await settles(sandbox, order, 'nothing reconfirmed-after-cancel');
  expect(await metric(sandbox, 'pipeline_orders_needing_a_look_total')).toHaveProperty('reconfirmed-after-cancel');
  expect(await stores.statuses(order)).toEqual(['CANCELLED']);
  expect(await stores.answersToActions(order)).toEqual([200]);
}

/** Refused while it is picked; picking is set back, and only then a newer cancel may succeed. */
async function refusedThenCancelled(scene: Scene): Promise<void> {
  const { sandbox, shop, stores } = scene;
  const order = await placed(scene, 'PICKED');
  await stores.live(order, 'reset');
  await stores.until(order, 'PICK_JOB_PICKING_COMMENCED');
  await shop.setState(order, 'Cancelled');
  await settles(sandbox, order, /^cancelRefused .*IN_PROGRESS/);
  expect(await metric(sandbox, 'pipeline_orders_needing_a_look_total')).toHaveProperty('cancelRefused');
  expect(await stores.statuses(order)).toEqual(['OPEN']);
  await shop.setState(order, 'Confirmed');
  await stores.until(order, 'PICK_JOB_RESET');
  await shop.setState(order, 'Cancelled');
  await expect.poll(() => stores.statuses(order)).toEqual(['CANCELLED']);
  expect(await stores.answersToActions(order)).toEqual([400, 200]);
}

async function deletedEarly(scene: Scene): Promise<void> {
  const { sandbox, shop, stores } = scene;
  const order = await placed(scene, 'DELETED');
  await shop.remove(order);
  await expect.poll(() => stores.statuses(order)).toEqual(['CANCELLED']);
  await settles(sandbox, order, 'cancelled');
  expect(await stores.answersToActions(order)).toEqual([200]);
}

/** Nothing at commercetools shows that picking has begun: fulfillmenttools says no, and that is no alert. */
async function deletedUnderWay(scene: Scene): Promise<void> {
  const { sandbox, shop, stores } = scene;
  const order = await placed(scene, 'DELETED-PICKED');
  await stores.until(order, 'PICK_JOB_PICKING_COMMENCED');
  await shop.remove(order);
  await settles(sandbox, order, 'gone');
  expect(await stores.statuses(order)).toEqual(['OPEN']);
  expect(await stores.answersToActions(order)).toEqual([400]);
  expect(await outcomesOf(sandbox, order)).not.toContainEqual(expect.stringMatching(/^cancelRefused/));
}

async function deletedAfterHandover(scene: Scene): Promise<void> {
  const { sandbox, shop, stores } = scene;
  const order = await placed(scene, 'DELETED-LATE');
  await stores.until(order);
  await expect.poll(async () => (await shop.find(order))?.shipmentState).toBe('Shipped');
  await shop.remove(order);
  await settles(sandbox, order, 'nothing gone');
  expect(await stores.statuses(order)).toEqual(['OPEN']);
  expect(await stores.answersToActions(order)).toEqual([]);
}

const cleanUpOf = async ({ stores }: Scene, order: SimulatedOrder): Promise<number> => {
  const [made] = await stores.of(order);
  const { processId } = await stores.call<{ processId: string }>('GET', `/api/orders/${made?.id}`);
  const { gdprCleanupDate } = await stores.call<{ gdprCleanupDate: string }>('GET', `/api/processes/${processId}`);
  return Math.round((Date.parse(gdprCleanupDate) - Date.now()) / DAY);
};

async function erased(scene: Scene): Promise<void> {
  const { sandbox, shop, stores } = scene;
  const order = await placed(scene, 'ERASED');
  await shop.remove(order, { dataErasure: true });
  await settles(sandbox, order, 'erased');
  expect(await stores.statuses(order)).toEqual(['CANCELLED']);
  expect(await stores.answersToActions(order)).toEqual([200]);
  expect(await cleanUpOf(scene, order)).toBeLessThanOrEqual(0);
  const [made] = await stores.of(order);
  const anonymized = async () =>
    (await stores.call<{ anonymized?: boolean }>('GET', `/api/orders/${made?.id}`)).anonymized;
  await expect.poll(anonymized).toBe(true);
}

/** Its parcel still needs an address: it is finished first. */
async function erasedUnderWay(scene: Scene): Promise<void> {
  const { sandbox, shop, stores } = scene;
  const order = await placed(scene, 'ERASED-PICKED');
  await stores.until(order, 'PICK_JOB_PICKING_COMMENCED');
  await shop.remove(order, { dataErasure: true });
  await settles(sandbox, order, 'erased');
  const days = await cleanUpOf(scene, order);
  expect([days >= 13, days <= 14]).toEqual([true, true]);
  await stores.until(order);
  const [made] = await stores.of(order);
  const { status, anonymized = false } = await stores.call<{ status: string; anonymized?: boolean }>(
    'GET',
    `/api/orders/${made?.id}`,
  );
  expect([status, anonymized]).toEqual(['OPEN', false]);
}

/** The cancel overtakes the confirmation; a newer confirmation is placed. */
async function cancelledBeforePlacing({ sandbox, shop, stores }: Scene): Promise<void> {
  const { deliver } = sandbox.commercetools;
  await deliver({ reverse: true, reverseMs: 2_000 });
  const order = await shop.place('BEFORE');
  await shop.setState(order, 'Cancelled');
  await settles(sandbox, order, 'nothing late-confirmed');
  await deliver({ reverse: false });
  expect(await stores.of(order)).toEqual([]);
  await shop.setState(order, 'Confirmed');
  await expect.poll(() => stores.statuses(order)).toEqual(['OPEN']);
  expect(await stores.answersToActions(order)).toEqual([]);
}

const create = { method: 'POST', path: '/api/orders', count: 1 } as const;

async function cancelledInFlight({ sandbox, shop, stores }: Scene): Promise<void> {
  const { fulfillmenttools } = sandbox;
  await fulfillmenttools.fault({ ...create, when: 'before', delayMs: 2_000 });
  const order = await shop.place('IN-FLIGHT');
  await expect.poll(() => fulfillmenttools.struck()).toBe(1);
  await shop.setState(order, 'Cancelled');
  expect(await stores.of(order)).toEqual([]);
  await expect.poll(() => stores.statuses(order)).toEqual(['CANCELLED']);
  expect(await stores.answersToActions(order)).toEqual([200]);
  await fulfillmenttools.clearFaults();
}

async function cancelledWithoutAnAnswer({ sandbox, shop, stores }: Scene): Promise<void> {
  const { fulfillmenttools } = sandbox;
  await fulfillmenttools.fault({ ...create, when: 'after', action: 'reset' });
  const order = await shop.place('NO-ANSWER');
  await expect.poll(() => fulfillmenttools.struck()).toBe(1);
  await shop.setState(order, 'Cancelled');
  await expect.poll(() => stores.statuses(order)).toEqual(['CANCELLED']);
  await settles(sandbox, order, 'adopted');
  await settles(sandbox, order, 'cancelled');
  expect(await stores.answersToActions(order)).toEqual([200]);
  await fulfillmenttools.clearFaults();
}

/** Cancels wait for the permission, are tried by one at a time, and keep nothing else back. */
async function cancelWithoutPermission(scene: Scene): Promise<void> {
  const { sandbox, shop, stores } = scene;
  const { fulfillmenttools } = sandbox;
  const orders = [await placed(scene, 'FORBIDDEN-1'), await placed(scene, 'FORBIDDEN-2')];
  const path = '/api/orders/*/actions';
  await fulfillmenttools.fault({ method: 'POST', path, status: 403, when: 'before' });
  for (const order of orders) await shop.setState(order, 'Cancelled');
  const paused = () => metric(sandbox, 'pipeline_effect_paused');
  await expect.poll(paused).toEqual({ cancelOrder: 1 });
  await placed(scene, 'ALLOWED');
  for (const order of orders) expect(await stores.statuses(order)).toEqual(['OPEN']);
  await fulfillmenttools.clearFaults();
  for (const order of orders) await expect.poll(() => stores.statuses(order)).toEqual(['CANCELLED']);
  await expect.poll(paused).toEqual({});
}

/** A migration: what another connector has placed is adopted, dead or alive, and what a stranger has is not. */
async function lookedUpFirst({ sandbox, shop, stores }: Scene): Promise<void> {
  await sandbox.restartWith('order-router', { PLACEMENT_LOOKUP_FIRST: 'true' });
  const waiting = (orderNumber: string) => shop.place(orderNumber, { orderState: 'Open' });
  const [live, dead, none, foreign] = [
    await waiting('FIRST-LIVE'),
    await waiting('FIRST-DEAD'),
    await waiting('FIRST-NONE'),
    await waiting('FIRST-FOREIGN'),
  ];
  const others = [
    await byAnotherConnector(stores, live, live.id),
    await byAnotherConnector(stores, dead, dead.id),
    await byAnotherConnector(stores, foreign, strangersId, { commercetoolsProjectKey: 'another-shop' }),
  ];
  const [, cancelled = expect.unreachable()] = others;
  await stores.call('POST', `/api/orders/${cancelled.id}/actions`, { name: 'CANCEL', version: cancelled.version });
  const listed = async (orderNumber: string) =>
    (await stores.call<{ total: number }>('GET', `/api/orders?tenantOrderId=${orderNumber}`)).total;
  await expect.poll(() => listed('FIRST-FOREIGN')).toBe(1);
  for (const order of [live, dead, none, foreign]) await shop.setState(order, 'Confirmed');
  for (const order of [live, dead]) await settles(sandbox, order, 'adopted');
  await expect.poll(() => stores.statuses(none)).toEqual(['OPEN']);
  await settles(sandbox, foreign, 'rejected tenant-order-id-clash');
  await expect.poll(() => listed('FIRST-NONE')).toBe(1);
  for (const orderNumber of ['FIRST-LIVE', 'FIRST-DEAD', 'FIRST-FOREIGN']) expect(await listed(orderNumber)).toBe(1);
  const letters = await sandbox.kafka.messages(deadLetterTopics['order-router'].name);
  expect(letters.map(({ key }) => key)).toEqual([foreign.id]);
}

const strangersId = 'f0000000-0000-4000-8000-000000000001';

/** With the attribute of the vendor's own connector. */
const byAnotherConnector = (stores: Stores, { orderNumber }: SimulatedOrder, orderId: string, beside: object = {}) =>
  stores.call<{ id: string; version: number }>('POST', '/api/orders', {
    tenantOrderId: orderNumber,
    orderDate: '2026-01-15T10:00:00.000Z',
    consumer: { addresses: [{ street: 'Ring', city: 'Bonn', postalCode: '53111', country: 'DE' }] },
    orderLineItems: [{ article: { tenantArticleId: 'sku-9', title: 'Shoe' }, quantity: 1 }],
    customAttributes: { commercetoolsId: orderId, ...beside },
  });
