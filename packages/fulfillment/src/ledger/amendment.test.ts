import type { Amendment, CommerceOrderEvent, LedgerEntry, Placement } from '@pipeline/schemas/types';
import { describe, expect, it, test } from 'vitest';
import { aCommerceOrderEvent, aLedgerEntry, anOrder, aPlacedOrder, aPlacement, NOON } from '../testkit/index.ts';
import * as ledger from './index.ts';
import { decidePlacement } from './index.ts';

const timing = { startWindowMs: 5_000, requestTimeoutMs: 65_000, serverLimitMs: 60_000, indexLagMs: 2_000 };
const entry = (placement: Partial<Placement>, over: Partial<LedgerEntry> = {}) =>
  aLedgerEntry({ placements: [aPlacement(placement)], ...over });
const step = (type: CommerceOrderEvent['type'], orderVersion: number, known: LedgerEntry) =>
  decidePlacement({
    entry: known,
    event: aCommerceOrderEvent({ type, orderVersion, order: null, snapshotIncluded: false }),
    provider: 'fulfillmenttools',
    outcome: undefined,
    doubt: { elapsedMs: 0, emptyLookups: [], timing },
    redriveId: null,
    now: NOON,
  });
const amend = (notBelow: number) => ({ do: 'amend', providerOrderId: 'fft-order-1', notBelow });
const marks = { address: 'a1', lines: 'l1', delivery: 'd1' };
const amendment = (over: Partial<Amendment> = {}): Amendment => ({ ...ledger.asSent(marks, 5), ...over });

describe('an amendment', () => {
  it('of a placed order is looked into once for each version', () => {
    expect(step('OrderAmended', 6, entry({}))).toEqual(amend(6));
    expect(step('OrderAmended', 5, entry({}))).toMatchObject({ do: 'nothing' });
    const later = entry({ amendment: amendment({ status: 'amended', orderVersion: 8 }) });
    expect(step('OrderAmended', 8, later)).toMatchObject({ do: 'nothing', reason: 'placed' });
    expect(step('OrderAmended', 9, later)).toEqual(amend(9));
  });

  it('whose version nobody knows is looked into, by nothing older than what is known', () => {
    expect(step('OrderAmended', 0, entry({ amendment: amendment({ orderVersion: 8 }) }))).toEqual(amend(8));
  });

  it('that refused before is looked into again by the next one', () => {
    expect(
      step('OrderAmended', 7, entry({ amendment: amendment({ status: 'amendRefused', orderVersion: 6 }) })),
    ).toEqual(amend(7));
  });

  it.each(['due', 'amending'] as const)('that is %s is taken up by whatever comes, and never goes back', (status) => {
    const open = entry({ amendment: amendment({ status, orderVersion: 8 }) });
    for (const type of ['OrderConfirmed', 'OrderPaymentChanged', 'OrderAmended'] as const)
      expect(step(type, 6, open)).toEqual(amend(8));
    expect(step('OrderCancelled', 9, open)).toMatchObject({ do: 'record' });
  });

  it('is nothing to an order that is cancelled, or about to be', () => {
    for (const status of ['cancelled', 'gone'] as const)
      expect(step('OrderAmended', 9, entry({ status }, { cancelVersion: 7 }))).toMatchObject({ do: 'nothing' });
    expect(step('OrderAmended', 9, entry({ status: 'cancelling' }, { cancelVersion: 7 }))).toMatchObject({
      do: 'cancel',
    });
    for (const status of ['none', 'due', 'amending'] as const)
      expect(step('OrderAmended', 9, entry({ amendment: amendment({ status }) }, { cancelVersion: 7 }))).toMatchObject({
        do: 'nothing',
      });
  });

  it('reaches an order whose cancel was refused only after it was confirmed again', () => {
    const refused = entry({ status: 'cancelRefused' }, { cancelVersion: 7 });
    expect(step('OrderAmended', 7, refused)).toMatchObject({ do: 'nothing' });
    expect(step('OrderAmended', 8, refused)).toEqual(amend(8));
  });

  it('places nothing by itself', () => {
    const unknown = decidePlacement({
      entry: undefined,
      event: aCommerceOrderEvent({ type: 'OrderAmended', order: anOrder() }),
      provider: 'p',
      outcome: undefined,
      doubt: { elapsedMs: 0, emptyLookups: [], timing },
      redriveId: null,
      now: NOON,
    });
    expect(unknown).toMatchObject({ do: 'nothing', reason: 'not-a-confirmation' });
  });
});

describe('what is kept of an amendment', () => {
  const placing = (uncertain: boolean) =>
    entry({ status: 'placing', uncertain, providerOrderId: null, amendment: amendment() });
  const place = (known: LedgerEntry, content: ledger.KnownContent) =>
    ledger.currentPlacement(
      ledger.placed(known, { provider: 'p', order: aPlacedOrder(), content, orderVersion: 5, at: NOON }),
    )?.amendment;

  it('is what was sent, as long as it is known which attempt made the order', () => {
    expect(place(placing(false), 'as-sent')).toEqual(amendment());
    expect(place(placing(true), 'doubtful')).toEqual(amendment({ status: 'due', parts: [] }));
    expect(place(placing(false), 'unknown')).toBeNull();
    expect(place(aLedgerEntry({ placements: [] }), 'as-sent')).toBeNull();
  });

  it('goes with the cancel, the end and the erasure of the order', () => {
    const known = entry({ amendment: amendment() });
    const at = { at: NOON };
    const ended = [
      ledger.cancelled(known, at),
      ledger.gone(known, { reason: 'r', ...at }),
      ledger.erased(known, { attempt: 1, ...at }),
    ];
    expect(ended.map((each) => ledger.currentPlacement(each)?.amendment)).toEqual([null, null, null]);
  });

  const change = (known: LedgerEntry, over: Partial<typeof marks>, ends: readonly ledger.AmendedPart[]) => {
    const next = ledger.amended(known, { orderVersion: 6, marks: { ...marks, ...over }, ends, at: NOON });
    const placement = ledger.currentPlacement(next);
    return { next, placement, status: placement?.amendment?.status, open: placement && ledger.notApplied(placement) };
  };

  test('a refused part stays open until it is as the provider has it, and is judged once', () => {
    const known = entry({ amendment: amendment() });
    const refused = change(known, { address: 'a2' }, [{ part: 'address', reason: 'handed-over' }]);
    expect([refused.status, refused.open]).toEqual(['amendRefused', [{ part: 'address', reason: 'handed-over' }]]);
    const changedNow = (over: Partial<typeof marks>) =>
      refused.placement && ledger.changedParts(refused.placement, { ...marks, ...over });
    expect(changedNow({ address: 'a2' })).toEqual([]);
    expect(changedNow({ address: 'a3' })).toEqual(['address']);
    expect(changedNow({})).toEqual(['address']);
    const still = change(refused.next, { address: 'a2' }, []);
    expect([still.status, still.open]).toEqual(['amendRefused', refused.open]);
    const back = change(refused.next, {}, [{ part: 'address', reason: null }]);
    expect([back.status, back.open]).toEqual(['amended', []]);
  });

  test('nothing that changed leaves it as it was sent, at the newer version', () => {
    const same = change(entry({ amendment: amendment() }), {}, []);
    expect(same.placement?.amendment).toEqual(amendment({ orderVersion: 6 }));
  });

  test('of an order of before, addresses and lines are compared, the delivery is taken as it is', () => {
    expect(ledger.changedParts(aPlacement(), marks)).toEqual(['address', 'lines']);
  });

  test('lines that were changed at the provider are the ordered ones from then on', () => {
    const lines = [{ articleId: 'sku-1', quantity: 4 }];
    const { placement } = change(entry({ amendment: amendment() }), { lines: 'l2' }, [
      { part: 'lines', reason: null, lines },
    ]);
    expect(placement?.lines).toEqual(lines);
  });
});
