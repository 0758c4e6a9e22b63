import { isDeepStrictEqual } from 'node:util';
import { invalidInput, invalidOperation } from '../../errors.ts';
import { compact, optionalFields, optionalKey, optionalList, optionalText, text } from '../../input.ts';
import type { Delivery, Fields, Order } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';
import { parseCustom } from '../customFields.ts';
import {
  changeDelivery,
  changeShippingInfos,
  deliveriesOf,
  deliveryOf,
  findDelivery,
  parcelsOf,
  removeDelivery,
} from '../deliveryPath.ts';
import { checkUniqueKeys, parseItems, toParcel } from '../parcelDraft.ts';

/** undefined in shipping mode Single. Throws ApiError (400) when the order has nothing to hang a delivery on. */
function shippingKeyOf(order: Order, action: Fields): string | undefined {
  const shippingKey = optionalText(action, 'shippingKey');
  if (order.shippingMode !== 'Multiple') {
    if (!order.shippingInfo) throw invalidOperation('The order has no shippingInfo: a delivery cannot be added.');
    return undefined;
  }
  if (shippingKey === undefined) throw invalidInput("'shippingKey' is required in shipping mode Multiple.");
  if (!order.shipping.some((entry) => entry.shippingKey === shippingKey && entry.shippingInfo))
    throw invalidOperation(`The order has no shipping '${shippingKey}'.`);
  return shippingKey;
}

function parseAddress(action: Fields): Fields | undefined {
  const address = optionalFields(action, 'address');
  if (address) text(address, 'country', 'address -> country');
  return address;
}

function addDelivery(order: Order, action: Fields, context: ActionContext): Order {
  const shippingKey = shippingKeyOf(order, action);
  const delivery = compact({
    id: context.newId(),
    key: optionalKey(action, 'deliveryKey'),
    createdAt: context.now,
    items: parseItems(order, action),
    parcels: optionalList(action, 'parcels').map((draft) => toParcel({ order, draft, keyName: 'key', context })),
    address: parseAddress(action),
    custom: parseCustom(action, { context, resourceTypeId: 'order-delivery' }),
  }) as Delivery;
  checkUniqueKeys('deliveryKey', [...deliveriesOf(order).map((placed) => placed.delivery.key), delivery.key]);
  checkUniqueKeys(
    'parcelKey',
    [...parcelsOf(order), ...delivery.parcels].map(({ key }) => key),
  );
  return changeShippingInfos(order, (info, key) =>
    key === shippingKey ? { ...info, deliveries: [...(info.deliveries ?? []), delivery] } : info,
  );
}

function setItems(order: Order, action: Fields): Order {
  const items = parseItems(order, action);
  return changeDelivery(order, findDelivery(order, action).id, (delivery) =>
    isDeepStrictEqual(delivery.items, items) ? delivery : { ...delivery, items },
  );
}

function setAddress(order: Order, action: Fields): Order {
  const address = parseAddress(action);
  return changeDelivery(order, findDelivery(order, action).id, (delivery) => {
    if (isDeepStrictEqual(delivery.address, address)) return delivery;
    const { address: _, ...rest } = delivery;
    return (address ? { ...rest, address } : rest) as Delivery;
  });
}

/** What messages about a delivery say beside the change: which it is, before and after. */
function changeOf(before: Order, after: Order, action: Fields) {
  const { delivery, shippingKey } = deliveryOf(after, findDelivery(after, action));
  const shipping = shippingKey === undefined ? {} : { shippingKey };
  return { old: findDelivery(before, action), delivery, about: { deliveryId: delivery.id, ...shipping } };
}

export const deliveryActions: Record<string, UpdateAction> = {
  addDelivery: {
    members: ['deliveryKey', 'shippingKey', 'items', 'address', 'parcels', 'custom'],
    apply: addDelivery,
    messages(before, after) {
      const known = new Set(deliveriesOf(before).map(({ delivery }) => delivery.id));
      return deliveriesOf(after)
        .filter(({ delivery }) => !known.has(delivery.id))
        .map((placed) => ({ type: 'DeliveryAdded', ...placed }));
    },
  },
  removeDelivery: {
    members: ['deliveryId', 'deliveryKey'],
    apply: (order, action) => removeDelivery(order, findDelivery(order, action).id),
    messages: (before, _, { action }) => [
      { type: 'DeliveryRemoved', ...deliveryOf(before, findDelivery(before, action)) },
    ],
  },
  setDeliveryItems: {
    members: ['deliveryId', 'deliveryKey', 'items'],
    apply: setItems,
    messages(before, after, { action }) {
      const { old, delivery, about } = changeOf(before, after, action);
      return [{ type: 'DeliveryItemsUpdated', ...about, items: delivery.items, oldItems: old.items }];
    },
  },
  setDeliveryAddress: {
    members: ['deliveryId', 'deliveryKey', 'address'],
    apply: setAddress,
    messages(before, after, { action }) {
      const { old, delivery, about } = changeOf(before, after, action);
      return [compact({ type: 'DeliveryAddressSet', ...about, address: delivery.address, oldAddress: old.address })];
    },
  },
};
