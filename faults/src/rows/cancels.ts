import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';
import { countPosts, onPosts } from './requests.ts';

const cancel = [{ action: 'changeOrderState', orderState: 'Cancelled' }];

const countCancelled = async (world: World): Promise<number> =>
  (await world.fulfillmenttools.orders()).filter(({ status }) => status === 'CANCELLED').length;

export const cancelledWhileItIsCreated = defineRow({
  row: 40,
  title: 'the shop cancels while the order is being created → created, then cancelled, in this order',
  level: 'process',
  invariants: ['I7'],
  ci: { orders: 24 },
  full: { orders: 1_000 },
  atLeast: { orders: 24, underWay: 8, cancelled: 8 },
  settings: { REQUEST_TIMEOUT_MS: '5000' },
  fulfillmenttools: { stepMs: 0 },
  async run(world, { orders }) {
    await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.spoil('fulfillmenttools', { ...onPosts, when: 'before', delayMs: 1_500 });
    const placed = await world.place(orders, { confirmedAtOnce: true, expected: 'at-most-once' });
    await world.until('a third of the orders is being created', async () => (await countPosts(world)) >= orders / 3);
    const underWay = (await countPosts(world)) - (await world.providerOrders());
    // Those whose request was not sent yet are never created.
    for (const { id } of placed) await world.change(id, cancel);
    await world.untilRead('ingest-ct');
    await world.untilRead('order-router');
    const cancelled = await countCancelled(world);
    world.claim('I7', 'orders at fulfillmenttools that are cancelled', await world.providerOrders(), cancelled);
    return { underWay, cancelled };
  },
});

export const cancelledBeforeItIsCreated = defineRow({
  row: 41,
  title: 'the cancel comes before the order → put on record, the order is never created',
  level: 'process',
  invariants: ['I2', 'I7'],
  ci: { orders: 12 },
  full: { orders: 200 },
  atLeast: { orders: 12, events: 24 },
  async run(world, { orders }) {
    await world.start('ingest-ct');
    // What is sent first arrives last.
    await world.control('commercetools', '/delivery', { reverse: true, reverseMs: 1_000 });
    const placed = await world.place(orders, { confirmedAtOnce: true, expected: 'never' });
    for (const { id } of placed) await world.change(id, cancel);
    await world.until(
      'all notifications have come',
      async () => (await world.commercetools.deliveries()).pending === 0,
    );
    await world.untilRead('ingest-ct');
    await world.start('order-router');
    await world.untilRead('order-router');
    return { events: await world.kafka.written('commerce.orders.v1') };
  },
});
