import { expect, test } from 'vitest';
import { ApiError } from '../../errors.ts';
import type { Fields, Order } from '../../model.ts';
import { channels, states, types } from '../../seed.ts';
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
    type: (identifier) => find([...types, productType, strictType, ofDelivery, ofParcel], identifier),
    channel: (identifier) => find(channels, identifier),
    state: (identifier) => find(states, identifier),
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
      return { order: after, messages: [...state.messages, ...messagesOf({ action, now }, state.order, after)] };
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

const ofDelivery = { ...types[0]!, id: 'delivery-type', key: 'for-deliveries', resourceTypeIds: ['order-delivery'] };
const ofParcel = { ...types[0]!, id: 'parcel-type', key: 'for-parcels', resourceTypeIds: ['order-parcel'] };

test('deliveries and parcels take custom fields of a Type that is for them', () => {
  const custom = (key: string, value = 'x') => ({ type: { typeId: 'type', key }, fields: { fft_short_id: value } });
  expect(refusal(order(), delivery({ custom: custom('fft-order') }))).toBe('InvalidOperation');
  expect(refusal(order(), delivery({ parcels: [{ custom: custom('for-deliveries') }] }))).toBe('InvalidOperation');
  expect(refusal(order(), delivery({ custom: {} }))).toBe('InvalidJsonInput');
  const parcels = [{ key: 'parcel-1', custom: custom('for-parcels') }];
  const { order: end, messages } = run(
    order(),
    delivery({ custom: custom('for-deliveries'), parcels }),
    { action: 'setDeliveryCustomField', deliveryKey: 'ship-1', name: 'fft_short_id', value: 'y' },
    { action: 'setParcelCustomField', parcelKey: 'parcel-1', name: 'fft_short_id', value: 'z' },
    { action: 'setDeliveryCustomField', deliveryKey: 'ship-1', name: 'fft_short_id', value: 'y' },
  );
  const [placed] = end.shippingInfo?.deliveries ?? [];
  expect([placed?.custom?.fields, placed?.parcels[0]?.custom?.fields]).toEqual([
    { fft_short_id: 'y' },
    { fft_short_id: 'z' },
  ]);
  const changed = { type: 'DeliveryCustomFieldChanged', deliveryId: placed?.id, name: 'fft_short_id' };
  expect(messages.slice(1)).toEqual([{ ...changed, value: 'y', previousValue: 'x' }]);
  const unset = { action: 'setParcelCustomField', parcelKey: 'parcel-1', name: 'fft_order_id', value: 1 };
  expect(refusal(end, unset)).toBe('InvalidField');
  expect(refusal(run(order(), delivery({ parcels: [{ key: 'parcel-1' }] })).order, unset)).toBe('InvalidOperation');
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
  const [stored] = (end.returnInfo ?? []) as unknown as { items: Fields[] }[];
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

test('deliveries and parcels are changed and removed, each with its message', () => {
  const parcels = [{ key: 'parcel-1' }, { key: 'parcel-2' }];
  const start = run(order(), delivery({ parcels })).order;
  const { order: end, messages } = run(
    start,
    { action: 'setDeliveryItems', deliveryKey: 'ship-1', items: [{ id: 'line-1', quantity: 1 }] },
    { action: 'setDeliveryAddress', deliveryKey: 'ship-1', address: { country: 'AT' } },
    { action: 'setParcelMeasurements', parcelKey: 'parcel-1', measurements: { weightInGram: 5 } },
    { action: 'setParcelItems', parcelKey: 'parcel-1', items: [{ id: 'line-1', quantity: 1 }] },
    { action: 'removeParcelFromDelivery', parcelKey: 'parcel-2' },
    { action: 'setDeliveryAddress', deliveryKey: 'ship-1', address: { country: 'AT' } },
  );
  expect(messages.map((message) => (message as Fields).type)).toEqual([
    'DeliveryItemsUpdated',
    'DeliveryAddressSet',
    'ParcelMeasurementsUpdated',
    'ParcelItemsUpdated',
    'ParcelRemovedFromDelivery',
  ]);
  expect(end.shippingInfo?.deliveries).toMatchObject([
    { address: { country: 'AT' }, parcels: [{ key: 'parcel-1', measurements: { weightInGram: 5 } }] },
  ]);
  const removed = run(end, { action: 'removeDelivery', deliveryKey: 'ship-1' });
  expect(removed.order.shippingInfo?.deliveries).toEqual([]);
  expect(removed.messages).toMatchObject([{ type: 'DeliveryRemoved', delivery: { key: 'ship-1' } }]);
  expect(refusal(removed.order, { action: 'removeDelivery', deliveryKey: 'ship-1' })).toBe('InvalidOperation');
});

test('a return item goes on to other states, and only what is told of has a message', () => {
  const items = [{ lineItemId: 'line-1', quantity: 1, shipmentState: 'Advised' }];
  const start = run(order(), { action: 'addReturnInfo', items }).order;
  const returnItemId = start.returnInfo?.[0]?.items[0]?.id;
  const { order: end, messages } = run(
    start,
    { action: 'setReturnShipmentState', returnItemId, shipmentState: 'BackInStock' },
    { action: 'setReturnPaymentState', returnItemId, paymentState: 'Refunded' },
    { action: 'setReturnShipmentState', returnItemId, shipmentState: 'BackInStock' },
  );
  expect(end.returnInfo?.[0]?.items[0]).toMatchObject({ shipmentState: 'BackInStock', paymentState: 'Refunded' });
  expect(messages).toEqual([
    { type: 'OrderReturnShipmentStateChanged', returnItemId, returnShipmentState: 'BackInStock' },
  ]);
  expect(refusal(start, { action: 'setReturnShipmentState', returnItemId, shipmentState: 'Lost' })).toBe(
    'InvalidJsonInput',
  );
  expect(run(start, { action: 'setReturnInfo', items: [] }).messages).toEqual([
    { type: 'ReturnInfoSet', returnInfo: [] },
  ]);
});

test('people, payments and numbers of an order are told with their old values', () => {
  const { messages } = run(
    order({ customerEmail: 'old@example.com' }),
    { action: 'setCustomerEmail', email: 'new@example.com' },
    { action: 'setCustomerEmail', email: 'new@example.com' },
    { action: 'setCustomerId', customerId: 'c-1' },
    { action: 'setBillingAddress', address: { country: 'DE' } },
    { action: 'setPurchaseOrderNumber', purchaseOrderNumber: 'PO-1' },
    { action: 'setLocale', locale: 'de-DE' },
    { action: 'setStore', store: { typeId: 'store', key: 'berlin' } },
    { action: 'addPayment', payment: { typeId: 'payment', id: 'p-1' } },
    { action: 'addPayment', payment: { typeId: 'payment', id: 'p-1' } },
    { action: 'removePayment', payment: { typeId: 'payment', id: 'p-1' } },
  );
  const payment = { paymentRef: { typeId: 'payment', id: 'p-1' } };
  expect(messages).toEqual([
    { type: 'OrderCustomerEmailSet', email: 'new@example.com', oldEmail: 'old@example.com' },
    { type: 'OrderCustomerSet', customer: { typeId: 'customer', id: 'c-1' } },
    { type: 'OrderBillingAddressSet', address: { country: 'DE' } },
    { type: 'OrderPurchaseOrderNumberSet', purchaseOrderNumber: 'PO-1' },
    { type: 'OrderStoreSet', store: { typeId: 'store', key: 'berlin' } },
    { type: 'OrderPaymentAdded', ...payment },
    { type: 'OrderPaymentRemoved', ...payment, removedPaymentInfo: true },
  ]);
  expect(refusal(order(), { action: 'removePayment', payment: { id: 'p-1' } })).toBe('InvalidOperation');
  expect(refusal(order(), { action: 'setBillingAddress', address: {} })).toBe('InvalidJsonInput');
});

test('a workflow lets only its transitions through, unless it is forced', () => {
  const to = (key: string, force?: boolean) => ({
    action: 'transitionState',
    state: { typeId: 'state', key },
    ...(force && { force }),
  });
  const start = run(order(), to('order-initial')).order;
  expect(refusal(start, to('order-fulfilled'))).toBe('InvalidOperation');
  expect(refusal(start, to('line-item-picked'))).toBe('InvalidOperation');
  expect(refusal(start, to('nowhere'))).toBe('ReferencedResourceNotFound');
  const [initial, , fulfilled] = states;
  expect(run(start, to('order-fulfilled', true)).messages).toEqual([
    {
      type: 'OrderStateTransition',
      state: { typeId: 'state', id: fulfilled?.id },
      oldState: { typeId: 'state', id: initial?.id },
      force: true,
    },
  ]);
  expect(run(start, to('order-in-fulfillment'), to('order-fulfilled')).messages).toHaveLength(2);
});

test('line items move between States in parts, and no more than there are', () => {
  const [from, to] = ['line-item-initial', 'line-item-picked'].map((key) => states.find((state) => state.key === key)!);
  const which = { lineItemId: 'line-1' };
  const start = run(order(), {
    action: 'importLineItemState',
    ...which,
    state: [{ quantity: 2, state: { key: 'line-item-initial' } }],
  });
  expect(start.messages).toEqual([]);
  const move = (quantity: number) => ({
    action: 'transitionLineItemState',
    ...which,
    quantity,
    fromState: { typeId: 'state', id: from?.id },
    toState: { typeId: 'state', key: to?.key },
  });
  const { order: end, messages } = run(start.order, move(1));
  expect(end.lineItems[0]?.state).toEqual([
    { quantity: 1, state: { typeId: 'state', id: from?.id } },
    { quantity: 1, state: { typeId: 'state', id: to?.id } },
  ]);
  expect(messages).toEqual([
    {
      type: 'LineItemStateTransition',
      lineItemId: 'line-1',
      transitionDate: now,
      quantity: 1,
      fromState: { typeId: 'state', id: from?.id },
      toState: { typeId: 'state', id: to?.id },
    },
  ]);
  expect(refusal(end, move(2))).toBe('InvalidOperation');
  const short = { action: 'importLineItemState', ...which, state: [{ quantity: 1, state: { key: to?.key } }] };
  expect(refusal(end, short)).toBe('InvalidOperation');
});
