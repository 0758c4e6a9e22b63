import { expect, test } from 'vitest';
import { ApiError } from '../../errors.ts';
import type { Fields, Order } from '../../model.ts';
import { channels, types } from '../../seed.ts';
import { orderDraft } from '../../testing/simulator.ts';
import type { ActionContext } from '../action.ts';
import { applyAction, messagesOf } from '../applyAction.ts';
import { createOrder } from '../createOrder.ts';

const now = '2026-11-20T09:15:40.018Z';

function createContext(change: Partial<ActionContext> = {}): ActionContext {
  let ids = 0;
  const find = <T extends { id: string; key?: string }>(
    all: readonly T[],
    { id, key }: { id?: string; key?: string },
  ) => all.find((candidate) => (id === undefined ? candidate.key === key : candidate.id === id));
  return {
    now,
    newId: () => `id-${++ids}`,
    type: (identifier) => find([...types, productType, strictType], identifier),
    channel: (identifier) => find(channels, identifier),
    orderNumberTaken: (orderNumber) => orderNumber === 'taken',
    ...change,
  };
}

const productType = { ...types[0]!, id: 'product-type', key: 'for-products', resourceTypeIds: ['product'] };
const strictType = {
  ...types[0]!,
  id: 'strict-type',
  key: 'strict',
  fieldDefinitions: [
    { name: 'must', type: { name: 'String' }, required: true },
    { name: 'flag', type: { name: 'Boolean' }, required: false },
    { name: 'day', type: { name: 'Date' }, required: false },
    { name: 'choice', type: { name: 'Enum', values: [{ key: 'a' }] }, required: false },
    { name: 'many', type: { name: 'Set', elementType: { name: 'Number' } }, required: false },
  ],
};

const order = (change: Fields = {}): Order => createOrder(orderDraft({ id: 'order-1', ...change }), createContext());

/** Applies in turn; answers with the order and all messages. */
function run(start: Order, ...actions: Fields[]) {
  const context = createContext();
  return actions.reduce<{ order: Order; messages: unknown[] }>(
    (state, action) => {
      const after = applyAction(state.order, action, context);
      return { order: after, messages: [...state.messages, ...messagesOf(action, state.order, after)] };
    },
    { order: start, messages: [] },
  );
}

/** The error code with which the last of the actions is refused. */
function refusal(start: Order, ...actions: Fields[]): string | undefined {
  try {
    run(start, ...actions);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(error.statusCode).toBe(400);
    return error.details[0]?.code;
  }
}

const setType = (fields: Fields = {}) => ({
  action: 'setCustomType',
  type: { typeId: 'type', key: 'fft-order' },
  fields,
});
const setField = (name: string, value?: unknown) => ({
  action: 'setCustomField',
  name,
  ...(value !== undefined && { value }),
});

test('actions leave the order that they are given as it was', () => {
  const start = order();
  const copy = structuredClone(start);
  run(
    start,
    setType({ fft_order_id: 'a' }),
    { action: 'addDelivery', deliveryKey: 'd1' },
    { action: 'changeOrderState', orderState: 'Confirmed' },
  );
  expect(start).toEqual(copy);
});

test('setCustomType replaces the Type and all fields, and names the previous one', () => {
  const first = run(order(), setType({ fft_order_id: 'a', fft_short_id: 'b' }));
  expect(first.order.custom).toEqual({
    type: { typeId: 'type', id: types[0]?.id },
    fields: { fft_order_id: 'a', fft_short_id: 'b' },
  });
  expect(first.messages).toEqual([{ type: 'OrderCustomTypeSet', customFields: first.order.custom }]);
  const second = run(first.order, {
    action: 'setCustomType',
    type: { typeId: 'type', id: 'strict-type' },
    fields: { must: 'x' },
  });
  expect(second.order.custom?.fields).toEqual({ must: 'x' });
  expect(second.messages).toEqual([
    { type: 'OrderCustomTypeSet', customFields: second.order.custom, previousTypeId: types[0]?.id },
  ]);
  const removed = run(second.order, { action: 'setCustomType' });
  expect(removed.order).not.toHaveProperty('custom');
  expect(removed.messages).toEqual([{ type: 'OrderCustomTypeRemoved', previousTypeId: 'strict-type' }]);
});

test('setCustomType is checked against the Type', () => {
  const strict = (fields: Fields) => ({ action: 'setCustomType', type: { typeId: 'type', key: 'strict' }, fields });
  expect(refusal(order(), setType({ unknown: 'a' }))).toBe('InvalidOperation');
  expect(refusal(order(), setType({ fft_load_units_amount: '3' }))).toBe('InvalidField');
  expect(refusal(order(), setType({ fft_order_id: 3 }))).toBe('InvalidField');
  expect(refusal(order(), strict({}))).toBe('RequiredField');
  expect(refusal(order(), strict({ must: null }))).toBe('RequiredField');
  expect(refusal(order(), { action: 'setCustomType', type: { typeId: 'type', key: 'none' } })).toBe(
    'ReferencedResourceNotFound',
  );
  expect(refusal(order(), { action: 'setCustomType', type: { typeId: 'type', key: 'for-products' } })).toBe(
    'InvalidOperation',
  );
  expect(refusal(order(), { action: 'setCustomType', type: { typeId: 'type' } })).toBe('InvalidInput');
  expect(refusal(order(), { action: 'setCustomType', fields: { fft_order_id: 'a' } })).toBe('InvalidOperation');
});

test.for([
  ['flag', true, 'true'],
  ['day', '2026-11-20', '2026-11-20T00:00:00Z'],
  ['choice', 'a', 'b'],
  ['many', [1, 2], [1, '2']],
] as const)('the field "%s" takes %j and refuses %j', ([name, good, bad]) => {
  const start = run(order(), {
    action: 'setCustomType',
    type: { typeId: 'type', key: 'strict' },
    fields: { must: 'x' },
  }).order;
  expect(run(start, setField(name, good)).order.custom?.fields[name]).toEqual(good);
  expect(refusal(start, setField(name, bad))).toBe('InvalidField');
});

test('setCustomField adds, changes and removes, each with its message', () => {
  const { order: end, messages } = run(
    order(),
    setType(),
    setField('fft_short_id', 'ER12'),
    setField('fft_short_id', 'ER13'),
    setField('fft_short_id', 'ER13'),
    setField('fft_load_units_amount', 0),
    { action: 'setCustomField', name: 'fft_short_id', value: null },
  );
  expect(end.custom?.fields).toEqual({ fft_load_units_amount: 0 });
  expect(messages.slice(1)).toEqual([
    { type: 'OrderCustomFieldAdded', name: 'fft_short_id', value: 'ER12' },
    { type: 'OrderCustomFieldChanged', name: 'fft_short_id', value: 'ER13', previousValue: 'ER12' },
    { type: 'OrderCustomFieldAdded', name: 'fft_load_units_amount', value: 0 },
    { type: 'OrderCustomFieldRemoved', name: 'fft_short_id' },
  ]);
});

test('setCustomField needs a Type, a field of it, a value of its type, and something to remove', () => {
  expect(refusal(order(), setField('fft_short_id', 'a'))).toBe('InvalidOperation');
  expect(refusal(order(), setType(), setField('shop_field', 'a'))).toBe('InvalidOperation');
  expect(refusal(order(), setType(), setField('fft_load_units_amount', 'a'))).toBe('InvalidField');
  expect(refusal(order(), setType(), setField('fft_short_id'))).toBe('InvalidOperation');
  expect(refusal(order(), setType(), { action: 'setCustomField', value: 'a' })).toBe('InvalidJsonInput');
});

test.for([
  ['changeOrderState', 'orderState', 'Cancelled', 'Canceled', 'OrderStateChanged'],
  ['changeShipmentState', 'shipmentState', 'Canceled', 'Cancelled', 'OrderShipmentStateChanged'],
  ['changePaymentState', 'paymentState', 'Paid', 'paid', 'OrderPaymentStateChanged'],
] as const)('%s takes only the values of its enumeration', ([action, name, good, bad, type]) => {
  const { order: end, messages } = run(order(), { action, [name]: good });
  expect(end[name]).toBe(good);
  expect(messages).toEqual([expect.objectContaining({ type, [name]: good })]);
  expect(refusal(order(), { action, [name]: bad })).toBe('InvalidJsonInput');
  expect(refusal(order(), { action })).toBe('InvalidJsonInput');
});

test('a state message names the old state when there was one', () => {
  const { messages } = run(
    order(),
    { action: 'changeShipmentState', shipmentState: 'Ready' },
    { action: 'changeShipmentState', shipmentState: 'Pending' },
    { action: 'changeOrderState', orderState: 'Confirmed' },
  );
  expect(messages).toEqual([
    { type: 'OrderShipmentStateChanged', shipmentState: 'Ready' },
    { type: 'OrderShipmentStateChanged', shipmentState: 'Pending', oldShipmentState: 'Ready' },
    { type: 'OrderStateChanged', orderId: 'order-1', orderState: 'Confirmed', oldOrderState: 'Open' },
  ]);
});

const delivery = (change: Fields = {}) => ({
  action: 'addDelivery',
  deliveryKey: 'ship-1',
  items: [{ id: 'line-1', quantity: 2 }],
  parcels: [{ key: 'parcel-1', trackingData: { trackingId: 'T1', carrier: 'DHL' } }],
  ...change,
});

test('addDelivery stores items and parcels with ids, and tells the delivery', () => {
  const { order: end, messages } = run(order(), delivery());
  const [stored] = end.shippingInfo?.deliveries ?? [];
  expect(stored).toMatchObject({ key: 'ship-1', createdAt: now, items: [{ id: 'line-1', quantity: 2 }] });
  expect(stored?.parcels).toEqual([
    {
      id: expect.any(String),
      key: 'parcel-1',
      createdAt: now,
      trackingData: { trackingId: 'T1', carrier: 'DHL', isReturn: false },
      items: [],
    },
  ]);
  expect(messages).toEqual([{ type: 'DeliveryAdded', delivery: stored }]);
});

test('addDelivery is refused without shippingInfo, for keys in use, and for lines that do not exist', () => {
  const { shippingInfo: _, ...bare } = order();
  expect(refusal(bare as Order, delivery())).toBe('InvalidOperation');
  expect(refusal(order(), delivery(), delivery({ parcels: [] }))).toBe('DuplicateField');
  expect(refusal(order(), delivery(), delivery({ deliveryKey: 'ship-2' }))).toBe('DuplicateField');
  expect(refusal(order(), delivery({ items: [{ id: 'line-9', quantity: 1 }] }))).toBe('InvalidOperation');
  expect(refusal(order(), delivery({ items: [{ id: 'line-1', quantity: 0 }] }))).toBe('InvalidJsonInput');
  expect(refusal(order(), delivery({ deliveryKey: 'no spaces' }))).toBe('InvalidInput');
  expect(refusal(order(), delivery({ address: { city: 'Köln' } }))).toBe('InvalidJsonInput');
});

test('deliveries without keys are added each time', () => {
  const bare = { action: 'addDelivery' };
  expect(run(order(), bare, bare).order.shippingInfo?.deliveries).toHaveLength(2);
});

test('in shipping mode Multiple a delivery goes to the shipping that the action names', () => {
  const shipping = ['home', 'store'].map((shippingKey) => ({ shippingKey, shippingInfo: { deliveries: [] } }));
  const start = order({ shippingMode: 'Multiple', shippingInfo: undefined, shipping });
  expect(refusal(start, delivery())).toBe('InvalidInput');
  expect(refusal(start, delivery({ shippingKey: 'moon' }))).toBe('InvalidOperation');
  const { order: end, messages } = run(start, delivery({ shippingKey: 'store' }));
  expect(end.shipping.map(({ shippingInfo }) => shippingInfo?.deliveries?.length)).toEqual([0, 1]);
  expect(messages).toEqual([expect.objectContaining({ type: 'DeliveryAdded', shippingKey: 'store' })]);
});

test('addParcelToDelivery finds the delivery by id or key', () => {
  const parcel = { action: 'addParcelToDelivery', deliveryKey: 'ship-1', parcelKey: 'parcel-2' };
  const { order: end, messages } = run(order(), delivery(), parcel);
  const [stored] = end.shippingInfo?.deliveries ?? [];
  expect(stored?.parcels.map(({ key }) => key)).toEqual(['parcel-1', 'parcel-2']);
  expect(messages[1]).toEqual({ type: 'ParcelAddedToDelivery', delivery: stored, parcel: stored?.parcels[1] });
  expect(refusal(end, parcel)).toBe('DuplicateField');
  expect(refusal(end, { ...parcel, deliveryKey: 'none', parcelKey: 'parcel-3' })).toBe('InvalidOperation');
  expect(refusal(end, { action: 'addParcelToDelivery' })).toBe('InvalidInput');
  expect(run(end, { action: 'addParcelToDelivery', deliveryId: stored?.id }).messages).toHaveLength(1);
});

test('a parcel goes to the delivery that is named and leaves the others alone', () => {
  const other = delivery({ deliveryKey: 'ship-2', parcels: [] });
  const parcel = { action: 'addParcelToDelivery', deliveryKey: 'ship-2', parcelKey: 'parcel-2' };
  const { order: end, messages } = run(order(), delivery(), other, parcel);
  const keys = end.shippingInfo?.deliveries?.map(({ parcels }) => parcels.map(({ key }) => key));
  expect(keys).toEqual([['parcel-1'], ['parcel-2']]);
  expect(messages).toHaveLength(3);
});

test('custom fields of deliveries and parcels are refused, not lost', () => {
  const custom = { type: { typeId: 'type', key: 'fft-order' } };
  expect(refusal(order(), delivery({ custom }))).toBe('InvalidInput');
  expect(refusal(order(), delivery({ parcels: [{ custom }] }))).toBe('InvalidInput');
});

test('setParcelTrackingData changes one parcel, and the same data changes nothing', () => {
  const tracking = { action: 'setParcelTrackingData', parcelKey: 'parcel-1', trackingData: { trackingId: 'T2' } };
  const parcels = [{ key: 'parcel-1' }, { key: 'parcel-2', trackingData: { trackingId: 'T9' } }];
  const { order: end, messages } = run(order(), delivery({ parcels }), tracking, tracking);
  const [stored] = end.shippingInfo?.deliveries ?? [];
  expect(stored?.parcels.map(({ trackingData }) => (trackingData as Fields).trackingId)).toEqual(['T2', 'T9']);
  expect(messages.slice(1)).toEqual([
    {
      type: 'ParcelTrackingDataUpdated',
      deliveryId: stored?.id,
      parcelId: stored?.parcels[0]?.id,
      trackingData: { trackingId: 'T2', isReturn: false },
    },
  ]);
  expect(refusal(end, { ...tracking, parcelKey: 'none' })).toBe('InvalidOperation');
});

test('addReturnInfo adds items with the states that commercetools gives them', () => {
  const items = [
    { lineItemId: 'line-1', quantity: 1, shipmentState: 'Advised' },
    { lineItemId: 'line-1', quantity: 1, shipmentState: 'Returned' },
  ];
  const { order: end, messages } = run(order(), { action: 'addReturnInfo', returnTrackingId: 'R1', items });
  const [stored] = (end.returnInfo ?? []) as { items: Fields[] }[];
  expect(stored?.items.map(({ type, paymentState }) => [type, paymentState])).toEqual([
    ['LineItemReturnItem', 'NonRefundable'],
    ['LineItemReturnItem', 'Initial'],
  ]);
  expect(messages).toEqual([{ type: 'ReturnInfoAdded', returnInfo: stored }]);
});

test.for([
  [[], 'InvalidInput'],
  [[{ lineItemId: 'line-9', quantity: 1, shipmentState: 'Advised' }], 'InvalidOperation'],
  [[{ quantity: 1, shipmentState: 'Advised' }], 'InvalidInput'],
  [[{ lineItemId: 'line-1', quantity: 1, shipmentState: 'BackInStock' }], 'InvalidJsonInput'],
  [[{ lineItemId: 'line-1', quantity: 1.5, shipmentState: 'Advised' }], 'InvalidJsonInput'],
] as const)('addReturnInfo with the items %j is refused as %s', ([items, code]) => {
  expect(refusal(order(), { action: 'addReturnInfo', items })).toBe(code);
});

test('updateSyncInfo keeps one entry per channel, needs an export channel, and makes no message', () => {
  const sync = (key: string, externalId: string) => ({
    action: 'updateSyncInfo',
    channel: { typeId: 'channel', key },
    externalId,
  });
  const { order: end, messages } = run(order(), sync('fulfillmenttools', 'a'), sync('fulfillmenttools', 'b'));
  expect(end.syncInfo).toEqual([
    { channel: { typeId: 'channel', id: channels[3]?.id }, externalId: 'b', syncedAt: now },
  ]);
  expect(messages).toEqual([]);
  expect(refusal(order(), sync('store-berlin', 'a'))).toBe('InvalidOperation');
  expect(refusal(order(), sync('none', 'a'))).toBe('ReferencedResourceNotFound');
});

test('an order number is set once, must be free, and makes no message', () => {
  const set = (orderNumber: string) => ({ action: 'setOrderNumber', orderNumber });
  const { order: end, messages } = run(order(), set('N-1'));
  expect([end.orderNumber, messages]).toEqual(['N-1', []]);
  expect(refusal(end, set('N-2'))).toBe('InvalidOperation');
  expect(refusal(order(), set('taken'))).toBe('DuplicateField');
});

test('setShippingAddress tells the new and the old address', () => {
  const address = { country: 'AT', city: 'Wien' };
  const { order: end, messages } = run(
    order(),
    { action: 'setShippingAddress', address },
    { action: 'setShippingAddress' },
  );
  expect(end).not.toHaveProperty('shippingAddress');
  expect(messages).toEqual([
    { type: 'OrderShippingAddressSet', address, oldAddress: { country: 'DE', city: 'Köln' } },
    { type: 'OrderShippingAddressSet', oldAddress: address },
  ]);
  expect(refusal(order(), { action: 'setShippingAddress', address: { city: 'Köln' } })).toBe('InvalidJsonInput');
});
