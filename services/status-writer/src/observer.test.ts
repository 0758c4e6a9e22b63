import {
  aFulfillmentEvent,
  aHandoverJob,
  aLedgerEntry,
  aPickJob,
  aProviderOrder,
  aRoutingPlan,
  aState,
  NOON,
} from '@pipeline/fulfillment/testkit';
import { createLogger, createMetrics } from '@pipeline/service-kit';
import { expect, test } from 'vitest';
import { createStatusObserver } from './observer.ts';
import { startWriter } from './testing/writer.ts';

const WAITING = 900_000;

function start() {
  const lines: Record<string, unknown>[] = [];
  const metrics = createMetrics({ service: 'status-writer', version: '0' });
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) };
  const logger = createLogger({ service: 'status-writer', version: '0', level: 'debug', destination });
  const clock = { now: NOON };
  const observer = createStatusObserver({ logger, metrics, waitingMs: WAITING, now: () => clock.now });
  const needALook = async () => {
    const { body } = await metrics.expose();
    const series = body.matchAll(/^pipeline_orders_needing_a_look_total\{reason="([^"]*)".*\} (\d+)$/gm);
    return [...series].map(([, reason, count]) => `${reason} ${count}`);
  };
  const looks = () => lines.filter(({ message }) => message === 'order needs a look').map(({ reason }) => reason);
  return { observer, clock, needALook, looks };
}

const lines = [{ articleId: 'sku-1', quantity: 1, picked: 0 }];
const order = aFulfillmentEvent({ order: aProviderOrder() });
const job = (version: number, over: Parameters<typeof aPickJob>[0]) =>
  aFulfillmentEvent({ pickJob: aPickJob({ version, lines, ...over }) });
const plan = (version: number, status: 'NOT_ROUTABLE' | 'WAITING' | 'ROUTED') =>
  aFulfillmentEvent({ routingPlan: aRoutingPlan({ version, status, lines: [{ articleId: 'sku-1', quantity: 1 }] }) });

test.each([
  ['not-routable', [plan(1, 'NOT_ROUTABLE'), plan(2, 'NOT_ROUTABLE')]],
  ['zero-picked', [job(2, { status: 'CLOSED' }), job(3, { status: 'CLOSED' })]],
  ['aborted-without-successor', [job(2, { status: 'ABORTED' }), job(3, { status: 'ABORTED' })]],
])('an order that is %s needs a look once, not at each event', async (reason, events) => {
  const { observer, needALook, looks } = start();
  const { deliver } = startWriter({ observer });
  await deliver(aLedgerEntry());
  await deliver(order);
  for (const event of [...events, ...events]) await deliver(event);
  expect(await needALook()).toEqual([`${reason} 1`]);
  expect(looks()).toEqual([reason]);
});

test('an order that waits needs a look only when it goes on waiting, and once', async () => {
  const { observer, clock, needALook, looks } = start();
  const { deliver } = startWriter({ observer });
  await deliver(aLedgerEntry());
  await deliver(order);
  await deliver(plan(1, 'WAITING'));
  expect([looks(), await needALook()]).toEqual([['waiting'], []]);
  clock.now += WAITING - 1;
  await deliver(plan(2, 'WAITING'));
  expect(await needALook()).toEqual([]);
  clock.now += 1;
  expect(await needALook()).toEqual(['waiting 1']);
  clock.now += WAITING;
  expect(await needALook()).toEqual(['waiting 1']);
});

test('an order that waited for a short while needs nobody', async () => {
  const { observer, clock, needALook } = start();
  const { deliver } = startWriter({ observer });
  await deliver(aLedgerEntry());
  await deliver(order);
  await deliver(plan(1, 'WAITING'));
  await deliver(plan(2, 'ROUTED'));
  clock.now += WAITING;
  expect(await needALook()).toEqual([]);
});

test('an order whose partition was lost is not counted here', async () => {
  const { observer, clock, needALook } = start();
  const lost = new AbortController();
  observer.alert(aState(), 'waiting', lost.signal);
  lost.abort();
  clock.now += WAITING;
  expect(await needALook()).toEqual([]);
});

const handedOver = (over: Parameters<typeof aHandoverJob>[0] = {}) =>
  aFulfillmentEvent({ handoverJob: aHandoverJob({ version: 2, status: 'HANDED_OVER', ...over }) });
const unknown = { lines: [], pickJobId: 'pick-1' } as const;

test('goods that left, nobody knows which, need a look when that lasts', async () => {
  const { observer, clock, needALook, looks } = start();
  const { deliver } = startWriter({ observer });
  await deliver(aLedgerEntry());
  await deliver(order);
  await deliver(handedOver(unknown));
  expect([looks(), await needALook()]).toEqual([['quantities-unknown', 'delivery-without-goods'], []]);
  clock.now += WAITING;
  expect(await needALook()).toEqual(['quantities-unknown 1', 'delivery-without-goods 1']);
});

test('goods of which the pick job tells in time need nobody', async () => {
  const { observer, clock, needALook, looks } = start();
  const { deliver } = startWriter({ observer });
  await deliver(aLedgerEntry());
  await deliver(order);
  await deliver(handedOver(unknown));
  await deliver(job(3, { id: 'pick-1', status: 'CLOSED', lines: lines.map((line) => ({ ...line, picked: 1 })) }));
  clock.now += WAITING;
  expect([looks().length, await needALook()]).toEqual([2, []]);
});

test('each alert of an order lasts by itself, and so does each order’s', async () => {
  const { observer, clock, needALook } = start();
  const { signal } = new AbortController();
  const [one, other] = [aState(), aState({ orderId: 'another' })];
  for (const alert of ['placement-unknown', 'waiting'] as const) observer.alert(one, alert, signal);
  observer.alert(other, 'waiting', signal);
  observer.alertEnded(one, 'waiting');
  clock.now += WAITING;
  expect(await needALook()).toEqual(['placement-unknown 1', 'waiting 1']);
});

test('what has a metric of its own is not counted twice', async () => {
  const { observer, clock, needALook, looks } = start();
  const { signal } = new AbortController();
  for (const alert of ['duplicate-order', 'delivery-without-shipping'] as const)
    observer.alert(aState(), alert, signal);
  clock.now += WAITING;
  expect([await needALook(), looks().length]).toEqual([[], 2]);
});
