import { describe, expect, it } from 'vitest';
import { excludeNothing } from './exclude.ts';
import { defaultGatePolicy, type GateInput, type GatePolicy, judge, whyLocked } from './gate.ts';
import { aCommerceOrderEvent, aLedgerEntry, aLineItem, anOrder, aPlacement, NOON } from './testkit/index.ts';

const DAY = 86_400_000;
const policy: GatePolicy = { ...defaultGatePolicy, placeConfirmedSince: NOON - DAY };

const judged = (over: Partial<GateInput> = {}) =>
  judge({ event: aCommerceOrderEvent(), order: anOrder(), entry: undefined, now: NOON, policy, ...over });
const skip = (reason: string, alert = false) => ({ decision: 'skip', reason, alert });
const skippedEntry = (reason: string) =>
  aLedgerEntry({ placements: [aPlacement({ status: 'skipped', reason, providerOrderId: null })] });

describe('the gate', () => {
  it('places a confirmed order that nothing speaks against', () => {
    expect(judged()).toEqual({ decision: 'place', held: false });
  });

  it.each(['placed', 'cancelling', 'cancelRefused', 'gone'] as const)(
    'leaves an order that is %s to the ledger',
    (status) => {
      const entry = aLedgerEntry({ placements: [aPlacement({ status })] });
      expect(judged({ entry })).toEqual({ decision: 'ledger', reason: status });
    },
  );

  it('leaves a cancelled order to the ledger when the confirmation is not newer than the cancel', () => {
    const entry = aLedgerEntry({ cancelVersion: 7, placements: [aPlacement({ status: 'cancelled' })] });
    expect(judged({ entry, event: aCommerceOrderEvent({ orderVersion: 7 }) })).toMatchObject({ decision: 'ledger' });
  });

  it('skips with an alert an order that was confirmed again after its provider order was cancelled', () => {
    const entry = aLedgerEntry({ cancelVersion: 7, placements: [aPlacement({ status: 'cancelled' })] });
    expect(judged({ entry, event: aCommerceOrderEvent({ orderVersion: 8 }) })).toEqual(
      skip('reconfirmed-after-cancel', true),
    );
  });

  it.each([5, 7])('skips a confirmation of version %i that comes after the cancel of version 7', (orderVersion) => {
    const entry = aLedgerEntry({ cancelVersion: 7, placements: [] });
    expect(judged({ entry, event: aCommerceOrderEvent({ orderVersion }) })).toEqual(skip('late-confirmed'));
  });

  it('lets a confirmation above the cancel through when no order was ever made', () => {
    const entry = aLedgerEntry({ cancelVersion: 7, placements: [] });
    expect(judged({ entry, event: aCommerceOrderEvent({ orderVersion: 8 }) })).toMatchObject({ decision: 'place' });
  });

  it('takes the version of the snapshot when the event has none', () => {
    const entry = aLedgerEntry({ cancelVersion: 7, placements: [] });
    const event = aCommerceOrderEvent({ orderVersion: 0 });
    expect(judged({ entry, event, order: anOrder({ version: 7 }) })).toEqual(skip('late-confirmed'));
    expect(judged({ entry, event, order: anOrder({ version: 8 }) })).toMatchObject({ decision: 'place' });
  });

  it.each([undefined, skippedEntry('before-activation'), skippedEntry('already-fulfilled')])(
    'never places an old order because it was paid or amended today (%#)',
    (entry) => {
      const event = aCommerceOrderEvent({ type: 'OrderPaymentChanged' });
      expect(judged({ event, entry })).toEqual(skip('not-a-confirmation'));
    },
  );

  it.each(['awaiting-payment', 'no-shipping', 'nothing-to-fulfill', 'excluded:till'])(
    'judges an order that was skipped for %s again when it changes',
    (reason) => {
      const event = aCommerceOrderEvent({ type: 'OrderAmended', orderVersion: 9 });
      expect(judged({ event, entry: skippedEntry(reason) })).toMatchObject({ decision: 'place' });
    },
  );

  it('adopts the provider order that a field of the order names', () => {
    expect(judged({ order: anOrder({ customFields: { fft_order_id: '"fft-9"' } }) })).toEqual({
      decision: 'adopt',
      providerOrderId: 'fft-9',
    });
  });

  it('adopts the provider order that the syncInfo of our channel names, and of no other', () => {
    const order = anOrder({
      syncInfo: [
        { channelId: 'erp', externalId: 'erp-1' },
        { channelId: 'ours', externalId: 'fft-9' },
      ],
    });
    expect(judged({ order, policy: { ...policy, syncChannelId: 'ours' } })).toMatchObject({ providerOrderId: 'fft-9' });
    expect(judged({ order })).toMatchObject({ decision: 'place' });
    expect(judged({ order, policy: { ...policy, syncChannelId: 'third' } })).toMatchObject({ decision: 'place' });
  });

  it('adopts before it looks at the state: a shipped order with a known provider order is adopted', () => {
    const order = anOrder({
      customFields: { fft_order_id: '"fft-9"' },
      orderState: 'Complete',
      shipmentState: 'Shipped',
    });
    expect(judged({ order })).toMatchObject({ decision: 'adopt' });
  });

  it.each(['""', 'null', '{}', 'not json', '" "'])('does not adopt by a field that holds %s', (text) => {
    expect(judged({ order: anOrder({ customFields: { fft_order_id: text } }) })).toMatchObject({ decision: 'place' });
  });

  it.each(['Open', 'Complete', 'Cancelled'])('skips an order that is %s by now', (orderState) => {
    expect(judged({ order: anOrder({ orderState }) })).toEqual(skip('not-confirmed'));
  });

  it('skips what was confirmed before the activation, to the millisecond', () => {
    expect(judged({ event: aCommerceOrderEvent({ occurredAt: NOON - DAY - 1 }) })).toEqual(skip('before-activation'));
    expect(judged({ event: aCommerceOrderEvent({ occurredAt: NOON - DAY }) })).toMatchObject({ decision: 'place' });
  });

  it('knows no activation in a sandbox', () => {
    const event = aCommerceOrderEvent({ occurredAt: 0 });
    expect(judged({ event, policy: { ...policy, placeConfirmedSince: null } })).toMatchObject({ decision: 'place' });
  });

  it.each([
    ...['Partial', 'Shipped', 'Delivered', 'Canceled'].map((shipmentState) => ({ shipmentState })),
    { deliveryCount: 1 },
    { returnInfoCount: 1 },
  ])('skips an order with %o: it is fulfilled already', (over) => {
    expect(judged({ order: anOrder(over) })).toEqual(skip('already-fulfilled'));
  });

  it.each([null, 'Pending', 'Ready', 'Backorder', 'Delayed'])(
    'places an order whose shipment state is %s',
    (shipmentState) => {
      expect(judged({ order: anOrder({ shipmentState }) })).toMatchObject({ decision: 'place' });
    },
  );

  it('skips an import that is older than two days, by its completion, else by its creation', () => {
    const event = aCommerceOrderEvent({ cause: 'OrderImported' });
    const old = NOON - 2 * DAY - 1;
    expect(judged({ event, order: anOrder({ completedAt: old, createdAt: NOON }) })).toEqual(skip('imported-history'));
    expect(judged({ event, order: anOrder({ completedAt: null, createdAt: old }) })).toEqual(skip('imported-history'));
    expect(judged({ event, order: anOrder({ completedAt: NOON, createdAt: old }) })).toMatchObject({
      decision: 'place',
    });
    expect(judged({ order: anOrder({ createdAt: old }) })).toMatchObject({ decision: 'place' });
  });

  it('skips an order with custom lines only, and places one with a gift only', () => {
    expect(judged({ order: anOrder({ lineItems: [], customLineItemCount: 2 }) })).toEqual(skip('nothing-to-fulfill'));
    expect(judged({ order: anOrder({ lineItems: [aLineItem({ gift: true })] }) })).toMatchObject({ decision: 'place' });
  });

  it('skips a sale at the till: neither shipping nor an address', () => {
    expect(judged({ order: anOrder({ shippings: [], shippingAddress: null }) })).toEqual(skip('no-shipping'));
    expect(judged({ order: anOrder({ shippings: [] }) })).toMatchObject({ decision: 'place' });
    expect(judged({ order: anOrder({ shippingAddress: null }) })).toMatchObject({ decision: 'place' });
  });

  it.each([
    ['store', { stores: ['outlet'] }, { storeKey: 'outlet' }],
    ['order-number', { orderNumbers: ['X', 'TEST-*'] }, { orderNumber: 'TEST-1' }],
    ['field', { fields: [{ name: 'b2b', value: null }] }, { customFields: { b2b: 'true' } }],
    ['field', { fields: [{ name: 'kind', value: 'sample' }] }, { customFields: { kind: '"sample"' } }],
    ['field', { fields: [{ name: 'level', value: '3' }] }, { customFields: { level: '3' } }],
    ['email-domain', { emailDomains: ['Example.com'] }, { customerEmail: 'Ada@EXAMPLE.COM' }],
  ])('skips by the rule %s, and says no more than that', (rule, exclude, over) => {
    const rules = { policy: { ...policy, exclude: { ...excludeNothing, ...exclude } } };
    const other = anOrder({
      storeKey: 'outlet-2',
      orderNumber: 'A-TEST-1',
      customerEmail: 'ada@shop.example.com',
      customFields: { kind: '"x"', level: '33' },
    });
    expect(judged({ ...rules, order: anOrder(over) })).toEqual(skip(`excluded:${rule}`));
    expect(judged({ ...rules, order: other })).toMatchObject({ decision: 'place' });
    expect(judged({ ...rules, order: anOrder({ orderNumber: null, customerEmail: null }) })).toMatchObject({
      decision: 'place',
    });
  });

  it('places held or waits by the payment state', () => {
    const holding = { ...policy, hold: { Pending: 'lock', Failed: 'wait' } as const };
    expect(judged({ policy: holding, order: anOrder({ paymentState: 'Pending' }) })).toEqual({
      decision: 'place',
      held: true,
    });
    expect(judged({ policy: holding, order: anOrder({ paymentState: 'Failed' }) })).toEqual({
      decision: 'wait',
      reason: 'awaiting-payment',
    });
    expect(judged({ policy: holding, order: anOrder({ paymentState: null }) })).toEqual({
      decision: 'place',
      held: false,
    });
    expect(judged({ policy: holding, order: anOrder({ paymentState: 'constructor' }) })).toEqual({
      decision: 'place',
      held: false,
    });
  });

  it('obeys an operator, but never makes a second order beside a live one', () => {
    const history = anOrder({
      orderState: 'Complete',
      shipmentState: 'Shipped',
      customFields: { fft_order_id: '"old"' },
    });
    const entry = (status: 'placed' | 'cancelling' | 'cancelRefused' | 'cancelled') =>
      aLedgerEntry({ cancelVersion: 9, placements: [aPlacement({ status })] });
    expect(judged({ order: history, force: true })).toMatchObject({ decision: 'place' });
    expect(judged({ force: true, entry: entry('cancelled') })).toMatchObject({ decision: 'place' });
    for (const status of ['placed', 'cancelling', 'cancelRefused'] as const) {
      expect(judged({ force: true, entry: entry(status) })).toEqual({ decision: 'ledger', reason: status });
    }
  });
});

describe('an order that was placed locked for its payment', () => {
  const holding: GatePolicy = { ...policy, hold: { Pending: 'lock', Failed: 'wait' } };
  const why = (over: Parameters<typeof anOrder>[0]) => whyLocked({ order: anOrder(over), policy: holding });

  it.each(['Paid', 'CreditOwed', null])('may be unlocked when its payment state is %s', (paymentState) => {
    expect(why({ paymentState })).toBeUndefined();
  });

  it.each(['Pending', 'Failed'])('stays locked when its payment state is %s', (paymentState) => {
    expect(why({ paymentState })).toBe('awaiting-payment');
  });

  it('stays locked when it is paid, but no longer confirmed, or fulfilled by somebody else', () => {
    expect(why({ orderState: 'Cancelled' })).toBe('not-confirmed');
    expect(why({ orderState: 'Open' })).toBe('not-confirmed');
    expect(why({ shipmentState: 'Shipped' })).toBe('already-fulfilled');
  });
});
