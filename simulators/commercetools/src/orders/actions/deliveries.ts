import { invalidInput, invalidOperation } from '../../errors.ts';
import { compact, optionalFields, optionalKey, optionalList, optionalText, text } from '../../input.ts';
import type { Delivery, Fields, Order } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';
import { changeShippingInfos, deliveriesOf, parcelsOf } from '../deliveryPath.ts';
import { checkUniqueKeys, parseItems, refuseCustom, toParcel } from '../parcelDraft.ts';

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

function addDelivery(order: Order, action: Fields, context: ActionContext): Order {
  const shippingKey = shippingKeyOf(order, action);
  refuseCustom(action);
  const address = optionalFields(action, 'address');
  if (address) text(address, 'country', 'address -> country');
  const delivery = compact({
    id: context.newId(),
    key: optionalKey(action, 'deliveryKey'),
    createdAt: context.now,
    items: parseItems(order, action),
    parcels: optionalList(action, 'parcels').map((draft) => toParcel({ order, draft, keyName: 'key', context })),
    address,
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

export const deliveryActions: Record<string, UpdateAction> = {
  addDelivery: {
    apply: addDelivery,
    messages(before, after) {
      const known = new Set(deliveriesOf(before).map(({ delivery }) => delivery.id));
      return deliveriesOf(after)
        .filter(({ delivery }) => !known.has(delivery.id))
        .map((placed) => ({ type: 'DeliveryAdded', ...placed }));
    },
  },
};
