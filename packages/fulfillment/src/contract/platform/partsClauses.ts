import { expect } from 'vitest';
import type { DeliveryStep, ParcelDraft, StatusChange } from '../../ports.ts';
import type { Clauses } from '../clauses.ts';
import { failureOf } from '../failure.ts';
import { permit } from '../setting.ts';
import type { OpenPlatform, PlatformSubject } from './driver.ts';
import { anOrder } from './sample.ts';
import { current, write } from './writeStatusClauses.ts';

const parcel: ParcelDraft = {
  key: 'parcel-1',
  carrier: 'DHL',
  trackingNumber: '4711',
  trackingUrl: 'https://tracking.example.com/4711',
  items: [],
};

const only = (...deliveries: readonly DeliveryStep[]): StatusChange => ({
  shipmentState: null,
  fields: {},
  deliveries,
});

const addDelivery = (
  key: string,
  items: readonly { readonly lineId: string; readonly quantity: number }[],
  parcels: readonly ParcelDraft[] = [],
): DeliveryStep => ({ step: 'addDelivery', key, shippingKey: null, items, parcels });

/** A new order, and the ids of its lines. */
async function start(subject: PlatformSubject, order: Parameters<typeof anOrder>[0] = {}) {
  const orderId = await subject.side.place(anOrder(order));
  const { parts } = await current(subject, orderId);
  const [first, second] = parts?.lines ?? [];
  if (!first || !second) throw new Error('The order shows no lines.');
  return { orderId, first: first.id, second: second.id, shown: async () => (await current(subject, orderId)).parts };
}

/** Deliveries, parcels, returns and the sync mark of an order. */
export function partsClauses(clauses: Clauses, open: OpenPlatform): void {
  shownClauses(clauses, open);
  deliveryClauses(clauses, open);
  refusalClauses(clauses, open);
  otherPartsClauses(clauses, open);
}

function shownClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause('a read shows the lines by article, and that nothing is there yet', async () => {
    await using subject = await open();
    const { shown } = await start(subject);
    expect(await shown()).toMatchObject({
      lines: [
        { articleId: 'sku-1', quantity: 2 },
        { articleId: 'sku-2', quantity: 1 },
      ],
      shippingKeys: [''],
      deliveries: [],
      returns: [],
      syncInfo: [],
    });
  });

  clauses.clause('an order without shipping shows no place for a delivery, and one is refused', async () => {
    await using subject = await open();
    const { orderId, first, shown } = await start(subject, { shipping: 'none' });
    expect((await shown())?.shippingKeys).toEqual([]);
    const attempt = () => write(subject, orderId, only(addDelivery('pick-1', [{ lineId: first, quantity: 1 }])));
    expect(await failureOf(attempt, subject.secrets)).toMatchObject({ errorClass: 'permanent' });
  });
}

function deliveryClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause(
    'a delivery with its parcel, together with the state, is one update, and its answer shows it',
    async () => {
      await using subject = await open();
      const { orderId, first, shown } = await start(subject);
      const items = [{ lineId: first, quantity: 2 }];
      subject.line.forget();
      const status = await current(subject, orderId);
      subject.line.forget();
      const change = {
        ...only(addDelivery('pick-1', items, [{ ...parcel, items }])),
        shipmentState: 'Partial',
      } as const;
      const written = await subject.platform.writeStatus({ orderId, change, platform: status }, permit());
      expect(subject.line.requests.map(({ kind }) => kind)).toEqual(['write']);
      expect(written.parts?.deliveries).toEqual([
        { key: 'pick-1', items, parcels: [{ ...parcel, items, foreignType: false }] },
      ]);
      expect(await shown()).toEqual(written.parts);
      expect(await subject.side.read(orderId)).toMatchObject({ shipmentState: 'Partial' });
    },
  );

  clauses.clause('a parcel of which nothing is known yet gets its number and page later', async () => {
    await using subject = await open();
    const { orderId, first, shown } = await start(subject);
    const bare: ParcelDraft = { ...parcel, carrier: null, trackingNumber: null, trackingUrl: null };
    const items = [{ lineId: first, quantity: 1 }];
    await write(subject, orderId, only(addDelivery('pick-1', items, [bare])));
    expect((await shown())?.deliveries[0]?.parcels).toEqual([{ ...bare, foreignType: false }]);
    const { key, carrier, trackingNumber, trackingUrl } = parcel;
    await write(
      subject,
      orderId,
      only(
        { step: 'setParcelTracking', key, carrier, trackingNumber },
        { step: 'setParcelLink', key, trackingUrl: trackingUrl ?? '' },
        { step: 'setParcelItems', key, items },
      ),
    );
    expect((await shown())?.deliveries[0]?.parcels).toEqual([{ ...parcel, items, foreignType: false }]);
    await write(subject, orderId, only({ step: 'setParcelLink', key, trackingUrl: 'https://other.example.com/' }));
    expect((await shown())?.deliveries[0]?.parcels[0]?.trackingUrl).toBe('https://other.example.com/');
  });

  clauses.clause('a delivery grows: other items, another parcel, and one parcel less', async () => {
    await using subject = await open();
    const { orderId, first, second, shown } = await start(subject);
    await write(subject, orderId, only(addDelivery('pick-1', [{ lineId: first, quantity: 1 }], [parcel])));
    const items = [
      { lineId: first, quantity: 2 },
      { lineId: second, quantity: 1 },
    ];
    const next = { ...parcel, key: 'parcel-2', trackingNumber: '4712' };
    await write(
      subject,
      orderId,
      only(
        { step: 'removeParcel', key: 'parcel-1' },
        { step: 'setDeliveryItems', key: 'pick-1', items },
        { step: 'addParcel', deliveryKey: 'pick-1', parcel: next },
      ),
    );
    expect((await shown())?.deliveries).toEqual([{ key: 'pick-1', items, parcels: [{ ...next, foreignType: false }] }]);
  });

  clauses.clause('a delivery is removed, and what others delivered stays', async () => {
    await using subject = await open();
    const { orderId, first, second, shown } = await start(subject);
    const other = [{ lineId: second, quantity: 1 }];
    await write(subject, orderId, only(addDelivery('pick-1', [{ lineId: first, quantity: 1 }])));
    await write(subject, orderId, only(addDelivery('pick-2', other)));
    await write(subject, orderId, only({ step: 'removeDelivery', key: 'pick-1' }));
    expect((await shown())?.deliveries).toEqual([{ key: 'pick-2', items: other, parcels: [] }]);
  });
}

function refusalClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause('a key that is there already is refused for good, and nothing of the update is written', async () => {
    await using subject = await open();
    const { orderId, first, shown } = await start(subject);
    const items = [{ lineId: first, quantity: 1 }];
    await write(subject, orderId, only(addDelivery('pick-1', items, [parcel])));
    const before = await shown();
    for (const step of [
      addDelivery('pick-1', items),
      addDelivery('pick-2', items, [parcel]),
      { step: 'addParcel', deliveryKey: 'pick-1', parcel } as const,
    ]) {
      const change = { ...only(step), shipmentState: 'Shipped' } as const;
      expect(await failureOf(() => write(subject, orderId, change), subject.secrets)).toMatchObject({
        errorClass: 'permanent',
        httpStatus: 400,
      });
    }
    expect(await shown()).toEqual(before);
    expect(await subject.side.read(orderId)).toMatchObject({ shipmentState: null });
  });

  clauses.clause('after a lost answer a read shows the delivery, so that it is not added twice', async () => {
    await using subject = await open();
    const { orderId, first, shown } = await start(subject);
    const items = [{ lineId: first, quantity: 1 }];
    subject.line.fail({ on: 'write', fault: { effect: true, then: 'cut' } });
    const attempt = () => write(subject, orderId, only(addDelivery('pick-1', items)));
    expect(await failureOf(attempt, subject.secrets)).toMatchObject({ errorClass: 'unknown-outcome' });
    expect((await shown())?.deliveries).toEqual([{ key: 'pick-1', items, parcels: [] }]);
  });
}

function otherPartsClauses(clauses: Clauses, open: OpenPlatform): void {
  clauses.clause('a return is shown with its tracking id, and its state is raised', async () => {
    await using subject = await open();
    const { orderId, first, second, shown } = await start(subject);
    const items = [
      { lineId: first, quantity: 1, shipmentState: 'Advised' },
      { lineId: second, quantity: 1, shipmentState: 'Returned' },
    ] as const;
    const change: StatusChange = {
      shipmentState: null,
      fields: {},
      returns: [{ step: 'addReturn', trackingId: 'return-1', items }],
    };
    await write(subject, orderId, change);
    const shownReturns = (await shown())?.returns ?? [];
    expect(shownReturns.map(({ id: _, ...item }) => item)).toEqual(
      items.map((item) => ({ ...item, trackingId: 'return-1' })),
    );
    const itemId = shownReturns[0]?.id ?? '';
    await write(subject, orderId, {
      shipmentState: null,
      fields: {},
      returns: [{ step: 'setReturnState', itemId, shipmentState: 'Returned' }],
    });
    expect((await shown())?.returns.map(({ shipmentState }) => shipmentState)).toEqual(['Returned', 'Returned']);
  });

  clauses.clause('the sync mark of a channel names the provider’s order, once', async () => {
    await using subject = await open();
    const { orderId, shown } = await start(subject);
    const channelId = await subject.side.syncChannelId();
    for (const externalId of ['fulfillment-1', 'fulfillment-2'])
      await write(subject, orderId, { shipmentState: null, fields: {}, syncInfo: { channelId, externalId } });
    expect((await shown())?.syncInfo).toEqual([{ channelId, externalId: 'fulfillment-2' }]);
  });
}
