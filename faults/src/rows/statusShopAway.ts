import { defineRow } from '../row.ts';
import { lifeOf, openOrders, tellInTurn } from './statusOrders.ts';
import { callsByOrder, countCalls, onReads, onUpdates, struckAtShop } from './statusRequests.ts';

const page = (title: string) => `<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`;
const error = (statusCode: number, code: string) => {
  const message = 'not now';
  return { status: statusCode, body: { statusCode, message, errors: [{ code, message }] } };
};

export const shopIsIll = defineRow({
  row: 63,
  title:
    'commercetools answers 502, 503 and 504 with HTML, 500 or PendingOperation → tried again, shown, nothing parked',
  level: 'process',
  invariants: ['I4', 'I5'],
  ci: { orders: 16, times: 3 },
  full: { orders: 500, times: 60 },
  atLeast: { orders: 16, struck: 24 },
  async run(world, { orders, times }) {
    await world.start('status-writer');
    const lives = (await openOrders(world, orders)).map((order) => lifeOf(order));
    const kinds = [
      { status: 502, body: page('502 Bad Gateway'), when: 'before' },
      { status: 502, body: page('502 Bad Gateway'), when: 'after' },
      { status: 503, body: page('503 Service Unavailable'), headers: { 'retry-after': '1' }, when: 'before' },
      { status: 504, body: page('504 Gateway Timeout'), when: 'after' },
      { ...error(500, 'General'), when: 'before' },
      { ...error(500, 'General'), when: 'after' },
      { ...error(409, 'PendingOperation'), when: 'before' },
    ] as const;
    for (const kind of kinds)
      await world.spoil('commercetools', {
        ...onUpdates,
        ...kind,
        count: times,
        probability: 0.2 + 0.6 * world.random.next(),
      });
    for (const kind of [kinds[0], kinds[4]])
      await world.spoil('commercetools', { ...onReads, ...kind, count: times, probability: 0.8 });
    await tellInTurn(world, [
      lives.map(({ picking }) => picking),
      lives.map(({ picked }) => picked),
      lives.map(({ ready }) => ready),
      lives.map(({ handedOver }) => handedOver),
    ]);
    const struck = await struckAtShop(world);
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { struck };
  },
});

export const answersLost = defineRow({
  row: 64,
  title: 'an update has its effect and its answer is lost, cut or too late → found out by a read, not sent again',
  level: 'process',
  invariants: ['I12'],
  ci: { orders: 12 },
  full: { orders: 200 },
  atLeast: { orders: 12, lost: 36 },
  // An update that a busy machine has not looked at when it is given up would rightly be sent again.
  settings: { REQUEST_TIMEOUT_MS: '3000' },
  async run(world, { orders }) {
    await world.start('status-writer');
    const opened = await openOrders(world, orders);
    const lives = opened.map((order) => lifeOf(order));
    const kinds = [
      { action: 'reset' },
      { delayMs: 4_500 },
      { status: 200, body: '{"version": 4, "id": "hal' },
    ] as const;
    // The ledger alone gives an order one field.
    await world.until('all are known', async () => (await countCalls(world)).changes === orders);
    const steps = ['picking', 'ready', 'handedOver'] as const;
    let lost = 0;
    for (const [index, step] of steps.entries()) {
      await world.spoil('commercetools', { ...onUpdates, ...kinds[index], when: 'after', count: orders });
      await tellInTurn(world, [lives.map((life) => life[step])]);
      lost += await struckAtShop(world);
      await world.mend('commercetools');
    }
    const calls = await callsByOrder(world);
    const counts = opened.map(({ id }) => calls.get(id));
    world.claim('I12', 'updates of an order', [4], [...new Set(counts.map((call) => call?.updates))]);
    world.claim('I12', 'of them with an effect', [4], [...new Set(counts.map((call) => call?.changes))]);
    world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
    return { lost };
  },
});
