import { currentPlacement, decidePlacement } from '@pipeline/fulfillment';
import { aCommerceOrderEvent, aLedgerEntry, anOrder, aPlacement } from '@pipeline/fulfillment/testkit';
import type { CommerceOrderEvent, Placement } from '@pipeline/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlacedAlready } from './isPlacedAlready.ts';

const types: readonly CommerceOrderEvent['type'][] = [
  'OrderConfirmed',
  'OrderAmended',
  'OrderPaymentChanged',
  'OrderCancelled',
  'OrderDeleted',
  'OrderGone',
  'Unknown',
];
const statuses: readonly Placement['status'][] = [
  'skipped',
  'placing',
  'released',
  'placed',
  'rejected',
  'cancelling',
  'cancelled',
  'cancelRefused',
  'gone',
  'unknown',
];
const locks: readonly Placement['lock'][] = ['none', 'routing', 'payment', 'unlocking', 'unlockRefused', 'unlocked'];
const headersOf = (type: string, version = 0) => ({
  ce_type: `commerce.order.${type}`,
  ...(version > 0 ? { 'order-version': String(version) } : {}),
});
const amendmentStatuses = ['none', 'due', 'amending', 'amended', 'amendRefused', 'unknown'] as const;

test('what is passed over is what the rules of the ledger do nothing about, whatever is in the event', () => {
  let passed = 0;
  let amendments = 0;
  fc.assert(
    fc.property(
      fc.record({
        type: fc.constantFrom(...types),
        status: fc.constantFrom(...statuses, ...(['placed', 'placed', 'placed', 'placed', 'placed'] as const)),
        lock: fc.constantFrom(...locks),
        orderVersion: fc.nat(9),
        entryVersion: fc.nat(9),
        cancelVersion: fc.option(fc.nat(9)),
        amendment: fc.option(
          fc.record({
            status: fc.constantFrom(...amendmentStatuses),
            orderVersion: fc.nat(9),
            parts: fc.constant([]),
          }),
        ),
        redriveId: fc.option(fc.constantFrom('r-1', 'r-2')),
        knownRedriveId: fc.option(fc.constantFrom('r-1', 'r-2')),
        dataErasure: fc.boolean(),
        withOrder: fc.boolean(),
        force: fc.boolean(),
        lookUpFirst: fc.boolean(),
      }),
      (the) => {
        const { type, status, lock, orderVersion, cancelVersion, redriveId, dataErasure } = the;
        const placements = [
          aPlacement({
            status,
            lock,
            redriveId: the.knownRedriveId,
            orderVersion: the.entryVersion,
            amendment: the.amendment,
          }),
        ];
        const entry = aLedgerEntry({ orderVersion: the.entryVersion, cancelVersion, placements });
        const order = the.withOrder ? anOrder({ version: orderVersion }) : null;
        const event = aCommerceOrderEvent({ type, orderVersion, dataErasure, order, snapshotIncluded: the.withOrder });
        if (!isPlacedAlready(headersOf(type, orderVersion), entry)) return;
        passed++;
        if (type === 'OrderAmended') amendments++;
        const timing = { startWindowMs: 5_000, requestTimeoutMs: 65_000, serverLimitMs: 60_000, indexLagMs: 1_000 };
        const doubt = { elapsedMs: 0, emptyLookups: [], timing };
        const { force, lookUpFirst } = the;
        const input = { entry, event, provider: 'p', outcome: undefined, doubt, redriveId, force, lookUpFirst, now: 0 };
        expect(decidePlacement(input)).toMatchObject({ do: 'nothing', alert: false });
        expect(currentPlacement(entry)?.status).toBe('placed');
      },
    ),
    { numRuns: 3_000 },
  );
  expect(passed).toBeGreaterThan(100);
  expect(amendments).toBeGreaterThan(10);
});

test.each(['OrderCancelled', 'OrderDeleted', 'OrderGone', 'Unknown', 'SomethingNew'])(
  '%s is never passed over',
  (type) => {
    expect(isPlacedAlready(headersOf(type), aLedgerEntry({ placements: [aPlacement()] }))).toBe(false);
  },
);

test('a placed order is passed over, and not one that is unknown, was cancelled, or whose event does not say its type', () => {
  const entry = aLedgerEntry({ placements: [aPlacement()] });
  expect(isPlacedAlready(headersOf('OrderConfirmed'), entry)).toBe(true);
  expect(isPlacedAlready({}, entry)).toBe(false);
  expect(isPlacedAlready(headersOf('OrderConfirmed'), undefined)).toBe(false);
  const cancelled = aLedgerEntry({ placements: [aPlacement({ status: 'cancelled' })] });
  expect(isPlacedAlready(headersOf('OrderConfirmed'), cancelled)).toBe(false);
});

test('of a divided order every target has to be placed', () => {
  const home = aPlacement({ target: 'home' });
  const entryOf = (status: Placement['status']) =>
    aLedgerEntry({ placements: [home, aPlacement({ target: 'work', status })] });
  expect(isPlacedAlready(headersOf('OrderConfirmed'), entryOf('placed'))).toBe(true);
  for (const status of ['placing', 'released', 'rejected'] as const)
    expect(isPlacedAlready(headersOf('OrderConfirmed'), entryOf(status))).toBe(false);
});
