import { describe, expect, test } from 'vitest';
import { type HandoverJobRead, type ItemReturnJobRead, type OrderRead, expectedParts, shownParts } from './parts.ts';

const line = (sku: string, quantity: number, handedOverQuantity = quantity) => ({
  article: { tenantArticleId: sku },
  quantity,
  handedOverQuantity,
});
const aJob = (more: Partial<HandoverJobRead> = {}): HandoverJobRead => ({
  id: 'h1',
  channel: 'DELIVERY',
  status: 'HANDED_OVER',
  pickJobRef: 'p1',
  handoverJobParcelInfo: { parcelRef: 'parcel-1', carrierKey: 'DHL_V2' },
  handoverJobLineItems: [line('A', 2), line('B', 1)],
  ...more,
});
const parcels = ['parcel-1', 'parcel-2'].map((id) => ({
  id,
  result: { carrierTrackingNumber: `no-${id}`, trackingUrl: `https://tracking.example.com/${id}` },
}));
const aReturn = (statuses: readonly string[], status = 'OPEN'): ItemReturnJobRead => ({
  status,
  itemReturns: [{ id: 'r1', returnedLineItems: statuses.map((each) => ({ tenantArticleId: 'A', status: each })) }],
});
const expectedOf = (...handoverJobs: HandoverJobRead[]) => expectedParts({ handoverJobs, parcels, itemReturnJobs: [] });

const parcelText = (id: string, goods: string) =>
  `in p1: DHL_V2, no-${id}, https://tracking.example.com/${id}, ${goods}`;
const expected = {
  'delivery p1': '1 B + 2 A',
  'parcel parcel-1': parcelText('parcel-1', '1 B + 2 A'),
};

describe('what an order must show', () => {
  test('is a delivery for each pick job, or handover without one, with its parcel', () => {
    expect(expectedOf(aJob())).toEqual({ fields: expected, mayBe: {} });
    const bare: HandoverJobRead = {
      id: 'h2',
      channel: 'DELIVERY',
      status: 'HANDED_OVER',
      handoverJobLineItems: [line('C', 1)],
    };
    const { fields } = expectedOf(aJob(), bare);
    expect(fields).toEqual({ ...expected, 'delivery h2': '1 C' });
  });

  test('holds the goods of both handovers of one pick job, each in its parcel', () => {
    const second = aJob({
      id: 'h2',
      handoverJobParcelInfo: { parcelRef: 'parcel-2', carrierKey: 'DHL_V2' },
      handoverJobLineItems: [line('A', 1)],
    });
    expect(expectedOf(aJob(), second).fields).toEqual({
      'delivery p1': '1 B + 3 A',
      'parcel parcel-1': parcelText('parcel-1', '1 B + 2 A'),
      'parcel parcel-2': parcelText('parcel-2', '1 A'),
    });
  });

  test('is what left: not what was refused, and of a substitute the article that was ordered', () => {
    const substituted = { ...line('B', 1, 0), substituteLineItems: [{ handedOverQuantity: 1 }] };
    expect(expectedOf(aJob({ handoverJobLineItems: [line('A', 2, 1), substituted] })).fields).toMatchObject({
      'delivery p1': '1 A + 1 B',
    });
  });

  test('is no delivery where goods are collected, or go to another facility', () => {
    const leg = aJob({ transfers: [{ type: 'SUPPLIER' }] });
    expect(expectedOf(aJob({ channel: 'COLLECT' }), leg)).toEqual({ fields: {}, mayBe: {} });
  });

  test('may be the delivery of a handover that was taken back, or none', () => {
    const reverted = aJob({ status: 'OPEN', handoverJobLineItems: [line('A', 2, 0), line('B', 1, 0)] });
    expect(expectedOf(reverted)).toEqual({
      fields: {},
      mayBe: Object.fromEntries(Object.entries(expected).map(([name, text]) => [name, [text]])),
    });
  });

  test.each<[string, readonly string[], string | undefined, string?]>([
    ['announced', ['OPEN'], '1 Advised'],
    ['come in part', ['OPEN', 'ACCEPTED'], '2 Advised'],
    ['taken back', ['ACCEPTED', 'ACCEPTED'], '2 Returned'],
    ['called off', ['OPEN'], undefined, 'CANCELED'],
  ])('is a return that is %s', (_, statuses, text, status) => {
    const work = { handoverJobs: [], parcels, itemReturnJobs: [aReturn(statuses, status)] };
    expect(expectedParts(work).fields).toEqual(text === undefined ? {} : { 'return r1 of A': text });
  });
});

const delivery = {
  key: 'p1',
  items: [
    { id: 'line-b', quantity: 1 },
    { id: 'line-a', quantity: 2 },
  ],
  parcels: [
    {
      key: 'parcel-1',
      trackingData: { trackingId: 'no-parcel-1', carrier: 'DHL_V2' },
      custom: { fields: { fft_tracking_url: 'https://tracking.example.com/parcel-1' } },
      items: [
        { id: 'line-a', quantity: 2 },
        { id: 'line-b', quantity: 1 },
      ],
    },
  ],
};
const lineItems = ['a', 'b'].map((name) => ({ id: `line-${name}`, variant: { sku: name.toUpperCase() } }));
const anOrder = (more: Partial<OrderRead> = {}): OrderRead => ({
  lineItems,
  shippingInfo: { deliveries: [delivery] },
  ...more,
});

describe('what an order shows', () => {
  test('reads like what it must show, whatever the order of its parts', () => {
    expect(shownParts(anOrder())).toEqual(expected);
    expect(shownParts({ lineItems, shipping: [{ shippingInfo: { deliveries: [delivery] } }] })).toEqual(expected);
    expect(shownParts({ lineItems })).toEqual({});
  });

  test.each<[string, object]>([
    ['an item is missing', { items: delivery.items.slice(1) }],
    ['an item is there twice', { items: [...delivery.items, ...delivery.items.slice(1)] }],
    ['it has no key', { key: undefined }],
    ['its parcel is missing', { parcels: [] }],
    ['its parcel has another number', { parcels: [{ ...delivery.parcels[0], trackingData: { carrier: 'DHL_V2' } }] }],
    ['its parcel has no page', { parcels: [{ ...delivery.parcels[0], custom: undefined }] }],
    ['its parcel is empty', { parcels: [{ ...delivery.parcels[0], items: [] }] }],
  ])('a delivery is another one when %s', (_, change) => {
    const changed = { ...delivery, ...change } as typeof delivery;
    expect(shownParts(anOrder({ shippingInfo: { deliveries: [changed] } }))).not.toEqual(expected);
  });

  test('the same delivery twice is no longer that delivery', () => {
    expect(shownParts(anOrder({ shippingInfo: { deliveries: [delivery, delivery] } }))['delivery p1']).toBe(
      '1 B + 2 A and 1 B + 2 A',
    );
  });

  test('a return that was added twice is no longer that return', () => {
    const info = {
      returnTrackingId: 'r1',
      items: [{ lineItemId: 'line-a', quantity: 1, shipmentState: 'Returned' }],
    };
    const returned = (count: number) =>
      shownParts({ lineItems, returnInfo: Array.from({ length: count }, () => info) });
    expect(returned(1)).toEqual({ 'return r1 of A': '1 Returned' });
    expect(returned(2)).toEqual({ 'return r1 of A': '1 Returned and 1 Returned' });
  });
});
