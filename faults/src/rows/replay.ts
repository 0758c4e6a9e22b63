import { type ServiceName, serviceNames } from '@pipeline/sandbox';
import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';

/** Between two steps of an order's life. */
const STEP_MS = 10;

const startAll = (world: World, groupPrefix = world.prefix) =>
  Promise.all(serviceNames.map((name: ServiceName) => world.start(name, { groupPrefix })));

const cancel = [{ action: 'changeOrderState', orderState: 'Cancelled' }];

const isCancelled = ({ status }: { readonly status: string }): boolean => status === 'CANCELLED';

/** The orders that pickers have not begun with live on, now by themselves. */
async function letLive(world: World): Promise<void> {
  for (const order of await world.fulfillmenttools.orders())
    if (!isCancelled(order)) await world.control('fulfillmenttools', `/orders/${order.id}/life`, { stepMs: STEP_MS });
}

/** What became of those that were not cancelled since: the next is anonymized, the one after it deleted. */
async function age(world: World): Promise<{ readonly anonymized: number; readonly deleted: number }> {
  const orders = (await world.fulfillmenttools.orders()).filter((order) => !isCancelled(order));
  let deleted = 0;
  let anonymized = 0;
  for (const [index, { id }] of orders.entries()) {
    const url = `http://${world.addresses.fulfillmenttools}/_sim/orders/${id}`;
    if (index % 4 === 1) anonymized += (await fetch(`${url}/anonymize`, { method: 'POST' })).ok ? 1 : 0;
    if (index % 4 === 2) deleted += (await fetch(url, { method: 'DELETE' })).ok ? 1 : 0;
  }
  return { anonymized, deleted };
}

export const replayOfAYear = defineRow({
  row: 71,
  title:
    'all topics are read again from 0, with orders cancelled, anonymized and deleted meanwhile → nothing is called',
  level: 'process',
  invariants: ['I2', 'I3', 'I12'],
  ci: { orders: 24 },
  full: { orders: 2_000 },
  atLeast: { orders: 24, anonymized: 4, deleted: 4, cancelled: 3, cancelledTooLate: 3, read: 24 },
  // Nobody picks anything before the first cancels are there.
  fulfillmenttools: { stepMs: 0 },
  async run(world, { orders }) {
    await startAll(world);
    const placed = await world.place(orders, { expected: 'at-most-once', confirmedAtOnce: true });
    for (const name of ['ingest-ct', 'order-router'] as const) await world.untilRead(name);
    const early = placed.filter((_, index) => index % 8 === 0).map(({ id }) => id);
    for (const id of early) await world.change(id, cancel);
    await world.until(
      'fulfillmenttools has cancelled them',
      async () => (await world.fulfillmenttools.orders()).filter(isCancelled).length === early.length,
    );
    await letLive(world);
    const isOver = (state: string | undefined) => state === 'Shipped' || state === 'Delivered';
    await world.until('every other order is shipped or collected', async () =>
      (await world.commercetools.orders()).every(
        ({ id, shipmentState }) => early.includes(id) || isOver(shipmentState),
      ),
    );
    // Refused by fulfillmenttools: they have left.
    const late = placed.filter((_, index) => index % 8 === 4);
    for (const { id } of late) await world.change(id, cancel);
    for (const name of serviceNames) await world.untilRead(name);
    const aged = await age(world);
    await Promise.all(world.members.map((member) => member.stop()));
    const before = await world.effects();
    const atProvider = (await world.fulfillmenttools.orders()).filter(isCancelled);
    const cancelled = atProvider.filter(({ commercetoolsOrderId }) =>
      early.includes(commercetoolsOrderId ?? ''),
    ).length;
    world.claim('I3', 'orders that fulfillmenttools has cancelled', early.length, atProvider.length);
    const groupPrefix = `${world.prefix}again-`;
    await startAll(world, groupPrefix);
    for (const name of serviceNames) await world.untilRead(name, { groupPrefix });
    const after = await world.effects();
    const posts = after.posts - before.posts;
    world.replayed({ what: 'all topics', posts, updates: after.updates - before.updates });
    const cancelledTooLate = late.length;
    return { ...aged, cancelled, cancelledTooLate, read: await world.kafka.written('commerce.orders.v1') };
  },
});
