import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@pipeline/sandbox';
import { topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import { compareOrder } from '../sandboxParts.ts';
import type { Notification } from '../world/notify.ts';
import { startRecorder } from '../world/recorder.ts';
import type { World } from '../world/world.ts';
import { openOrders, type StatusOrder, write } from './statusOrders.ts';
import { countCalls, countStates } from './statusRequests.ts';

const fiveEvents = [
  'ORDER_CREATED',
  'PICK_JOB_CREATED',
  'PICK_JOB_PICKING_FINISHED',
  'HANDOVERJOB_CREATED',
  'HANDOVERJOB_HANDED_OVER',
] as const;

type Process = { readonly payload: { readonly processId: string } };

/**
 * Every service runs, `orders` are placed and live to their end, and nobody was told: the five notifications of each, as
 * fulfillmenttools would have posted them, in the order of `fiveEvents`.
 */
async function liveUntold(world: World, orders: number): Promise<readonly (readonly Notification[])[]> {
  const recorder = await startRecorder();
  try {
    await world.fulfillmenttools.subscribe(recorder.url, 'nobody', fiveEvents);
    await Promise.all([
      world.start('order-router'),
      world.start('ingest-ct'),
      world.start('ingest-fft', { subscribes: false }),
      world.start('status-writer'),
    ]);
    await world.place(orders, { confirmedAtOnce: true });
    await untilDone(world, 'order-router', topics.commerceOrders);
    await world.until('all have lived to their end', () => recorder.bodies.length >= orders * fiveEvents.length);
  } finally {
    await recorder.close();
  }
  const found = recorder.bodies.map((body) => JSON.parse(body.toString()) as Notification & Process);
  const rank = ({ event }: Notification) => fiveEvents.findIndex((name) => name === event);
  return [...Map.groupBy(found, ({ payload }) => payload.processId).values()].map((list) =>
    list.sort((a, b) => rank(a) - rank(b)),
  );
}

/** Until a service that runs once has done all that lies in a topic. Its commits come up to a second later. */
async function untilDone(world: World, name: ServiceName, topic: { readonly name: string }): Promise<void> {
  const member = world.members.find((each) => each.name === name);
  await world.until(`${name} has done all of ${topic.name}`, async () => {
    const done = (await member?.metrics())?.by('pipeline_records_processed_total', 'topic') ?? {};
    const written = await world.kafka.written(topic.name);
    return written > 0 && (done[`${world.prefix}${topic.name}`] ?? 0) >= written;
  });
}

/** Posts notifications at the same time, until everything that comes of them is shown. */
async function notifyAll(world: World, notifications: readonly (Notification | undefined)[]): Promise<number> {
  const given = notifications.filter((notification) => notification !== undefined);
  const statuses = await Promise.all(given.map((notification) => world.notify(notification)));
  world.claim('I1', 'answers to notifications', [200], [...new Set(statuses)]);
  await untilDone(world, 'ingest-fft', topics.fulfillmenttoolsNotifications);
  await untilDone(world, 'status-writer', topics.fulfillmentEvents);
  return given.length;
}

/** The last fact of each order comes many times at once, then all facts come again. `again`: how a fact comes again. */
async function tellAgain(world: World, orders: number, times: number, again: (first: Notification) => Notification) {
  const lives = await liveUntold(world, orders);
  for (const index of [0, 1, 2, 3])
    await notifyAll(
      world,
      lives.map((life) => life[index]),
    );
  const before = await countCalls(world);
  const last = lives.flatMap((life) => life.slice(4));
  const copies = last.flatMap((first) => [first, ...Array.from({ length: times - 1 }, () => again(first))]);
  const told = await notifyAll(world, copies);
  const after = await countCalls(world);
  world.claim('I12', 'updates of the fact that came many times at once', orders, after.updates - before.updates);
  const repeated = await notifyAll(
    world,
    lives.flatMap((life) => Array.from({ length: 3 }, () => life.map(again)).flat()),
  );
  const end = await countCalls(world);
  const what = 'all notifications again';
  world.replayed({ what, posts: 0, updates: end.reads + end.updates - after.reads - after.updates });
  world.claim('I4', 'states', { Shipped: orders / 2, Delivered: orders / 2 }, await countStates(world));
  return { copies: told + repeated };
}

const repeats = {
  level: 'process',
  invariants: ['I12'],
  ci: { orders: 8, times: 10 },
  full: { orders: 200, times: 20 },
  atLeast: { orders: 8, copies: 200 },
  fulfillmenttools: { stepMs: 10 },
} as const;

export const sameNotification = defineRow({
  row: 6,
  title: 'fulfillmenttools sends the same event many times, at once and later → one update',
  ...repeats,
  run: (world, { orders, times }) => tellAgain(world, orders, times, (first) => first),
});

export const sameFact = defineRow({
  row: 7,
  title: 'fulfillmenttools sends the same fact with other event ids → no second update',
  ...repeats,
  run: (world, { orders, times }) => tellAgain(world, orders, times, (first) => ({ ...first, eventId: randomUUID() })),
});

const permute = <Item>(items: readonly Item[]): Item[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item, at) => permute(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]));

export const allPermutations = defineRow({
  row: 65,
  title: 'the five events of 120 orders come in all 120 orders, each shown before the next → all end the same',
  level: 'process',
  invariants: ['I3', 'I4'],
  ci: { orders: 120 },
  full: { orders: 1_200 },
  atLeast: { orders: 120, permutations: 120, updates: 240 },
  fulfillmenttools: { stepMs: 10 },
  async run(world, { orders }) {
    const lives = await liveUntold(world, orders);
    const permutations = permute([0, 1, 2, 3, 4]);
    const shuffled = lives.map((life, index) =>
      (permutations[index % permutations.length] ?? []).map((at) => life[at]),
    );
    for (const round of [0, 1, 2, 3, 4])
      await notifyAll(
        world,
        shuffled.map((life) => life[round]),
      );
    world.claim('I4', 'states', { Shipped: orders / 2, Delivered: orders / 2 }, await countStates(world));
    const atProvider = new Map(
      (await world.fulfillmenttools.orders()).map((order) => [order.commercetoolsOrderId, order]),
    );
    const differing = (await world.commercetools.orders()).flatMap(
      (order) => compareOrder(order, atProvider.get(order.id)) ?? [],
    );
    world.claim('I4', 'orders that are not as their life says', [], differing);
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    const { changes } = await countCalls(world);
    return {
      permutations: new Set(shuffled.map((life) => life.map((each) => each?.event).join())).size,
      updates: changes,
    };
  },
});

/** A pick job that says nothing about the order but what `over` does. */
const aPickJobOf = (over: object): Notification => ({
  event: 'PICK_JOB_CREATED',
  eventId: randomUUID(),
  payload: {
    ...{ id: randomUUID(), version: 1, created: '2026-01-15T10:00:00.000Z', status: 'OPEN', shortId: 'X1' },
    ...{ facilityRef: 'facility-1', deliveryinformation: { channel: 'SHIPPING' } },
    pickLineItems: [{ id: 'l1', quantity: 1, picked: 0, article: { tenantArticleId: 'sku-1', title: 'Jacke' } }],
    ...over,
  },
});

const writeLinks = (world: World, orders: readonly StatusOrder[]): Promise<void> =>
  write(
    world,
    topics.fulfillmentLinks,
    orders.map(({ id: orderId, ledger }) => {
      const { projectKey, instance, orderNumber: tenantOrderId } = ledger;
      const processId = `process-${orderId}`;
      const at = { processId, tenantOrderId, providerOrderId: `fft-${orderId}`, linkedAt: Date.now() };
      return { key: processId, value: { orderId, projectKey, provider: 'fulfillmenttools', instance, ...at } };
    }),
  );

export const notOurs = defineRow({
  row: 67,
  title:
    'events of another project, of no process, or of an order not known yet → counted, parked in the end, held until known',
  level: 'process',
  invariants: ['I1', 'I5'],
  ci: { orders: 12, lastsMs: 3_000 },
  full: { orders: 500, lastsMs: 60_000 },
  atLeast: { orders: 12, foreign: 12, held: 12, parked: 3 },
  async run(world, { orders, lastsMs }) {
    const settings = { CORRELATION_WAIT_MS: String(lastsMs / 2), CORRELATION_GIVE_UP_MS: String(lastsMs) };
    const [ingest] = await Promise.all([world.start('ingest-fft', { settings }), world.start('status-writer')]);
    const opened = await openOrders(world, orders);
    const early = opened.map(({ id }) => aPickJobOf({ processId: `process-${id}` }));
    const foreign = opened.map(() => {
      const customAttributes = { commercetoolsOrderId: randomUUID(), commercetoolsProjectKey: 'another-shop' };
      return aPickJobOf({ processId: randomUUID(), customAttributes });
    });
    const nobody = Array.from({ length: 3 }, () => aPickJobOf({}));
    const send = (list: readonly Notification[], options = {}) =>
      Promise.all(list.map((notification) => world.notify(notification, options)));
    await Promise.all([send(early), send(foreign, { foreign: true }), send(nobody)]);
    const held = async () => (await ingest.metrics()).sum('pipeline_events_held');
    const ours = orders + nobody.length;
    await world.until('what is not known is held', async () => (await held()) >= ours);
    const countForeign = async () => (await ingest.metrics()).sum('pipeline_events_foreign_total');
    await world.until('what is foreign is counted', async () => (await countForeign()) >= orders);
    await writeLinks(world, opened);
    const published = () => world.kafka.written(topics.fulfillmentEvents.name);
    await world.until('what is known now goes on', async () => (await published()) >= orders);
    await world.untilRead('status-writer');
    await world.until('what leads nowhere is parked', async () => (await world.kafka.deadLetters()) >= nobody.length);
    await world.untilRead('ingest-fft');
    world.claim('I5', 'dead letters', nobody.length, await world.kafka.deadLetters());
    world.claim('I1', 'events', orders, await published());
    return { foreign: await countForeign(), held: ours, parked: await world.kafka.deadLetters() };
  },
});
