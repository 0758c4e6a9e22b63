import { defaultGatePolicy, type GatePolicy } from '@pipeline/fulfillment';
import { classify, parsePush } from '@pipeline/platform-commercetools';
import { expect, test } from 'vitest';
import { createBar, describeBar } from '../bar.ts';
import { describeBackfill } from './describe.ts';
import { gatePolicyFrom } from './gatePolicy.ts';
import { createSentFold } from './lane.ts';
import { toNotification } from './notification.ts';
import { planBackfill } from './plan.ts';
import { backfillCommand, backfillIdOf, type BackfillSelection } from './selection.ts';
import { aListedOrder, orders, pagesOf } from './testing/orders.ts';
import { verdictOf } from './verdict.ts';

const selection: BackfillSelection = {
  created: { from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 2) },
  names: [],
  states: ['Confirmed'],
  run: '1',
};
const NOW = Date.UTC(2026, 10, 22);
const policy: GatePolicy = { ...defaultGatePolicy, placeConfirmedSince: Date.UTC(2026, 10, 10) };
const context = { backfillId: 'b-1', projectKey: 'shop' };

test('the notification makes the normaliser read the order, whatever its state is by then, and holds nothing personal', () => {
  const order = aListedOrder({ orderNumber: '4711', customerEmail: 'erika@example.com' });
  const bytes = toNotification(order, context);
  const notification = parsePush(bytes);
  expect(classify(notification, { ourClientIds: [], projectKey: 'shop' })).toMatchObject({
    kind: 'unclear',
    reason: 'payload-not-included',
    orderId: order.id,
    needsOrder: true,
  });
  expect(notification).toMatchObject({
    id: 'backfill-b-1-order-1',
    type: 'OrderCreated',
    orderNumber: '4711',
    resourceVersion: 7,
    occurredAt: Date.parse(order.createdAt),
  });
  expect(bytes.toString()).not.toMatch(/erika|"DE"|Artikel/);
});

test('an imported order stays one for the gate', () => {
  const imported = aListedOrder({ completedAt: '2020-01-01T00:00:00.000Z' });
  expect(parsePush(toNotification(imported, context))).toMatchObject({ type: 'OrderImported' });
  expect(verdictOf(imported, policy, NOW)).toBe('skip: imported-history');
});

test.for([
  ['place', {}],
  ['skip: before-activation', { createdAt: '2026-11-09T23:59:59.999Z' }],
  ['skip: already-fulfilled', { shipmentState: 'Shipped' }],
  ['skip: nothing-to-fulfill', { lineItems: [] }],
  ['skip: excluded:email-domain', { customerEmail: 'a@test.example' }],
  ['adopt', { custom: { type: { typeId: 'type', id: 't' }, fields: { fft_order_id: 'f-1' } } }],
  ['place held', { paymentState: 'Pending' }],
  ['wait: awaiting-payment', { paymentState: 'Failed' }],
  ['cancel', { orderState: 'Cancelled' }],
  ['nothing: Complete', { orderState: 'Complete' }],
  ['unreadable', { createdAt: 'then' }],
] as const)('the list alone tells: %s', ([verdict, changes]) => {
  const given = gatePolicyFrom({
    PLACE_CONFIRMED_SINCE: '2026-11-10T00:00:00Z',
    PLACEMENT_EXCLUDE_EMAIL_DOMAINS: 'test.example',
    PLACEMENT_HOLD_LOCK: 'Pending',
    PLACEMENT_HOLD_WAIT: 'Failed',
  });
  expect(verdictOf(aListedOrder(changes as object), given, NOW)).toBe(verdict);
});

test('a dry run counts by what the gate would say, without what is in the lane already', async () => {
  const listed = [
    ...orders(4),
    aListedOrder({ id: 'new', createdAt: '2026-11-21T00:00:00.000Z' }),
    aListedOrder({ id: 'open', orderState: 'Open' }),
  ];
  const sent = { ...createSentFold('b-1').result(), keys: new Set(['order-0003']), count: 1 };
  const request = { backfillId: 'b-1', selection, sent, pages: pagesOf(listed), policy, now: NOW };
  const plan = await planBackfill({ ...request, onListed: () => undefined });
  expect(plan.count).toBe(4);
  expect(Object.fromEntries(plan.verdicts)).toEqual({ 'skip: before-activation': 3, place: 1, 'nothing: Open': 1 });
  const facts = { lane: 'the.lane', perSecond: 2, placeConfirmedSince: policy.placeConfirmedSince, open: 3 };
  const text = describeBackfill(plan, selection, facts).join('\n');
  expect(text).toContain('4 orders to send; 1 of this backfill are in the lane already.');
  expect(text).toMatch(/skip: before-activation +3 {2}created before 2026-11-10T00:00:00.000Z, PLACE_CONFIRMED_SINCE/);
  expect(text).toContain('ingest-ct has 3 messages of the lane still to do.');
  expect(text).not.toContain('not set here');
  expect(describeBackfill(plan, selection, { ...facts, placeConfirmedSince: null }).join('\n')).toContain(
    'PLACE_CONFIRMED_SINCE is not set here',
  );
});

test('the printed command is the same backfill, safe for a shell', () => {
  expect(backfillCommand(selection, { perSecond: 50 })).toBe(
    'npm run ops -- backfill --from 2026-11-01T00:00:00.000Z --to 2026-11-02T00:00:00.000Z --state Confirmed --rate 50',
  );
  const named = { ...selection, created: null, names: ["A'1;x", '4711'], run: 'again' };
  expect(backfillCommand(named, { perSecond: 0.5 })).toBe(
    `npm run ops -- backfill --order 'A'\\''1;x' --order 4711 --state Confirmed --rate 0.5 --run again`,
  );
  expect(backfillIdOf(named)).toBe(backfillIdOf({ ...named, names: ['4711', "A'1;x"] }));
  expect(backfillIdOf(named)).not.toBe(backfillIdOf({ ...named, run: '1' }));
  expect(backfillIdOf(selection)).not.toBe(backfillIdOf({ ...selection, states: ['Cancelled'] }));
});

test('the bar says how far it is, how fast, and how long it takes', () => {
  expect(describeBar({ done: 5_000, total: 20_000, elapsedMs: 100_000 })).toBe(
    '[#####---------------]  25 %  5000 of 20000 sent, 50/s, 5 min left',
  );
  expect(describeBar({ done: 0, total: 0, elapsedMs: 0 })).toContain('100 %');
  const said: string[] = [];
  let now = 0;
  const bar = createBar(
    100,
    (line) => void said.push(line),
    () => now,
  );
  for (const [at, done] of [
    [1_000, 10],
    [2_500, 30],
    [3_000, 31],
    [6_000, 60],
  ] as const) {
    now = at;
    bar(done);
  }
  expect(said.map((line) => line.slice(24, 45).trim())).toEqual([
    expect.stringContaining('30'),
    expect.stringContaining('60'),
  ]);
});
