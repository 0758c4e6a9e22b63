import type { OrderParts } from '@pipeline/schemas/types';
import { describe, expect, it } from 'vitest';
import {
  aFulfillmentEvent,
  afterUpdate,
  aHandoverJob,
  aLedgerEntry,
  aParcel,
  aPickJob,
  aPlacement,
  aPlatformStatus,
  aProviderOrder,
  aReturn,
  aShipment,
  someParts,
} from '../testkit/index.ts';
import { toChange } from './change.ts';
import { desired } from './desired.ts';
import { evolve } from './evolve.ts';
import { type StatusPolicy, statusPresets } from './policy.ts';

const { docs } = statusPresets;
type Input = Parameters<typeof evolve>[1];
type State = ReturnType<typeof evolve>;

const fold = (inputs: readonly Input[], state?: State): State =>
  inputs.reduce<State | undefined>((before, input) => evolve(before, input), state) ?? expect.fail('no input');

/** What the shop shows once everything is written, and the change that led there. */
function write(state: State, parts: OrderParts, policy: StatusPolicy = docs) {
  const platform = aPlatformStatus({ parts });
  const change = toChange({ desired: desired(state, policy), written: null, platform });
  return { change, shown: change ? afterUpdate(parts, change) : parts };
}

const given = (over: Parameters<typeof aHandoverJob>[0] = {}, quantity = 1) =>
  aFulfillmentEvent({
    handoverJob: aHandoverJob({
      version: 2,
      status: 'HANDED_OVER',
      lines: [{ articleId: 'sku-1', quantity, handedOver: quantity, refused: 0 }],
      ...over,
    }),
  });
const reverted = aFulfillmentEvent({ handoverJob: aHandoverJob({ version: 3, status: 'OPEN' }) });
const placed = aLedgerEntry();
const items = [{ lineId: 'line-1', quantity: 1 }];
const parcel = { key: 'parcel-1', carrier: 'DHL', trackingNumber: '47', trackingUrl: 'https://t/47', items };

describe('a delivery', () => {
  it('is what a pick job gave to a carrier, under its id, with the parcel of the handover', () => {
    const tracked = aParcel({ trackingNumber: '47', trackingUrl: 'https://t/47' });
    const state = fold([placed, given({ parcelId: 'parcel-1' }), aFulfillmentEvent({ parcel: tracked })]);
    const { change, shown } = write(state, someParts());
    expect(change?.deliveries).toEqual([
      { step: 'addDelivery', key: 'pick-1', shippingKey: null, items, parcels: [parcel] },
    ]);
    expect(write(state, shown).change?.deliveries).toBeUndefined();
  });

  it('is there before the first account of its parcel, which fills in what is known later', () => {
    const early = fold([placed, given({ parcelId: 'parcel-1', carrierKey: 'DHL' })]);
    const { shown } = write(early, someParts());
    expect(shown.deliveries[0]?.parcels[0]).toMatchObject({ key: 'parcel-1', carrier: 'DHL', trackingNumber: null });
    const tracked = aParcel({ carrierKey: null, trackingNumber: '47', trackingUrl: 'https://t/47' });
    const later = write(fold([aFulfillmentEvent({ parcel: tracked })], early), shown);
    expect(later.change?.deliveries).toEqual([
      { step: 'setParcelTracking', key: 'parcel-1', carrier: 'DHL', trackingNumber: '47' },
      { step: 'setParcelLink', key: 'parcel-1', trackingUrl: 'https://t/47' },
    ]);
    expect(later.shown.deliveries).toEqual([{ key: 'pick-1', items, parcels: [{ ...parcel, foreignType: false }] }]);
  });

  it('learns of parcels, numbers and the carrier from the shipment', () => {
    const parcels = [
      { id: 'parcel-1', status: 'DONE', trackingNumber: '47' },
      { id: 'parcel-0', status: 'FAILED', trackingNumber: null },
    ] as const;
    const state = fold([placed, given(), aFulfillmentEvent({ shipment: aShipment({ carrierKey: 'UPS', parcels }) })]);
    expect(write(state, someParts()).shown.deliveries[0]?.parcels).toEqual([
      { ...parcel, carrier: 'UPS', trackingUrl: null, items: [], foreignType: false },
    ]);
  });

  it('is none before something was handed over, and none of what customers collect', () => {
    expect(
      write(fold([placed, aFulfillmentEvent({ handoverJob: aHandoverJob() })]), someParts()).change?.deliveries,
    ).toBe(undefined);
    expect(write(fold([placed, given({ channel: 'COLLECT' })]), someParts()).change?.deliveries).toBe(undefined);
  });

  it('of goods that are in two line items takes from both, and never more than was ordered', () => {
    const lines = ['a', 'b'].map((id) => ({ id, articleId: 'sku-1', quantity: 1 }));
    const { shown } = write(fold([placed, given({}, 3)]), someParts({ lines }));
    expect(shown.deliveries[0]?.items).toEqual([
      { lineId: 'a', quantity: 1 },
      { lineId: 'b', quantity: 1 },
    ]);
  });

  it('grows with the second handover of its pick job', () => {
    const parts = someParts({ lines: [{ id: 'line-1', articleId: 'sku-1', quantity: 2 }] });
    const first = fold([placed, given({ parcelId: 'parcel-1' })]);
    const second = fold([given({ id: 'handover-2', parcelId: 'parcel-2' })], first);
    const { change } = write(second, write(first, parts).shown);
    expect(change?.deliveries?.map(({ step }) => step)).toEqual(['setDeliveryItems', 'addParcel']);
  });

  it('is none when the customer took nothing', () => {
    const lines = [{ articleId: 'sku-1', quantity: 1, handedOver: 0, refused: 1 }];
    const state = fold([placed, given({ lines })]);
    expect(write(state, someParts()).change).not.toHaveProperty('deliveries');
    expect(desired({ ...state, platform: aPlatformStatus({ parts: someParts() }) }, docs).alerts).toEqual([]);
  });

  it('somebody else’s is never touched', () => {
    const foreign = { key: 'theirs', items, parcels: [{ ...parcel, key: 'theirs-1', foreignType: false }] };
    const { shown } = write(fold([placed, given()]), someParts({ deliveries: [foreign] }));
    expect(shown.deliveries).toHaveLength(2);
    expect(shown.deliveries[0]).toEqual(foreign);
  });

  it('whose parcel has a Type of the shop gets no link', () => {
    const state = fold([
      placed,
      given({ parcelId: 'parcel-1' }),
      aFulfillmentEvent({ parcel: aParcel({ trackingUrl: 'https://t/47' }) }),
    ]);
    const shown = { ...parcel, trackingNumber: null, trackingUrl: null, foreignType: true };
    const parts = someParts({ deliveries: [{ key: 'pick-1', items, parcels: [shown] }] });
    expect(write(state, parts).change?.deliveries).toBeUndefined();
  });

  it('loses a parcel that the carrier has cancelled', () => {
    const state = fold([placed, given({ parcelId: 'parcel-1' })]);
    const { shown } = write(state, someParts());
    const dead = fold([aFulfillmentEvent({ parcel: aParcel({ version: 5, status: 'CANCELED' }) })], state);
    expect(write(dead, shown).change?.deliveries).toEqual([{ step: 'removeParcel', key: 'parcel-1' }]);
  });
});

describe('a delivery whose handover was taken back', () => {
  const left = fold([placed, given()]);
  const { shown } = write(left, someParts());
  const back = fold([reverted], left);

  it('stays, and is the same when the goods are handed over again', () => {
    expect(write(back, shown).change?.deliveries).toBeUndefined();
    expect(write(fold([given({ version: 4 })], back), shown).change?.deliveries).toBeUndefined();
  });

  it('is removed at once where the shop wants that', () => {
    const { change } = write(back, shown, { ...docs, revertedDelivery: 'remove' });
    expect(change?.deliveries).toEqual([{ step: 'removeDelivery', key: 'pick-1' }]);
  });

  it('goes when its goods leave with another one, in the same update', () => {
    const other = given({ id: 'handover-2', pickJobId: 'pick-2' });
    const { change, shown: after } = write(fold([other], back), shown);
    expect(change?.deliveries?.map(({ step }) => step)).toEqual(['removeDelivery', 'addDelivery']);
    expect(after.deliveries.map(({ key }) => key)).toEqual(['pick-2']);
  });
});

describe('an order without a place for deliveries', () => {
  const state = fold([placed, given()]);
  const alertsOf = (parts: OrderParts) => desired({ ...state, platform: aPlatformStatus({ parts }) }, docs).alerts;

  it('gets none, and that is told', () => {
    const parts = someParts({ shippingKeys: [] });
    expect(write(state, parts).change).not.toHaveProperty('deliveries');
    expect(alertsOf(parts)).toContain('delivery-without-shipping');
    expect(alertsOf(someParts())).toEqual([]);
  });

  it.each([
    [['home'], 'order', 'home'],
    [['home', 'office'], 'office', 'office'],
    [['home', 'office'], 'order', undefined],
  ])('with the shipping keys %j and the target %s: %s', (shippingKeys, target, expected) => {
    const placement = aPlacement({ target });
    const several = fold([aLedgerEntry({ placements: [placement] }), given()]);
    const step = write(several, someParts({ shippingKeys })).change?.deliveries?.[0];
    expect(step && 'shippingKey' in step ? step.shippingKey : undefined).toBe(expected);
  });

  it('gets none of goods that it does not have', () => {
    const parts = someParts({ lines: [] });
    expect(write(state, parts).change).not.toHaveProperty('deliveries');
    expect(alertsOf(parts)).toContain('delivery-without-goods');
  });
});

describe('a return', () => {
  const back = (accepted: number, over = {}) =>
    aFulfillmentEvent({
      return: aReturn({
        version: accepted + 1,
        items: [{ returnId: 'return-1', articleId: 'sku-1', quantity: 1, facilityId: null, accepted }],
        ...over,
      }),
    });
  const announced = fold([placed, back(0)]);
  const advised = write(announced, someParts());

  it('is advised once, under the id of the item return', () => {
    expect(advised.change?.returns).toEqual([
      { step: 'addReturn', trackingId: 'return-1', items: [{ ...items[0], shipmentState: 'Advised' }] },
    ]);
    expect(write(announced, advised.shown).change).not.toHaveProperty('returns');
  });

  it('is returned when all pieces were taken back; a state that the shop has set after it stays', () => {
    const accepted = fold([back(1)], announced);
    const { change, shown } = write(accepted, advised.shown);
    expect(change?.returns).toEqual([{ step: 'setReturnState', itemId: 'return-item-0', shipmentState: 'Returned' }]);
    const [item] = shown.returns;
    const stocked = { ...shown, returns: item ? [{ ...item, shipmentState: 'BackInStock' }] : [] };
    expect(write(accepted, stocked).change).not.toHaveProperty('returns');
  });

  it('that was cancelled before it was written is none; of more pieces than were ordered those that were', () => {
    expect(write(fold([placed, back(0, { status: 'CANCELED' })]), someParts()).change).not.toHaveProperty('returns');
    const many = [{ returnId: 'return-1', articleId: 'sku-1', quantity: 5, facilityId: null, accepted: 0 }];
    const { shown } = write(fold([placed, back(0, { items: many })]), someParts());
    expect(shown.returns.map(({ quantity }) => quantity)).toEqual([1]);
  });

  it('that grows is added to', () => {
    const parts = someParts({
      lines: [{ id: 'line-1', articleId: 'sku-1', quantity: 3 }],
      returns: advised.shown.returns,
    });
    const more = [{ returnId: 'return-1', articleId: 'sku-1', quantity: 2, facilityId: null, accepted: 0 }];
    const { shown } = write(fold([back(0, { version: 2, items: more })], announced), parts);
    expect(shown.returns.map(({ trackingId, quantity }) => [trackingId, quantity])).toEqual([
      ['return-1', 1],
      ['return-1', 1],
    ]);
  });
});

describe('what is written at all', () => {
  const state = fold([placed, aFulfillmentEvent({ order: aProviderOrder(), pickJob: null }), given()]);

  it.each([
    ['state', { parts: ['state'] }, ['shipmentState']],
    ['fields', { parts: ['fields'] }, ['fields']],
    ['deliveries', { parts: ['deliveries'] }, ['deliveries']],
    ['the sync mark', { parts: [], syncChannelId: 'channel-1' }, ['syncInfo']],
    ['nothing', { parts: [] }, []],
  ] as const)('can be %s alone', (_, over, expected) => {
    const { change } = write(state, someParts(), { ...docs, ...over });
    const { shipmentState = null, fields = {}, ...rest } = change ?? {};
    expect([
      ...(shipmentState === null ? [] : ['shipmentState']),
      ...(Object.keys(fields).length === 0 ? [] : ['fields']),
      ...Object.keys(rest),
    ]).toEqual(expected);
  });

  it('the sync mark is set once, and again when it names another order', () => {
    const policy: StatusPolicy = { ...docs, syncChannelId: 'channel-1' };
    const { change, shown } = write(state, someParts(), policy);
    expect(change?.syncInfo).toEqual({ channelId: 'channel-1', externalId: 'fft-order-1' });
    expect(write(state, shown, policy).change).not.toHaveProperty('syncInfo');
  });
});

describe('the preset of the vendor’s connector', () => {
  const { connector } = statusPresets;
  const two = aProviderOrder({ lines: [{ articleId: 'sku-1', quantity: 2 }] });
  const state = fold([
    placed,
    aFulfillmentEvent({ order: two }),
    aFulfillmentEvent({
      pickJob: aPickJob({ status: 'CLOSED', lines: [{ articleId: 'sku-1', quantity: 2, picked: 2 }] }),
    }),
    given({ parcelId: 'parcel-1' }),
    aFulfillmentEvent({ parcel: aParcel({ trackingNumber: '47', trackingUrl: 'https://t/47' }) }),
    aFulfillmentEvent({ handoverJob: aHandoverJob({ id: 'handover-2', parcelId: 'parcel-2', trackingNumber: '48' }) }),
  ]);

  it('is Shipped with the first handover, where ours is Partial, and has no deliveries', () => {
    expect(desired(state, docs).shipmentState).toBe('Partial');
    expect(desired(state, connector).shipmentState).toBe('Shipped');
    expect(write(state, someParts(), connector).change).not.toHaveProperty('deliveries');
  });

  it('lists the parcels of all handover jobs in a field, as the connector does', () => {
    expect(JSON.parse(desired(state, connector).fields.parcels ?? '')).toEqual([
      { tracking_number: '47', tracking_url: 'https://t/47' },
      { tracking_number: '48' },
    ]);
    expect(desired(state, docs).fields.parcels).toBeNull();
  });
});
