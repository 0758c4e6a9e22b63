import { topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import { lifeOf, openOrders, tell, tellInTurn } from './statusOrders.ts';
import { countStates } from './statusRequests.ts';

const UPDATES = 'pipeline_status_updates_total';

export const replayFromTheMiddle = defineRow({
  row: 72,
  title: 'the events are read again from the middle, with and without the states on record → no state falls',
  level: 'process',
  invariants: ['I3', 'I12'],
  ci: { orders: 24 },
  full: { orders: 2_000 },
  atLeast: { orders: 24, read: 60, readWithoutStates: 60 },
  async run(world, { orders }) {
    const writer = await world.start('status-writer');
    const opened = await openOrders(world, orders);
    const lives = opened.map((order) => lifeOf(order));
    // Late accounts of what is over come last: from the middle on they are all that is known of some orders.
    await tellInTurn(world, [
      lives.flatMap(({ created, picking, picked }) => [created, picking, picked]),
      lives.flatMap(({ ready, handedOver, parcel }) => [ready, handedOver, parcel]),
    ]);
    await tell(
      world,
      lives.flatMap(({ ready, picking, created }, index) => (index % 2 === 0 ? [ready, picking] : [created, ready])),
    );
    await world.untilRead('status-writer');
    const states = await countStates(world);
    await writer.stop();
    const before = await world.effects();
    const total = await world.kafka.written(topics.fulfillmentEvents.name);

    await world.rewindToMiddle('status-writer');
    const read = await world.kafka.lag(`${world.prefix}status-writer`, [topics.fulfillmentEvents.name]);
    const again = await world.start('status-writer');
    await world.untilRead('status-writer');
    await again.stop();
    const after = await world.effects();
    world.replayed({ what: 'the second half', posts: 0, updates: after.updates - before.updates });

    await world.rewindToMiddle('status-writer');
    await world.empty(topics.fulfillmentStates);
    const last = await world.start('status-writer', { settings: { ACCEPT_EMPTY_STATE: 'true' } });
    await world.untilRead('status-writer');
    world.claim(
      'I3',
      'orders that nobody knew any more',
      0,
      (await last.metrics()).by(UPDATES, 'outcome')['unconfirmed'] ?? 0,
    );
    world.claim('I3', 'states after a replay without what was on record', states, await countStates(world));
    world.claim('I3', 'events in the topic', orders * 8, total);
    return { read, readWithoutStates: read };
  },
});
