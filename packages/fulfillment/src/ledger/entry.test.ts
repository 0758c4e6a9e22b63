import { loadSchema } from '@pipeline/schemas';
import avsc from 'avsc';
import { describe, expect, it } from 'vitest';
import { aCommerceOrderEvent, aLedgerEntry, aPlacedOrder, aPlacement, NOON, ORDER_ID } from '../testkit/index.ts';
import { chooseExisting, isOurs } from './existing.ts';
import * as ledger from './index.ts';
import { linksOf } from './links.ts';

const placingInput: ledger.PlacingInput = {
  provider: 'fulfillmenttools',
  member: 'router-1',
  tenantOrderId: '4711',
  collect: false,
  lines: [{ articleId: 'sku-1', quantity: 2 }],
  orderVersion: 5,
  marks: { address: 'a', lines: 'l', delivery: 'd' },
  sentVersion: 5,
  earlierCreatedNothing: false,
  lock: 'none',
  redriveId: null,
  at: NOON,
};
const fresh = ledger.newEntry(aCommerceOrderEvent(), NOON);
const current = (entry: ReturnType<typeof ledger.placing>) => ledger.currentPlacement(entry);

describe('the ledger entry', () => {
  it('counts the attempts and keeps the first tenant order id, whatever number the order gets later', () => {
    const first = ledger.placing(fresh, { ...placingInput, tenantOrderId: ORDER_ID });
    const second = ledger.placing(first, placingInput);
    expect(current(first)).toMatchObject({ status: 'placing', attempt: 1, uncertain: false, tenantOrderId: ORDER_ID });
    expect(current(second)).toMatchObject({ attempt: 2, uncertain: true, tenantOrderId: ORDER_ID });
    expect(second.placements).toHaveLength(1);
  });

  it('is certain after an attempt that created nothing, but not about one before it', () => {
    const first = ledger.placing(fresh, placingInput);
    const known = ledger.placing(first, { ...placingInput, earlierCreatedNothing: true });
    const unknown = ledger.placing(first, placingInput);
    expect(current(known)?.uncertain).toBe(false);
    expect(current(ledger.placing(unknown, { ...placingInput, earlierCreatedNothing: true }))?.uncertain).toBe(true);
    expect(current(ledger.placing(ledger.released(unknown, { at: NOON }), placingInput))?.uncertain).toBe(true);
    expect(current(ledger.placing(ledger.released(first, { at: NOON }), placingInput))?.uncertain).toBe(false);
    expect(current(ledger.placing(ledger.rejected(first, { reason: 'no', at: NOON }), placingInput))?.uncertain).toBe(
      false,
    );
  });

  it('records what was placed with the lines that the provider shows, else those that were asked for', () => {
    const intent = ledger.placing(fresh, placingInput);
    const order = aPlacedOrder({ lines: [{ articleId: 'sku-1', quantity: 1 }] });
    const placed = ledger.placed(intent, { provider: 'fulfillmenttools', order, orderVersion: 99, at: NOON });
    const bare = ledger.placed(intent, {
      provider: 'fulfillmenttools',
      order: { ...order, lines: [] },
      orderVersion: 99,
      at: NOON,
    });
    expect(current(placed)).toMatchObject({
      status: 'placed',
      orderVersion: 5,
      processId: 'process-1',
      lines: order.lines,
    });
    expect(current(bare)).toMatchObject({ lines: placingInput.lines });
  });

  it('adopts without an attempt of its own', () => {
    const adopted = ledger.placed(fresh, {
      provider: 'fulfillmenttools',
      order: aPlacedOrder(),
      orderVersion: 6,
      at: NOON,
    });
    expect(current(adopted)).toMatchObject({ status: 'placed', attempt: 1, orderVersion: 6 });
  });

  it('never overwrites a placed order by a skip', () => {
    const skip = { provider: 'fulfillmenttools', reason: 'not-confirmed', orderVersion: 9, at: NOON };
    expect(current(ledger.skipped(aLedgerEntry(), skip))).toEqual(aPlacement());
    expect(current(ledger.skipped(fresh, skip))).toMatchObject({ status: 'skipped', attempt: 0, orderVersion: 9 });
  });

  it('keeps the cancelled order beside a forced new one, so that it is not taken for it', () => {
    const cancelled = ledger.cancelled(ledger.cancelling(aLedgerEntry(), { member: 'm', at: NOON }), { at: NOON });
    const again = ledger.placing(cancelled, placingInput);
    expect(again.placements).toMatchObject([
      { status: 'cancelled' },
      { status: 'placing', attempt: 2, uncertain: false },
    ]);
    expect(ledger.earlierProviderOrderIds(again)).toEqual(['fft-order-1']);
    const third = ledger.placing(again, placingInput);
    expect(third.placements).toMatchObject([{ status: 'cancelled' }, { attempt: 3, uncertain: true }]);
  });

  it('keeps why an order was to be locked, unless the provider shows it open', () => {
    const intent = ledger.placing(fresh, { ...placingInput, lock: 'payment' });
    const result = (status: 'LOCKED' | 'OPEN' | 'UNKNOWN', from = intent) =>
      current(ledger.placed(from, { provider: 'p', order: aPlacedOrder({ status }), orderVersion: 5, at: NOON }))?.lock;
    expect(current(intent)?.lock).toBe('payment');
    expect([result('LOCKED'), result('UNKNOWN'), result('OPEN')]).toEqual(['payment', 'payment', 'unlocked']);
    // What somebody else has locked, we do not unlock.
    expect([result('LOCKED', fresh), result('LOCKED', ledger.placing(fresh, placingInput))]).toEqual(['none', 'none']);
  });

  it('still unlocks what an uncertain attempt locked, when the next one asks for no lock', () => {
    const first = ledger.placing(fresh, { ...placingInput, lock: 'payment' });
    const next = (earlierCreatedNothing: boolean) =>
      current(ledger.placing(first, { ...placingInput, earlierCreatedNothing }));
    expect(next(false)?.lock).toBe('unlocking');
    expect(next(true)?.lock).toBe('none');
    expect(current(ledger.placing(ledger.placing(first, placingInput), placingInput))?.lock).toBe('unlocking');
  });

  it('keeps the version that the lock was judged at, beside the one that was placed', () => {
    const placed = aLedgerEntry({ placements: [aPlacement({ lock: 'payment' })] });
    const kept = ledger.lockKept(placed, { orderVersion: 7, at: NOON });
    expect([kept.orderVersion, current(kept)?.orderVersion, current(kept)?.lock]).toEqual([7, 5, 'payment']);
    const intent = ledger.unlocking(kept, { member: 'm', orderVersion: 8, redriveId: null, at: NOON });
    expect([intent.orderVersion, current(intent)?.orderVersion, current(intent)?.lock]).toEqual([8, 5, 'unlocking']);
    expect(current(ledger.unlocked(intent, { at: NOON }))).toMatchObject({ status: 'placed', lock: 'unlocked' });
  });

  it('only raises the version of the cancel', () => {
    const seen = ledger.cancelSeen(ledger.cancelSeen(fresh, { version: 7, at: NOON }), { version: 6, at: NOON });
    expect(seen.cancelVersion).toBe(7);
  });

  it('fits its schema in every state', () => {
    const type = avsc.Type.forSchema(loadSchema('fulfillment.orders.v1') as avsc.Schema);
    const intent = ledger.placing(fresh, placingInput);
    const states = [
      fresh,
      intent,
      ledger.released(intent, { at: NOON }),
      ledger.rejected(intent, { reason: 'no', at: NOON }),
      ledger.cancelRefused(aLedgerEntry(), { reason: 'picked', at: NOON }),
      ledger.gone(aLedgerEntry(), { reason: 'order-deleted', at: NOON }),
      ledger.unlocking(aLedgerEntry(), { member: 'm', orderVersion: 6, redriveId: null, at: NOON }),
      ledger.unlockRefused(aLedgerEntry(), { reason: 'no', redriveId: 'r', at: NOON }),
      ledger.erasing(aLedgerEntry(), { attempt: 1, member: 'm', redriveId: null, at: NOON }),
      ledger.erasureRefused(aLedgerEntry(), { attempt: 1, redriveId: 'r', at: NOON }),
      ledger.cancelSeen(fresh, { version: ledger.BEYOND_ALL_VERSIONS, at: NOON }),
    ];
    const filled = (entry: (typeof states)[number]) => ({
      ...entry,
      placements: entry.placements.map((placement) => ({ judgedVersion: 0, ...placement })),
    });
    for (const entry of states)
      expect(JSON.parse(JSON.stringify(type.fromBuffer(type.toBuffer(entry))))).toEqual(filled(entry));
  });

  it('links the order by process id and by tenant order id, as far as they are known', () => {
    const entry = aLedgerEntry();
    expect(linksOf(entry, aPlacement(), NOON).map(({ key, link }) => [key, link.orderId])).toEqual([
      ['process-1', ORDER_ID],
      ['4711', ORDER_ID],
    ]);
    expect(linksOf(entry, aPlacement({ processId: null }), NOON).map(({ key }) => key)).toEqual(['4711']);
  });
});

describe('orders found at the provider', () => {
  const owner = { orderId: ORDER_ID, projectKey: 'shop' };
  const found = (providerOrderId: string, over = {}) => aPlacedOrder({ providerOrderId, ...over });

  it.each([
    [{}, true],
    [{ projectKey: null }, true],
    [{ projectKey: 'other' }, false],
    [{ orderId: 'other' }, false],
    [{ orderId: null }, false],
  ])('with %o are ours: %s', (over, expected) => {
    expect(isOurs(found('a', over), owner)).toBe(expected);
  });

  it('are adopted in any status, a live one first, and further live ones are named', () => {
    const dead = found('a', { status: 'CANCELLED' });
    expect(chooseExisting([dead], owner)).toMatchObject({ found: 'ours', order: { providerOrderId: 'a' } });
    const orders = [found('d'), dead, found('c', { status: 'LOCKED' }), found('b', { orderId: 'other' })];
    expect(chooseExisting(orders, owner)).toMatchObject({
      found: 'ours',
      order: { providerOrderId: 'c' },
      duplicates: ['d'],
    });
  });

  it('clash when a live one belongs to somebody else, or to nobody that is known', () => {
    expect(chooseExisting([found('a', { orderId: 'other' })], owner)).toEqual({ found: 'clash', providerOrderId: 'a' });
    expect(chooseExisting([found('a', { orderId: null })], owner)).toMatchObject({ found: 'clash' });
    expect(chooseExisting([found('a', { orderId: 'other', status: 'CANCELLED' })], owner)).toEqual({ found: 'none' });
  });

  it('leave out the one that an operator chose to replace', () => {
    expect(chooseExisting([found('a', { status: 'CANCELLED' })], owner, ['a'])).toEqual({ found: 'none' });
  });
});
