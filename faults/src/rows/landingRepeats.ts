import { randomUUID } from 'node:crypto';
import { deadLetterTopics, topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import { post } from '../world/post.ts';
import type { World } from '../world/world.ts';
import { placeUntold } from './untold.ts';
import { aMessage, bearer, copiesIn, pushTo, statusesOf } from './landingPosts.ts';

/** The subscription delivers each of them once more. */
const deliverAll = (world: World, bodies: readonly Buffer[]) =>
  Promise.all(
    bodies.map((body) =>
      post(world.relay.urlOf('commercetools'), { headers: bearer(world.secrets.commercetools), body }),
    ),
  );

export const sameNotificationToReplicas = defineRow({
  row: 5,
  title:
    'commercetools sends each notification twenty times at once to two replicas, and again when all is done → one effect',
  level: 'process',
  invariants: ['I2', 'I12'],
  ci: { orders: 10, times: 20 },
  full: { orders: 200, times: 20 },
  atLeast: { orders: 10, copies: 200, replicas: 2 },
  async run(world, { orders, times }) {
    const bodies = await placeUntold(world, orders);
    const replicas = await Promise.all([world.start('ingest-ct'), world.start('ingest-ct')]);
    await world.start('order-router');
    const copies = Array.from({ length: times }, () => bodies).flat();
    const first = await deliverAll(world, copies);
    world.claim('I1', 'answers', [200], statusesOf(first));
    await world.untilPlaced();
    const before = await world.effects();
    const again = await deliverAll(world, copies);
    world.claim('I1', 'answers to all of it again', [200], statusesOf(again));
    await world.untilPlaced();
    const { posts, updates } = await world.effects();
    world.replayed({
      what: 'all notifications again',
      posts: posts - before.posts,
      updates: updates - before.updates,
    });
    const landed = await Promise.all(
      replicas.map(async (each) => (await each.metrics()).sum('pipeline_notifications_landed_total')),
    );
    return { copies: first.length + again.length, replicas: landed.filter((count) => count > 0).length };
  },
});

export const withoutPayload = defineRow({
  row: 16,
  title: 'notifications come without their payload (payloadNotIncluded) → they land as they are, the order is read',
  level: 'process',
  invariants: ['I1', 'I2'],
  ci: { orders: 20 },
  full: { orders: 1_000 },
  atLeast: { orders: 20, thin: 20, read: 20 },
  async run(world, { orders }) {
    await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.control('commercetools', '/delivery', { payloadNotIncluded: 1 });
    const placed = await world.place(orders);
    await world.untilPlaced();
    const read = new Set(
      (await world.requests('commercetools'))
        .filter(({ method }) => method === 'GET')
        .map(({ path }) => /\/orders\/([^/?]+)/.exec(path)?.[1]),
    );
    const landed = await world.kafka.messages(topics.commercetoolsNotifications.name);
    const told = landed.flatMap(({ value }) => textIn(value));
    const thin = told.filter((text) => text.includes('"payloadNotIncluded"'));
    world.claim('I1', 'of messages with their payload', 0, told.filter((text) => text.includes('"order":{')).length);
    return { thin: thin.length, read: placed.filter(({ id }) => read.has(id)).length };
  },
});

/** What a Pub/Sub push carries. */
const textIn = (value: Buffer | null): readonly string[] => {
  const { message } = JSON.parse(value?.toString() ?? '{}') as { readonly message?: { readonly data?: string } };
  return message?.data === undefined ? [] : [Buffer.from(message.data, 'base64').toString()];
};

/** What a subscription to more than orders sends, and what there may be one day. */
const nothingForUs = (): readonly object[] => [
  aMessage({ notificationType: 'ResourceCreated', resource: { typeId: 'subscription', id: randomUUID() } }),
  aMessage({ notificationType: 'ResourceUpdated', resource: { typeId: 'customer', id: randomUUID() } }),
  aMessage({ notificationType: 'ResourceFrobnicated' }),
  aMessage({ type: 'OrderFrobnicated' }),
  aMessage({ type: 'ProductPublished', resource: { typeId: 'product', id: randomUUID() } }),
  aMessage({ projectKey: 'another-shop' }),
];

export const nothingToDo = defineRow({
  row: 17,
  title:
    'the test notification of a subscription, unknown types, another project → 200, counted, no event, no dead letter',
  level: 'process',
  invariants: ['I11'],
  ci: { orders: 6, times: 4 },
  full: { orders: 200, times: 100 },
  atLeast: { orders: 6, ignored: 24 },
  async run(world, { orders, times }) {
    const [ingest] = await Promise.all([world.start('ingest-ct'), world.start('order-router')]);
    await world.place(orders);
    await world.untilPlaced();
    const ignored = async () => (await ingest.metrics()).sum('pipeline_notifications_ignored_total');
    const [before, events] = [await ignored(), await world.kafka.written(topics.commerceOrders.name)];
    const bodies = Array.from({ length: times }, nothingForUs).flat();
    const answers = await Promise.all(bodies.map((body) => pushTo(world, ingest, { body: JSON.stringify(body) })));
    world.claim('I1', 'answers', [200], statusesOf(answers));
    await world.untilRead('ingest-ct');
    world.claim('I11', 'counted as ignored', bodies.length, (await ignored()) - before);
    world.claim('I11', 'events of it', 0, (await world.kafka.written(topics.commerceOrders.name)) - events);
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { ignored: (await ignored()) - before };
  },
});

const broken: readonly (string | Buffer)[] = [
  '{"notificationType":"Message","resource":{"typeId":"ord',
  '',
  'null',
  '<html>502 Bad Gateway</html>',
  '{"message":{"data":"bm90IGpzb24="}}',
  Buffer.from([0xff, 0xfe, 0x00, 0x7b]),
  '['.repeat(50_000),
];

export const malformed = defineRow({
  row: 8,
  title: 'malformed JSON → with the secret 200 and a dead letter with the bytes, without it 401; others pass',
  level: 'process',
  invariants: ['I1', 'I5'],
  ci: { orders: 10, times: 3 },
  full: { orders: 1_000, times: 100 },
  atLeast: { orders: 10, parked: 42, refused: 42 },
  async run(world, { orders, times }) {
    const [shop, provider] = await Promise.all([
      world.start('ingest-ct'),
      world.start('ingest-fft', { subscribes: false }),
      world.start('order-router'),
    ]);
    const placing = world.place(orders);
    const bodies = Array.from({ length: times }, () => broken).flat();
    const authorization = `Bearer ${'0'.repeat(64)}`;
    const [taken, refused] = await Promise.all(
      [{}, { headers: { authorization } }].map((how) =>
        Promise.all([shop, provider].flatMap((to) => bodies.map((body) => pushTo(world, to, { ...how, body })))),
      ),
    );
    world.claim('I1', 'answers with the secret', [200], statusesOf(taken ?? []));
    world.claim('I5', 'answers without it', [401], statusesOf(refused ?? []));
    await placing;
    await world.untilPlaced();
    await world.untilRead('ingest-fft');
    for (const name of ['ingest-ct', 'ingest-fft'] as const) {
      const letters = await copiesIn(world, deadLetterTopics[name]);
      const missing = broken.filter((body) => letters.get(Buffer.from(body).toString('base64')) !== times);
      world.claim('I5', `of ${name} without a dead letter each`, [], missing);
    }
    return { parked: await world.kafka.deadLetters(), refused: refused?.length ?? 0 };
  },
});
