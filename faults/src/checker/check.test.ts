import { aFulfillmentEvent, aHandoverJob, aLedgerEntry, aPickJob } from '@pipeline/fulfillment/testkit';
import { deadLetterTopics, topics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import type { History, TopicRecord } from './history.ts';
import { aHistory, atProvider, ledger, placement, push, recordsIn } from './testing/aHistory.ts';

const wrong = (more: Partial<History>) => check(aHistory(more));

it('finds nothing wrong with a run that went well', () => {
  expect(wrong({})).toEqual([]);
});

describe('I2', () => {
  it('names the order that the provider has twice, however often it was to be there', () => {
    const providerOrders = [atProvider('order-1', 'a'), atProvider('order-1', 'b')];
    for (const expected of ['once', 'at-most-once'] as const) {
      const orders = [{ id: 'order-1', orderNumber: 'F-1', expected }];
      expect(wrong({ orders, providerOrders })).toEqual([
        { invariant: 'I2', order: 'order-1', expected: 'at most one order at fulfillmenttools', found: 'a, b' },
      ]);
    }
  });

  it('names the order that never arrived, that should never have arrived, or that nobody placed', () => {
    expect(wrong({ providerOrders: [] })).toMatchObject([{ invariant: 'I2', order: 'order-1', found: 'none' }]);
    const never = { id: 'order-1', orderNumber: 'F-1', expected: 'never' } as const;
    expect(wrong({ orders: [never] })).toMatchObject([{ invariant: 'I2', order: 'order-1', found: '1' }]);
    expect(wrong({ orders: [{ ...never, expected: 'at-most-once' }], providerOrders: [] })).toEqual([]);
    const providerOrders = [atProvider('order-1'), atProvider('order-2'), atProvider(null)];
    expect(wrong({ providerOrders })).toMatchObject([{ order: 'order-2' }, { order: 'tenantOrderId F-1' }]);
  });

  it('wants the ledger to know of what the provider has: it would be placed again', () => {
    const judge = (...entries: readonly Partial<TopicRecord>[]) => wrong({ records: ledger(...entries) });
    const noPlacement = { value: { placements: [], cancelVersion: 3 } };
    const tombstone = { bytes: null };
    for (const last of [placement('skipped'), placement('rejected'), noPlacement, tombstone])
      expect(judge(placement('placing'), last)).toMatchObject([
        { invariant: 'I2', order: 'order-1', expected: 'a record of the order at fulfillmenttools' },
      ]);
    expect(judge()).toMatchObject([{ invariant: 'I2', order: 'order-1', found: 'nothing in the ledger' }]);
    for (const status of ['placing', 'placed', 'cancelling', 'cancelled', 'cancelRefused', 'gone'])
      expect(judge(placement('skipped'), placement(status)), status).toEqual([]);
  });

  it('lets the ledger say that there is none where there is none, or where no router ran', () => {
    const orders = [{ id: 'order-1', orderNumber: 'F-1', expected: 'never' as const }];
    expect(wrong({ orders, providerOrders: [], records: ledger(placement('skipped')) })).toEqual([]);
    expect(wrong({ services: ['status-writer'], records: ledger(placement('skipped')) })).toEqual([]);
  });
});

describe('I1', () => {
  const delivery = push({ id: 'message-1' });
  const landed = (...bodies: Buffer[]) =>
    recordsIn(
      topics.commercetoolsNotifications,
      bodies.map((bytes) => ({ bytes })),
    );

  it('wants a record of its own for each delivery that was acknowledged', () => {
    expect(wrong({ deliveries: [delivery, delivery], records: landed(delivery.body, delivery.body) })).toEqual([]);
    expect(wrong({ deliveries: [delivery, delivery], records: landed(delivery.body) })).toMatchObject([
      { invariant: 'I1', topic: 'commercetools.notifications.v1' },
    ]);
    expect(wrong({ deliveries: [delivery], records: landed(Buffer.from('other')) })).toHaveLength(1);
    expect(wrong({ deliveries: [{ ...delivery, status: 503 }] })).toEqual([]);
  });

  const confirmed = recordsIn(topics.commerceOrders, [{ value: { type: 'OrderConfirmed' } }]);

  it('wants every confirmed order to end in the ledger, and says where its event lies', () => {
    expect(wrong({ records: { ...confirmed, ...ledger(placement('placing'), placement('placed')) } })).toEqual([]);
    for (const records of [confirmed, { ...confirmed, ...ledger(placement('placing')) }])
      expect(wrong({ records })).toMatchObject([
        { invariant: 'I1', order: 'order-1', topic: 'commerce.orders.v1', partition: 0, offset: '0' },
      ]);
    expect(wrong({ records: confirmed, services: ['ingest-ct'] })).toEqual([]);
  });

  it('takes a dead letter for an end, only of that very record', () => {
    const letter = (offset: string) =>
      recordsIn(deadLetterTopics['order-router'], [
        {
          headers: {
            'dlq.original-topic': 'faults-1.commerce.orders.v1',
            'dlq.original-partition': '0',
            'dlq.original-offset': offset,
          },
        },
      ]);
    expect(wrong({ records: { ...confirmed, ...letter('0') } })).toEqual([]);
    expect(wrong({ records: { ...confirmed, ...letter('10') } })).toHaveLength(1);
  });

  it.each([
    ['PARCEL_CARRIER_CREATED', [{ type: 'SUPPLIER' }], 0],
    ['PARCEL_CARRIER_CREATED', [{ type: 'RECEIVER' }], 1],
    ['PICK_JOB_CREATED', [{ type: 'SUPPLIER' }], 1],
  ])('wants no event of a way between facilities but of its jobs: %s %j', (event, transfers, count) => {
    const bytes = Buffer.from(JSON.stringify({ event, eventId: 'e-1', payload: { transfers } }));
    const records = recordsIn(topics.fulfillmenttoolsNotifications, [{ bytes }]);
    expect(wrong({ services: ['ingest-fft'], records })).toHaveLength(count);
  });

  it('wants an event for each notification of the provider', () => {
    const notifications = recordsIn(topics.fulfillmenttoolsNotifications, [
      { bytes: Buffer.from('{"eventId":"e-1"}') },
    ]);
    const services = ['ingest-fft'];
    const events = recordsIn(topics.fulfillmentEvents, [{ value: { eventId: 'e-1' } }]);
    expect(wrong({ services, records: { ...notifications, ...events } })).toEqual([]);
    expect(wrong({ services, records: notifications })).toMatchObject([
      {
        invariant: 'I1',
        topic: 'fulfillmenttools.notifications.v1',
        offset: '0',
        found: expect.stringContaining('e-1'),
      },
    ]);
  });
});

const shown = (state: string, version: number, ours = true) => ({ order: 'order-1', version, state, ours });
const happened = (...parts: readonly object[]) => ({
  ...ledger({ value: aLedgerEntry({ orderId: 'order-1' }) }),
  ...recordsIn(
    topics.fulfillmentEvents,
    parts.map((part) => ({ value: aFulfillmentEvent({ orderId: 'order-1', ...part }) })),
  ),
});
const lines = [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }];
const left = { handoverJob: aHandoverJob({ version: 2, status: 'HANDED_OVER', lines }) };

describe('I3', () => {
  const ofStates = (...shipmentStates: ReturnType<typeof shown>[]) => wrong({ shipmentStates });

  it('sees a state that we lower, by the versions and not by when it was told', () => {
    expect(ofStates(shown('Shipped', 3), shown('Ready', 2))).toEqual([]);
    expect(ofStates(shown('Shipped', 2), shown('Ready', 3))).toEqual([
      { invariant: 'I3', order: 'order-1', expected: 'nothing below Shipped', found: 'Ready' },
    ]);
    expect(ofStates(shown('Backorder', 2), shown('Delayed', 3), shown('Backorder', 4))).toEqual([]);
  });

  it('lets others do as they like, and us not undo it', () => {
    expect(ofStates(shown('Shipped', 2), shown('Pending', 3, false))).toEqual([]);
    expect(ofStates(shown('Delivered', 2, false), shown('Shipped', 3))).toMatchObject([
      { expected: 'nothing below Delivered' },
    ]);
    expect(ofStates(shown('Canceled', 2, false), shown('Shipped', 3))).toMatchObject([{ found: 'Shipped' }]);
    expect(ofStates(shown('Canceled', 2), shown('Shipped', 3))).toEqual([]);
  });

  it('lets us lower what the events took back, and only after it was so', () => {
    const shipmentStates = [shown('Shipped', 2), shown('Ready', 3)];
    const reverted = { handoverJob: aHandoverJob({ version: 3 }) };
    expect(wrong({ shipmentStates, records: happened(left, reverted) })).toEqual([]);
    expect(wrong({ shipmentStates, records: happened({ handoverJob: aHandoverJob() }, left) })).toMatchObject([
      { invariant: 'I3' },
    ]);
  });
});

describe('I4', () => {
  const records = happened({ pickJob: aPickJob() }, left);
  const order = { id: 'order-1', orderNumber: 'F-1', version: 3, orderState: 'Confirmed' };
  const custom = {
    ...{ fft_order_id: 'fft-order-1', fft_pickjob_id: 'pick-1', fft_short_id: 'A1' },
    ...{ fft_facility_id: 'facility-1', fft_handoverjob_id: 'handover-1' },
  };
  const judge = (over: object, more: Partial<History> = {}) =>
    wrong({ services: ['status-writer'], records, commerceOrders: [{ ...order, ...over }], ...more });

  it('wants each order to show what its events come to', () => {
    expect(judge({ shipmentState: 'Shipped', custom })).toEqual([]);
    expect(judge({ shipmentState: 'Ready', custom })).toEqual([
      { invariant: 'I4', order: 'order-1', expected: 'shipmentState Shipped', found: 'Ready' },
    ]);
    expect(judge({ shipmentState: 'Shipped', custom: { ...custom, fft_short_id: 'A2' } })).toMatchObject([
      { expected: 'fft_short_id A1', found: 'A2' },
    ]);
    expect(judge({})).toHaveLength(6);
    expect(judge({}, { services: ['order-router'] })).toEqual([]);
  });

  it('leaves what others said, fields that have no place, and parts that were refused', () => {
    const by = (state: string) => ({ shipmentStates: [shown(state, 2, false)] });
    expect(judge({ shipmentState: 'Delivered', custom }, by('Delivered'))).toEqual([]);
    expect(judge({ shipmentState: 'Canceled', custom }, by('Canceled'))).toEqual([]);
    expect(judge({ shipmentState: 'Pending', custom }, by('Pending'))).toHaveLength(1);
    const orders = [{ id: 'order-1', orderNumber: 'F-1', expected: 'once' as const, fields: ['fft_short_id'] }];
    expect(judge({ shipmentState: 'Shipped', custom: { fft_short_id: 'A1' } }, { orders })).toEqual([]);
    expect(judge({ shipmentState: 'Shipped' }, { orders })).toHaveLength(1);
    const letters = { ...records, ...recordsIn(deadLetterTopics['status-writer'], [{}]) };
    expect(judge({ shipmentState: 'Shipped' }, { records: letters })).toEqual([]);
    expect(judge({}, { records: letters })).toHaveLength(1);
  });
});

describe('I7', () => {
  it('sees a ledger that goes back', () => {
    const records = ledger(placement('placing'), placement('placed', { providerOrderId: 'a' }), placement('placing'));
    expect(wrong({ records })).toMatchObject([
      { invariant: 'I7', order: 'order-1', topic: 'fulfillment.orders.v1', partition: 0, offset: '2' },
    ]);
    const other = ledger(
      placement('placed', { providerOrderId: 'a' }),
      placement('cancelled', { providerOrderId: 'b' }),
    );
    expect(wrong({ records: other })).toHaveLength(1);
  });

  it('takes what the rules allow: an intent handed back, a new attempt, a redrive, a tombstone', () => {
    const records = ledger(
      placement('placing'),
      placement('released'),
      placement('placing', { attempt: 1 }),
      placement('rejected'),
      placement('placing', { attempt: 2, redriveId: 'r' }),
      placement('placed', { attempt: 2, redriveId: 'r' }),
      { bytes: null },
      placement('placing'),
      placement('skipped'),
    );
    const orders = [{ id: 'order-1', orderNumber: 'F-1', expected: 'never' as const }];
    expect(wrong({ orders, providerOrders: [], records })).toEqual([]);
    expect(wrong({ records: ledger(placement('placing', { attempt: 2 }), placement('placing')) })).toHaveLength(1);
  });

  it('sees an entity of the provider that falls back to an older version, or is forgotten', () => {
    const state = (version: number) => ({
      value: {
        processes: [{ processId: 'p', order: null, pickJobs: [{ id: 'j', version }], handoverJobs: [], parcels: [] }],
      },
    });
    expect(wrong({ records: recordsIn(topics.fulfillmentStates, [state(1), state(2), state(2)]) })).toEqual([]);
    expect(wrong({ records: recordsIn(topics.fulfillmentStates, [state(2), state(1)]) })).toMatchObject([
      { invariant: 'I7', expected: 'pickJob j of process p in version 2 or later', found: 'version 1' },
    ]);
    const empty = { value: { processes: [] } };
    expect(wrong({ records: recordsIn(topics.fulfillmentStates, [state(2), empty]) })).toHaveLength(1);
  });
});

it('I8 counts requests within a quiet time, and only those', () => {
  const request = (atMs: number, method = 'POST', path = '/api/orders') => ({
    ...{ atMs, method, path, status: 201 },
    effect: true,
  });
  const quiet = { vendor: 'fulfillmenttools', why: 'told to wait', method: 'POST', path: /^\/api\/orders$/ } as const;
  const judge = (...fulfillmenttools: ReturnType<typeof request>[]) =>
    wrong({
      requests: { commercetools: [request(15)], fulfillmenttools },
      quietTimes: [{ ...quiet, fromMs: 10, toMs: 20, most: 1 }],
    });
  expect(
    judge(request(9), request(20), request(12, 'GET'), request(12, 'POST', '/api/orders/search'), request(12)),
  ).toEqual([]);
  expect(judge(request(10), request(19))).toMatchObject([{ invariant: 'I8', found: '2' }]);
});

it('I10 wants a member that was told to stop to end by itself, in time, with 0', () => {
  const stopped = { member: 'm', code: 0, stopMs: 100, graceMs: 1_000 };
  expect(wrong({ stopped: [stopped] })).toEqual([]);
  for (const end of [{ code: 1 }, { code: null }, { stopMs: 1_001 }])
    expect(wrong({ stopped: [{ ...stopped, ...end }] })).toMatchObject([{ invariant: 'I10' }]);
});

it('I12 wants a replay to change nothing', () => {
  expect(wrong({ replays: [{ what: 'all', posts: 0, updates: 0 }] })).toEqual([]);
  expect(wrong({ replays: [{ what: 'all', posts: 0, updates: 1 }] })).toMatchObject([{ invariant: 'I12' }]);
});

it('passes on what only the row could see', () => {
  const claim = { invariant: 'I11', what: 'readiness', expected: '503', found: '200' } as const;
  expect(wrong({ claims: [{ ...claim, holds: true }] })).toEqual([]);
  expect(wrong({ claims: [{ ...claim, holds: false }] })).toEqual([
    { invariant: 'I11', expected: 'readiness: 503', found: '200' },
  ]);
});
