import { topics } from '@pipeline/schemas';
import { expect, it } from 'vitest';
import { check } from '../checker/check.ts';
import type { History } from '../checker/history.ts';
import { aHistory, ledger, placement, push, recordsIn } from '../checker/testing/aHistory.ts';
import { slimBody, slimRecord } from './slim.ts';

const slim = (history: History): History => ({
  ...history,
  deliveries: history.deliveries.map(({ body, ...delivery }) => ({
    ...delivery,
    body: slimBody(delivery.vendor, body),
  })),
  records: Object.fromEntries(
    Object.entries(history.records).map(([topic, records]) => [topic, records.map(slimRecord)]),
  ),
});

const delivery = push({ type: 'OrderCreated', id: 'message-1', order: { text: 'x'.repeat(5_000) } });
const notification = (more: object = {}) => Buffer.from(JSON.stringify({ eventId: 'e-1', event: 'X', ...more }));
const state = (version: number) => ({
  value: {
    reopened: 0,
    processes: [{ processId: 'p', order: null, pickJobs: [{ id: 'j', version }], handoverJobs: [], parcels: [] }],
  },
});
const services = ['ingest-ct', 'order-router', 'ingest-fft'];

it.each<[string, Partial<History>, number]>([
  ['nothing wrong', {}, 0],
  [
    'a delivery that landed',
    { deliveries: [delivery], records: recordsIn(topics.commercetoolsNotifications, [{ bytes: delivery.body }]) },
    0,
  ],
  [
    'one of which another landed that differs in a letter',
    {
      deliveries: [delivery],
      records: recordsIn(topics.commercetoolsNotifications, [{ bytes: Buffer.from(`${String(delivery.body)} `) }]),
    },
    1,
  ],
  [
    'a notification that came to nothing',
    { services, records: recordsIn(topics.fulfillmenttoolsNotifications, [{ bytes: notification() }]) },
    1,
  ],
  ['a state that goes back', { records: recordsIn(topics.fulfillmentStates, [state(2), state(1)]) }, 1],
  [
    'one that is deleted in between',
    { records: recordsIn(topics.fulfillmentStates, [state(2), { bytes: null }, state(1)]) },
    0,
  ],
  ['a ledger that goes back', { records: ledger(placement('placed'), placement('placing')) }, 1],
  [
    'an order without an end',
    { records: recordsIn(topics.commerceOrders, [{ value: { type: 'OrderConfirmed', snapshot: {} } }]) },
    1,
  ],
])('the checker says the same of less: %s', (_, more, count) => {
  const history = aHistory({ services, ...more });
  const places = (violations: ReturnType<typeof check>) => violations.map(({ found: _, ...violation }) => violation);

  expect(check(history)).toHaveLength(count);
  expect(places(check(slim(history)))).toEqual(places(check(history)));
});

it('less is kept, however large it was and whatever it is', () => {
  expect(slimBody('commercetools', delivery.body).length).toBeLessThan(200);
  expect(slimBody('fulfillmenttools', notification({ payload: 'x'.repeat(5_000) })).length).toBeLessThan(200);
  expect(slimBody('fulfillmenttools', Buffer.from('no JSON')).length).toBeLessThan(200);
});
