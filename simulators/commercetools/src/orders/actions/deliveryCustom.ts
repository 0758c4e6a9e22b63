import type { Fields, Order } from '../../model.ts';
import type { ActionContext, UpdateAction } from '../action.ts';
import { type CustomContext, fieldMessages, toCustom, typeMessages, withCustom, withField } from '../customFields.ts';
import { changeDelivery, changeParcel, deliveryOf, findDelivery, findParcel } from '../deliveryPath.ts';

const ofDelivery = (context: ActionContext): CustomContext => ({ context, resourceTypeId: 'order-delivery' });
const ofParcel = (context: ActionContext): CustomContext => ({ context, resourceTypeId: 'order-parcel' });

/** A delivery's messages say which it is. */
const about = (order: Order, action: Fields) => {
  const { delivery, shippingKey } = deliveryOf(order, findDelivery(order, action));
  return { deliveryId: delivery.id, ...(shippingKey !== undefined && { shippingKey }) };
};

/** Of deliveries there are messages, of parcels none. */
export const deliveryCustomActions: Record<string, UpdateAction> = {
  setDeliveryCustomType: {
    members: ['deliveryId', 'deliveryKey', 'type', 'fields'],
    apply: (order, action, context) =>
      changeDelivery(order, findDelivery(order, action).id, (delivery) =>
        withCustom(delivery, toCustom(action, ofDelivery(context))),
      ),
    messages: (before, after, { action }) =>
      typeMessages('Delivery', findDelivery(before, action), findDelivery(after, action)).map((message) => ({
        ...message,
        ...about(after, action),
      })),
  },
  setDeliveryCustomField: {
    members: ['deliveryId', 'deliveryKey', 'name', 'value'],
    apply: (order, action, context) =>
      changeDelivery(order, findDelivery(order, action).id, (delivery) =>
        withCustom(delivery, withField(delivery.custom, action, ofDelivery(context))),
      ),
    messages: (before, after, { action }) =>
      fieldMessages('Delivery', findDelivery(before, action), findDelivery(after, action)).map((message) => ({
        ...message,
        ...about(after, action),
      })),
  },
  setParcelCustomType: {
    members: ['parcelId', 'parcelKey', 'type', 'fields'],
    apply: (order, action, context) =>
      changeParcel(order, findParcel(order, action).id, (parcel) =>
        withCustom(parcel, toCustom(action, ofParcel(context))),
      ),
  },
  setParcelCustomField: {
    members: ['parcelId', 'parcelKey', 'name', 'value'],
    apply: (order, action, context) =>
      changeParcel(order, findParcel(order, action).id, (parcel) =>
        withCustom(parcel, withField(parcel.custom, action, ofParcel(context))),
      ),
  },
};
