import { type ServiceName, serviceNames } from '@pipeline/sandbox';
import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';

const startAll = (world: World, groupPrefix = world.prefix) =>
  Promise.all(serviceNames.map((name: ServiceName) => world.start(name, { groupPrefix })));

/** What became of orders at fulfillmenttools since: the next is anonymized, the one after it deleted. */
async function age(world: World): Promise<{ readonly anonymized: number; readonly deleted: number }> {
  const orders = await world.fulfillmenttools.orders();
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
  atLeast: { orders: 24, anonymized: 4, deleted: 4, cancelled: 3, read: 24 },
  fulfillmenttools: { stepMs: 10 },
  async run(world, { orders }) {
    await startAll(world);
    const placed = await world.place(orders, { expected: 'at-most-once', confirmedAtOnce: true });
    const isOver = (state: string | undefined) => state === 'Shipped' || state === 'Delivered';
    await world.until('every order is shipped or collected', async () =>
      (await world.commercetools.orders()).every(({ shipmentState }) => isOver(shipmentState)),
    );
    const actions = [{ action: 'changeOrderState', orderState: 'Cancelled' }];
    const cancelled = placed.filter((_, index) => index % 8 === 0);
    for (const { id } of cancelled) await world.change(id, actions);
    for (const name of serviceNames) await world.untilRead(name);
    const aged = await age(world);
    await Promise.all(world.members.map((member) => member.stop()));
    const before = await world.effects();
    const groupPrefix = `${world.prefix}again-`;
    await startAll(world, groupPrefix);
    for (const name of serviceNames) await world.untilRead(name, { groupPrefix });
    const after = await world.effects();
    const posts = after.posts - before.posts;
    world.replayed({ what: 'all topics', posts, updates: after.updates - before.updates });
    return { ...aged, cancelled: cancelled.length, read: await world.kafka.written('commerce.orders.v1') };
  },
});
