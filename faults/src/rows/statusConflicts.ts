import { setTimeout as sleep } from 'node:timers/promises';
import { defineRow } from '../row.ts';
import type { World } from '../world/world.ts';
import { lifeOf, openOrders, tell, tellInTurn } from './statusOrders.ts';
import { changeByMerchant, countCalls, countStates, onReads, struckAtShop } from './statusRequests.ts';

/** Somebody gives each order another version, again and again. */
function startForeignWriter(world: World, orders: readonly { readonly id: string }[], everyMs: number) {
  const stopped = new AbortController();
  let writes = 0;
  const running = Promise.all(
    orders.map(async ({ id }, index) => {
      await sleep((index * everyMs) / orders.length);
      for (let turn = 1; !stopped.signal.aborted; turn++) {
        await changeByMerchant(world, id, [{ action: 'setPurchaseOrderNumber', purchaseOrderNumber: `PO-${turn}` }]);
        writes += 1;
        await sleep(everyMs);
      }
    }),
  );
  running.catch(() => undefined);
  return async (): Promise<number> => {
    stopped.abort();
    await running;
    return writes;
  };
}

export const conflictStorm = defineRow({
  row: 61,
  title:
    'somebody else gives every order another version 20 times a second → read and computed again, in bounds, shown',
  level: 'process',
  invariants: ['I3', 'I4'],
  ci: { orders: 12, lastsMs: 50 },
  full: { orders: 60, lastsMs: 50 },
  atLeast: { orders: 12, foreignWrites: 60, conflicts: 12 },
  async run(world, { orders, lastsMs }) {
    await world.start('status-writer');
    const opened = await openOrders(world, orders);
    const lives = opened.map((order) => lifeOf(order));
    const stop = startForeignWriter(world, opened, lastsMs);
    await tellInTurn(world, [
      lives.map(({ picking }) => picking),
      lives.map(({ ready }) => ready),
      lives.map(({ handedOver }) => handedOver),
    ]);
    const { conflicts, updates } = await countCalls(world);
    const foreignWrites = await stop();
    world.claim('I4', 'at most 20 updates are sent for each change', true, updates <= orders * 3 * 20);
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { foreignWrites, conflicts };
  },
});

export const overtakenByTheShop = defineRow({
  row: 62,
  title: 'somebody else sets Delivered or Canceled between our read and our update → it stays, our state is dropped',
  level: 'process',
  invariants: ['I3'],
  ci: { orders: 12, lastsMs: 2_000 },
  full: { orders: 60, lastsMs: 5_000 },
  atLeast: { orders: 12, conflicts: 12 },
  settings: { REQUEST_TIMEOUT_MS: '20000' },
  async run(world, { orders, lastsMs }) {
    await world.start('status-writer');
    const opened = await openOrders(world, orders);
    const lives = opened.map((order) => lifeOf(order));
    await world.spoil('commercetools', { ...onReads, when: 'after', delayMs: lastsMs, count: orders });
    await tell(
      world,
      lives.flatMap(({ picking, ready }) => [picking, ready]),
    );
    await world.until('every order is being read', async () => (await struckAtShop(world)) >= orders);
    for (const [index, { id }] of opened.entries()) {
      const shipmentState = index % 4 < 2 ? 'Delivered' : 'Canceled';
      await changeByMerchant(world, id, [{ action: 'changeShipmentState', shipmentState }]);
    }
    await world.untilRead('status-writer');
    const { conflicts } = await countCalls(world);
    await tellInTurn(world, [lives.map(({ handedOver }) => handedOver)]);
    world.claim('I3', 'states', { Delivered: orders / 2, Canceled: orders / 2 }, await countStates(world));
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { conflicts };
  },
});
