import type { CommerceOrderEvent, LedgerEntry, Placement } from '@pipeline/schemas/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultGatePolicy, judge } from '../gate.ts';
import { aCommerceOrderEvent, aLedgerEntry, anOrder, aPlacedOrder, aPlacement, NOON } from '../testkit/index.ts';
import * as ledger from './index.ts';
import { type AttemptOutcome, decidePlacement, type PlacementInput } from './index.ts';

const timing = { startWindowMs: 5_000, requestTimeoutMs: 65_000, serverLimitMs: 60_000, indexLagMs: 2_000 };
const cleared = { elapsedMs: 140_000, emptyLookups: [130_000, 135_000], timing };
const none = { elapsedMs: 0, emptyLookups: [], timing };

const step = (over: Partial<PlacementInput> = {}) =>
  decidePlacement({
    entry: undefined,
    event: aCommerceOrderEvent(),
    provider: 'fulfillmenttools',
    outcome: undefined,
    doubt: none,
    redriveId: null,
    now: NOON,
    ...over,
  });
const entry = (placement: Partial<Placement>, over: Partial<LedgerEntry> = {}) =>
  aLedgerEntry({ placements: [aPlacement(placement)], ...over });
const unmade = (placement: Partial<Placement>, over: Partial<LedgerEntry> = {}) =>
  entry({ providerOrderId: null, processId: null, placedAt: null, ...placement }, over);
const placing = (placement: Partial<Placement> = {}, over: Partial<LedgerEntry> = {}) =>
  unmade({ status: 'placing', ...placement }, over);
const event = (type: CommerceOrderEvent['type'], orderVersion: number, over: Partial<CommerceOrderEvent> = {}) =>
  aCommerceOrderEvent({ type, orderVersion, ...over });
const judged = (attempt: number) => ({ do: 'judge', attempt });
const nothing = (reason: string, alert = false) => ({ do: 'nothing', reason, alert });

describe('a confirmation', () => {
  it('of an unknown order goes through the gate', () => {
    expect(step()).toEqual({ do: 'judge', attempt: 1, lookUpFirst: false, earlierCreatedNothing: true });
  });

  it('searches before the first attempt in a migration, and only then', () => {
    expect(step({ lookUpFirst: true })).toMatchObject({ do: 'judge', lookUpFirst: true });
    expect(step({ lookUpFirst: true, entry: unmade({ status: 'released' }) })).toMatchObject({ lookUpFirst: false });
  });

  it.each(['placed', 'cancelRefused', 'gone', 'cancelled'] as const)(
    'of an order that is %s asks for nothing',
    (status) => {
      expect(step({ entry: entry({ status }, { cancelVersion: 7 }) })).toEqual(nothing(status));
      expect(step({ entry: entry({ status }, { cancelVersion: 7 }), redriveId: 'again' })).toEqual(nothing(status));
    },
  );

  it('above the cancel of a made order alerts and places nothing, unless it is forced', () => {
    const cancelled = entry({ status: 'cancelled' }, { cancelVersion: 7 });
    expect(step({ entry: cancelled, event: event('OrderConfirmed', 8) })).toEqual(
      nothing('reconfirmed-after-cancel', true),
    );
    expect(step({ entry: cancelled, event: event('OrderConfirmed', 8), force: true })).toMatchObject(judged(2));
  });

  it('at or below a cancel that came before it is late', () => {
    const tombstone = aLedgerEntry({ placements: [], cancelVersion: 7 });
    expect(step({ entry: tombstone, event: event('OrderConfirmed', 7) })).toEqual(nothing('late-confirmed'));
    expect(step({ entry: tombstone, event: event('OrderConfirmed', 8) })).toMatchObject(judged(1));
  });

  it('of a skipped order is judged again only when it is newer', () => {
    const skipped = unmade({ status: 'skipped', reason: 'not-confirmed', attempt: 0 });
    expect(step({ entry: skipped })).toEqual(nothing('already-judged'));
    expect(step({ entry: skipped, event: event('OrderConfirmed', 6) })).toMatchObject(judged(1));
    expect(step({ entry: skipped, redriveId: 'again' })).toMatchObject(judged(1));
  });

  it('of a skipped order is judged again at the same version by a backfill, since settings may have changed', () => {
    const skipped = (reason: string) => unmade({ status: 'skipped', reason, attempt: 0 });
    for (const reason of ['before-activation', 'excluded:store', 'not-confirmed'])
      expect(step({ entry: skipped(reason), backfill: true })).toMatchObject(judged(1));
    const payment = { event: event('OrderPaymentChanged', 5), entry: skipped('awaiting-payment') };
    expect(step({ ...payment, backfill: true })).toEqual(nothing('already-judged'));
  });

  it('of an order that was skipped for its time is judged again when its time is right, also at an older version', () => {
    const early = unmade({ status: 'skipped', reason: 'before-activation', attempt: 0 });
    const { occurredAt } = event('OrderConfirmed', 4);
    const at = (placeConfirmedSince: number | null, entry = early) =>
      step({ entry, event: event('OrderConfirmed', 4), placeConfirmedSince });
    expect(at(occurredAt)).toMatchObject(judged(1));
    expect(at(null)).toMatchObject(judged(1));
    expect(at(occurredAt + 1)).toEqual(nothing('already-judged'));
    const excluded = unmade({ status: 'skipped', reason: 'excluded:store', attempt: 0 });
    expect(at(occurredAt, excluded)).toEqual(nothing('already-judged'));
  });

  it('of a rejected order asks for nothing, but a redrive opens the next attempt, once', () => {
    const rejected = unmade({ status: 'rejected', reason: 'bad address' });
    expect(step({ entry: rejected, event: event('OrderConfirmed', 9) })).toEqual(nothing('rejected'));
    expect(step({ entry: rejected, redriveId: 'r1' })).toMatchObject(judged(2));
    expect(step({ entry: unmade({ status: 'rejected', redriveId: 'r1' }), redriveId: 'r1' })).toEqual(
      nothing('rejected'),
    );
    expect(step({ entry: unmade({ status: 'rejected', redriveId: 'r1' }), redriveId: 'r2' })).toMatchObject(judged(2));
  });

  it.each([
    ['rejected', true, true],
    ['rejected', false, false],
    ['skipped', true, true],
    ['released', true, false],
  ] as const)(
    'of an order that is %s is searched for before it is redriven when uncertain (%s): %s',
    (status, uncertain, lookUpFirst) => {
      const entry = unmade({ status, uncertain });
      expect(step({ entry, redriveId: 'r1' })).toMatchObject({ ...judged(2), lookUpFirst });
    },
  );

  it.each([true, false])(
    'of a released intent is judged at once, also when an earlier attempt was uncertain: %s',
    (uncertain) => {
      expect(step({ entry: unmade({ status: 'released', uncertain }) })).toMatchObject(judged(2));
    },
  );
});

describe('a payment or an amendment', () => {
  it.each(['OrderPaymentChanged', 'OrderAmended'] as const)('(%s) opens only what it can cure', (type) => {
    const skipped = (reason: string) => unmade({ status: 'skipped', reason, attempt: 0 });
    expect(step({ event: event(type, 9) })).toEqual(nothing('not-a-confirmation'));
    expect(step({ event: event(type, 9), entry: skipped('before-activation') })).toEqual(nothing('not-a-confirmation'));
    expect(step({ event: event(type, 9), entry: skipped('awaiting-payment') })).toMatchObject(judged(1));
    expect(step({ event: event(type, 5), entry: skipped('awaiting-payment') })).toEqual(nothing('already-judged'));
  });
});

describe('an attempt', () => {
  it('that was read back is searched for at once under its first id, and nothing is sent', () => {
    expect(step({ entry: placing({ tenantOrderId: 'first' }) })).toEqual({ do: 'look-up', tenantOrderId: 'first' });
    expect(step({ entry: placing(), doubt: { ...none, emptyLookups: [0] } })).toMatchObject({ do: 'wait' });
  });

  it('that may have succeeded is sent again only when the doubt is cleared', () => {
    const outcome: AttemptOutcome = { ended: 'unknown' };
    expect(step({ entry: placing(), outcome })).toMatchObject({ do: 'look-up' });
    expect(step({ entry: placing(), outcome, doubt: { ...cleared, emptyLookups: [0, 2_000] } })).toMatchObject({
      do: 'look-up',
    });
    expect(step({ entry: placing(), outcome, doubt: cleared })).toEqual({
      do: 'judge',
      attempt: 2,
      lookUpFirst: false,
      earlierCreatedNothing: false,
    });
  });

  it.each(['not-started', 'not-created'] as const)(
    'that was %s is tried again at once: doubt about earlier ones was cleared before it',
    (ended) => {
      const again = { do: 'judge', attempt: 2, lookUpFirst: false, earlierCreatedNothing: true };
      expect(step({ entry: placing(), outcome: { ended } })).toEqual(again);
      expect(step({ entry: placing({ uncertain: true }), outcome: { ended } })).toEqual(again);
    },
  );

  it('that was refused is searched for once, then rejected with the text of the provider', () => {
    const outcome: AttemptOutcome = { ended: 'refused', reason: 'street is empty' };
    expect(step({ entry: placing(), outcome })).toMatchObject({ do: 'look-up' });
    expect(step({ entry: placing(), outcome, doubt: { ...none, emptyLookups: [0] } })).toMatchObject({
      do: 'record',
      deadLetter: 'street is empty',
      entry: { placements: [{ status: 'rejected', reason: 'street is empty' }] },
    });
  });

  it('that was refused after an uncertain one is searched for as long as the index may lag', () => {
    const outcome: AttemptOutcome = { ended: 'refused', reason: 'exists' };
    const uncertain = placing({ uncertain: true });
    const doubt = (elapsedMs: number, ...emptyLookups: number[]) => ({ elapsedMs, emptyLookups, timing });
    expect(step({ entry: uncertain, outcome, doubt: doubt(1, 0) })).toMatchObject({ do: 'wait' });
    expect(step({ entry: uncertain, outcome, doubt: doubt(2_000, 0, 2_000) })).toMatchObject({ deadLetter: 'exists' });
  });

  it('is not repeated when the order was cancelled meanwhile', () => {
    const late = placing({}, { cancelVersion: 7 });
    const recorded = {
      do: 'record',
      entry: { placements: [{ status: 'skipped', reason: 'cancelled-before-placed' }] },
    };
    expect(step({ entry: late, doubt: cleared })).toMatchObject(recorded);
    expect(step({ entry: late, doubt: cleared, event: event('OrderCancelled', 7) })).toMatchObject(recorded);
    expect(step({ entry: late, doubt: cleared, event: event('OrderConfirmed', 8) })).toMatchObject(judged(2));
    const refused: AttemptOutcome = { ended: 'refused', reason: 'no' };
    expect(step({ entry: late, outcome: refused, doubt: { ...none, emptyLookups: [0] } })).toMatchObject({
      ...recorded,
      deadLetter: null,
    });
  });
});

describe('a cancel', () => {
  const seen = (version: number) => ({ cancelVersion: version });

  it('is recorded before anything else happens', () => {
    const recorded = { do: 'record', entry: { cancelVersion: 7 }, deadLetter: null };
    expect(step({ event: event('OrderCancelled', 7) })).toMatchObject(recorded);
    expect(step({ event: event('OrderCancelled', 7), entry: entry({}) })).toMatchObject(recorded);
  });

  it('of an order that was never placed needs nothing more', () => {
    const tombstone = aLedgerEntry({ placements: [], ...seen(7) });
    expect(step({ event: event('OrderCancelled', 7), entry: tombstone })).toEqual(nothing('nothing-to-cancel'));
  });

  it('cancels the placed order, also after a crash in between', () => {
    const cancel = { do: 'cancel', providerOrderId: 'fft-order-1', whenRefused: 'cancelRefused' };
    expect(step({ event: event('OrderCancelled', 7), entry: entry({}, seen(7)) })).toEqual(cancel);
    expect(step({ event: event('OrderCancelled', 7), entry: entry({ status: 'cancelling' }, seen(7)) })).toEqual(
      cancel,
    );
    expect(step({ event: event('OrderConfirmed', 5), entry: entry({ status: 'cancelling' }, seen(7)) })).toEqual(
      cancel,
    );
  });

  it('happens once', () => {
    for (const status of ['cancelled', 'cancelRefused', 'gone'] as const) {
      expect(step({ event: event('OrderCancelled', 7), entry: entry({ status }, seen(7)) })).toEqual(nothing(status));
    }
  });

  it('that is older than the version that was placed changes nothing', () => {
    const replaced = entry({ orderVersion: 9 }, seen(7));
    expect(step({ event: event('OrderCancelled', 7), entry: replaced })).toEqual(nothing('late-cancel'));
    expect(step({ event: event('OrderCancelled', 10), entry: entry({ orderVersion: 9 }, seen(10)) })).toMatchObject({
      do: 'cancel',
    });
  });

  it('without a version is read before it is believed', () => {
    expect(step({ event: event('OrderCancelled', 0), entry: entry({}) })).toEqual({ do: 'read-order' });
  });

  it('resolves an attempt in doubt first', () => {
    expect(step({ event: event('OrderCancelled', 7), entry: placing({}, seen(7)) })).toMatchObject({ do: 'look-up' });
  });

  it.each([true, false])('of an intent that was never started skips it, uncertain or not: %s', (uncertain) => {
    const released = unmade({ status: 'released', uncertain }, seen(7));
    expect(step({ event: event('OrderCancelled', 7), entry: released })).toMatchObject({
      do: 'record',
      entry: { placements: [{ status: 'skipped', reason: 'cancelled-before-placed' }] },
    });
  });

  it('that is older than a released intent changes nothing', () => {
    const released = unmade({ status: 'released', orderVersion: 9 }, seen(7));
    expect(step({ event: event('OrderCancelled', 7), entry: released })).toEqual(nothing('late-cancel'));
  });

  it('that was refused is tried once more when a newer one comes, also after a crash in between', () => {
    const refused = entry({ status: 'cancelRefused', reason: 'picked' }, seen(7));
    const newer = event('OrderCancelled', 9);
    const due = step({ event: newer, entry: refused });
    expect(due).toMatchObject({
      do: 'record',
      entry: { cancelVersion: 9, placements: [{ status: 'cancelling', reason: null }] },
    });
    if (due.do !== 'record') return;
    const cancel = { do: 'cancel', providerOrderId: 'fft-order-1', whenRefused: 'cancelRefused' };
    for (const late of [newer, event('OrderCancelled', 7)])
      expect(step({ event: late, entry: due.entry })).toEqual(cancel);
    const again = ledger.cancelRefused(due.entry, { reason: 'picked', at: NOON });
    for (const late of [newer, event('OrderCancelled', 7)])
      expect(step({ event: late, entry: again })).toEqual(nothing('cancelRefused'));
  });

  it('that was refused is tried once more when the order is deleted, unless its goods have left', () => {
    const refused = entry({ status: 'cancelRefused' }, seen(7));
    const deleted = (over: object) => event('OrderDeleted', 9, { order: anOrder({ version: 9, ...over }) });
    const due = step({ event: deleted({}), entry: refused });
    expect(due).toMatchObject({ do: 'record', entry: { placements: [{ status: 'cancelling' }] } });
    if (due.do === 'record')
      expect(step({ event: deleted({}), entry: due.entry })).toMatchObject({ do: 'cancel', whenRefused: 'gone' });
    const left = deleted({ shipmentState: 'Shipped' });
    const recorded = step({ event: left, entry: refused });
    expect(recorded).toMatchObject({
      do: 'record',
      entry: { cancelVersion: 9, placements: [{ status: 'cancelRefused' }] },
    });
    if (recorded.do === 'record')
      expect(step({ event: left, entry: recorded.entry })).toMatchObject({
        do: 'record',
        entry: { placements: [{ status: 'gone', reason: 'order-deleted' }] },
      });
  });

  it('that was refused is tried once more for each redrive', () => {
    const refused = (redriveId: string | null) => entry({ status: 'cancelRefused', redriveId }, seen(7));
    const cancel = event('OrderCancelled', 7);
    expect(step({ event: cancel, entry: refused(null), redriveId: 'r1' })).toMatchObject({ do: 'cancel' });
    expect(step({ event: cancel, entry: refused('r1'), redriveId: 'r1' })).toEqual(nothing('cancelRefused'));
    const intent = ledger.cancelling(refused(null), { member: 'm', redriveId: 'r1', at: NOON });
    expect(ledger.currentPlacement(intent)).toMatchObject({ status: 'cancelling', redriveId: 'r1' });
  });
});

describe('a deletion', () => {
  it('without a version counts as newer than anything', () => {
    const recorded = step({ event: event('OrderDeleted', 0), entry: entry({}) });
    expect(recorded).toMatchObject({ do: 'record', entry: { cancelVersion: ledger.BEYOND_ALL_VERSIONS } });
    if (recorded.do !== 'record') return;
    expect(step({ event: event('OrderDeleted', 0), entry: recorded.entry })).toMatchObject({
      do: 'cancel',
      whenRefused: 'gone',
    });
  });

  it.each(['placed', 'placing', 'released'] as const)('at the very version that was %s is not late', (status) => {
    const known = status === 'placed' ? entry({}, { cancelVersion: 5 }) : unmade({ status }, { cancelVersion: 5 });
    expect(step({ event: event('OrderDeleted', 5), entry: known, doubt: cleared })).not.toMatchObject({
      do: 'nothing',
    });
  });

  it.each([
    { orderState: 'Complete' },
    { shipmentState: 'Shipped' },
    { shipmentState: 'Partial' },
    { deliveryCount: 1 },
  ])('of an order with %o makes no call', (over) => {
    const deleted = event('OrderDeleted', 9, { order: anOrder({ version: 9, ...over }) });
    expect(step({ event: deleted, entry: entry({}, { cancelVersion: 9 }) })).toMatchObject({
      do: 'record',
      entry: { placements: [{ status: 'gone', providerOrderId: 'fft-order-1' }] },
    });
  });

  it('is not concluded from a read that found nothing', () => {
    for (const known of [entry({}), placing()])
      expect(step({ event: event('OrderGone', 0), entry: known })).toMatchObject({ do: 'nothing' });
    const recorded = step({ event: event('OrderGone', 0) });
    expect(recorded).toMatchObject({
      do: 'record',
      entry: { cancelVersion: null, placements: [{ reason: 'order-gone' }] },
    });
    if (recorded.do !== 'record') return;
    expect(step({ event: event('OrderGone', 0), entry: recorded.entry })).toEqual(nothing('order-gone'));
    expect(step({ event: event('OrderDeleted', 9), entry: entry({}, { cancelVersion: 9 }) })).toMatchObject({
      do: 'cancel',
    });
  });
});

describe('an order that was placed locked', () => {
  const locked = (placement: Partial<Placement> = {}, over: Partial<LedgerEntry> = {}) =>
    entry({ lock: 'payment', ...placement }, over);
  const unlock = { do: 'unlock', providerOrderId: 'fft-order-1' };

  it('is amended before it is unlocked', () => {
    const amended = { amendment: { status: 'amended' as const, orderVersion: 6, parts: [] } };
    expect(step({ event: event('OrderAmended', 6), entry: locked() })).toMatchObject({ do: 'amend' });
    expect(step({ event: event('OrderAmended', 6), entry: locked(amended) })).toEqual(unlock);
  });

  it.each(['OrderPaymentChanged', 'OrderConfirmed'] as const)(
    'is judged again by a newer version (%s), and by none that was judged',
    (type) => {
      expect(step({ event: event(type, 6), entry: locked() })).toEqual(unlock);
      expect(step({ event: event(type, 5), entry: locked() })).toEqual(nothing('placed'));
      expect(step({ event: event(type, 6), entry: locked({}, { orderVersion: 6 }) })).toEqual(nothing('placed'));
    },
  );

  it('is judged by the version of the snapshot when the event has none, and always when neither is known', () => {
    const paid = (version: number) => event('OrderPaymentChanged', 0, { order: anOrder({ version }) });
    expect(step({ event: paid(6), entry: locked() })).toEqual(unlock);
    expect(step({ event: paid(5), entry: locked() })).toEqual(nothing('placed'));
    expect(step({ event: event('OrderPaymentChanged', 0), entry: locked() })).toEqual(unlock);
  });

  it('is taken up again when the process died between the intent and its end, whatever comes', () => {
    expect(step({ event: event('OrderConfirmed', 5), entry: locked({ lock: 'unlocking' }) })).toEqual(unlock);
  });

  it.each(['none', 'routing', 'unlocked', 'unlockRefused'] as const)('is left alone when its lock is %s', (lock) => {
    expect(step({ event: event('OrderPaymentChanged', 9), entry: locked({ lock }) })).toEqual(nothing('placed'));
  });

  it('is tried once more for each redrive after a refusal', () => {
    const refused = (redriveId: string | null) => locked({ lock: 'unlockRefused', redriveId });
    const paid = event('OrderPaymentChanged', 6);
    expect(step({ event: paid, entry: refused(null), redriveId: 'r1' })).toEqual(unlock);
    expect(step({ event: paid, entry: refused('r1'), redriveId: 'r1' })).toEqual(nothing('placed'));
  });

  it('is never unlocked when a cancel is on record, carried out or not', () => {
    const paid = event('OrderPaymentChanged', 8);
    const lock = 'unlocking';
    expect(step({ event: paid, entry: locked({ lock }, { cancelVersion: 7 }) })).toEqual(nothing('placed'));
    for (const status of ['cancelled', 'cancelRefused', 'gone'] as const)
      expect(step({ event: paid, entry: locked({ lock, status }, { cancelVersion: 7 }) })).toEqual(nothing(status));
    expect(step({ event: paid, entry: locked({ lock, status: 'cancelling' }, { cancelVersion: 7 }) })).toMatchObject({
      do: 'cancel',
    });
  });

  it('is unlocked after a cancel that was older than what was placed', () => {
    const paid = event('OrderPaymentChanged', 10);
    expect(step({ event: paid, entry: locked({ orderVersion: 9 }, { orderVersion: 9, cancelVersion: 7 }) })).toEqual(
      unlock,
    );
  });
});

describe('a deletion with data erasure', () => {
  const deleted = event('OrderDeleted', 9, { dataErasure: true });
  const ended = (placement: Partial<Placement> = {}) =>
    entry({ status: 'cancelled', ...placement }, { cancelVersion: 9 });
  const erase = { do: 'erase', attempt: 1, processId: 'process-1' };

  it('cancels first, then erases', () => {
    expect(step({ event: deleted, entry: entry({}, { cancelVersion: 9 }) })).toMatchObject({ do: 'cancel' });
    for (const status of ['cancelled', 'gone'] as const)
      expect(step({ event: deleted, entry: ended({ status }) })).toEqual(erase);
    expect(step({ event: deleted, entry: ended({ erasure: 'erasing' }) })).toEqual(erase);
  });

  it('erases once', () => {
    expect(step({ event: deleted, entry: ended({ erasure: 'erased' }) })).toEqual(nothing('cancelled'));
    expect(step({ event: deleted, entry: ended({ erasure: 'erasureRefused' }) })).toEqual(nothing('cancelled'));
  });

  it('that was refused is tried once more for each redrive', () => {
    const refused = (redriveId: string | null) => ended({ erasure: 'erasureRefused', redriveId });
    expect(step({ event: deleted, entry: refused(null), redriveId: 'r1' })).toEqual(erase);
    expect(step({ event: deleted, entry: refused('r1'), redriveId: 'r1' })).toEqual(nothing('cancelled'));
  });

  it('erases every order that was ever made for this one, oldest first', () => {
    const earlier = aPlacement({ attempt: 1, status: 'cancelled', processId: 'old', erasure: 'none' });
    const both = aLedgerEntry({
      cancelVersion: 9,
      placements: [aPlacement({ attempt: 2, status: 'gone' }), earlier],
    });
    expect(step({ event: deleted, entry: both })).toEqual({ do: 'erase', attempt: 1, processId: 'old' });
    const next = ledger.erased(both, { attempt: 1, at: NOON });
    expect(step({ event: deleted, entry: next })).toEqual({ do: 'erase', attempt: 2, processId: 'process-1' });
  });

  it('asks for nothing when nothing was made, and neither does a deletion without it', () => {
    expect(step({ event: deleted, entry: aLedgerEntry({ placements: [], cancelVersion: 9 }) })).toMatchObject({
      do: 'nothing',
    });
    expect(step({ event: deleted, entry: unmade({ status: 'skipped' }, { cancelVersion: 9 }) })).toMatchObject({
      do: 'nothing',
    });
    expect(step({ event: event('OrderDeleted', 9), entry: ended() })).toEqual(nothing('cancelled'));
  });
});

/** A provider with no guard of its own, driven by what is decided, with crashes and lost answers. */
function drive(messages: readonly CommerceOrderEvent[], chances: readonly number[]) {
  let next = 0;
  const chance = () => chances[next++ % chances.length] ?? 0;
  const live: string[] = [];
  let made = 0;
  let state: LedgerEntry | undefined;
  const policy = { ...defaultGatePolicy, placeConfirmedSince: null };
  for (const message of messages) {
    let outcome: AttemptOutcome | undefined;
    let doubt: PlacementInput['doubt'] = none;
    for (let turn = 0; turn < 60; turn += 1) {
      const next = step({ entry: state, event: message, outcome, doubt });
      if (next.do === 'nothing') break;
      if (chance() % 9 === 8) {
        outcome = undefined;
        doubt = none;
        continue;
      }
      if (next.do === 'record') {
        state = next.entry;
        if (next.deadLetter !== null) break;
      } else if (next.do === 'wait') doubt = { ...doubt, elapsedMs: doubt.elapsedMs + next.ms };
      else if (next.do === 'look-up') {
        const found = live.at(-1);
        const base = state ?? ledger.newEntry(message, NOON);
        const order = aPlacedOrder({ providerOrderId: found ?? '' });
        if (found) state = ledger.placed(base, { provider: 'p', order, orderVersion: message.orderVersion, at: NOON });
        else doubt = { ...doubt, emptyLookups: [...doubt.emptyLookups, doubt.elapsedMs] };
      } else if (next.do === 'cancel') {
        live.pop();
        if (state) state = ledger.cancelled(state, { at: NOON });
      } else if (next.do === 'judge') {
        const base = state ?? ledger.newEntry(message, NOON);
        const decision = judge({ event: message, order: anOrder(), entry: state, now: NOON, policy });
        if (decision.decision !== 'place') break;
        state = ledger.placing(base, {
          provider: 'p',
          member: 'm',
          tenantOrderId: '4711',
          collect: false,
          lines: [],
          at: NOON,
          orderVersion: message.orderVersion,
          marks: { address: 'a', lines: 'l', delivery: 'd' },
          sentVersion: message.orderVersion,
          earlierCreatedNothing: next.earlierCreatedNothing,
          lock: 'none',
          redriveId: null,
        });
        const luck = chance() % 4;
        if (luck !== 3) {
          made += 1;
          live.push(`order-${made}`);
        }
        const order = aPlacedOrder({ providerOrderId: `order-${made}` });
        if (luck === 0) state = ledger.placed(state, { provider: 'p', order, orderVersion: 0, at: NOON });
        outcome = luck === 1 || luck === 2 ? { ended: 'unknown' } : luck === 3 ? { ended: 'not-created' } : undefined;
        doubt = none;
      }
    }
  }
  return { made, live };
}

describe('any sequence of confirmations, cancels, crashes and lost answers', () => {
  const messages = fc.array(
    fc
      .record({ cancel: fc.boolean(), version: fc.integer({ min: 1, max: 6 }) })
      .map(({ cancel, version }) => event(cancel ? 'OrderCancelled' : 'OrderConfirmed', version)),
    { minLength: 1, maxLength: 8 },
  );

  it('makes at most one order, and none survives the newest cancel', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), (sequence, chances) => {
        const { made, live } = drive(sequence, chances);
        expect(made).toBeLessThanOrEqual(1);
        const newest = Math.max(...sequence.map(({ orderVersion }) => orderVersion));
        const atNewest = sequence.filter(({ orderVersion }) => orderVersion === newest);
        if (atNewest.every(({ type }) => type === 'OrderCancelled')) expect(live).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
