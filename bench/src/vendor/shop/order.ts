/** An order of the stand-in, with what updates of a status touch. */
export interface ShopOrder {
  readonly id: string;
  readonly version: number;
  readonly shipmentState?: string;
  readonly custom?: Custom;
  readonly lineItems: readonly object[];
  readonly shippingInfo: { readonly deliveries: readonly Delivery[] };
  readonly returnInfo: readonly object[];
  readonly syncInfo: readonly object[];
}

interface Custom {
  readonly type: { readonly typeId: 'type'; readonly id: string };
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Delivery {
  readonly key: string;
  readonly items: readonly object[];
  readonly parcels: readonly Parcel[];
}

interface Parcel {
  readonly key: string;
  readonly [member: string]: unknown;
}

export type Action = { readonly action: string } & Readonly<Record<string, unknown>>;

/** Id of a Type: the stand-in knows it by its key. */
export const toTypeId = (key: string): string => `type-${key}`;

/**
 * The order after the actions of a status update, at the next version.
 * @throws Error that names an action which the stand-in does not know
 */
export const update = (order: ShopOrder, actions: readonly Action[]): ShopOrder => ({
  ...actions.reduce(apply, order),
  version: order.version + 1,
});

function apply(order: ShopOrder, action: Action): ShopOrder {
  const { deliveries } = order.shippingInfo;
  const withDeliveries = (next: readonly Delivery[]): ShopOrder => ({ ...order, shippingInfo: { deliveries: next } });
  const ofDelivery = (change: (delivery: Delivery) => Delivery): ShopOrder =>
    withDeliveries(deliveries.map((each) => (each.key === action['deliveryKey'] ? change(each) : each)));
  const ofParcel = (members: object): ShopOrder =>
    withDeliveries(
      deliveries.map((delivery) => ({
        ...delivery,
        parcels: delivery.parcels.map((each) => (each.key === action['parcelKey'] ? { ...each, ...members } : each)),
      })),
    );
  switch (action.action) {
    case 'changeShipmentState':
      return { ...order, shipmentState: String(action['shipmentState']) };
    case 'setCustomType':
      return { ...order, custom: toCustom(action) };
    case 'setCustomField': {
      if (!order.custom) throw new Error('setCustomField needs a Type');
      const fields = { ...order.custom.fields, [String(action['name'])]: action['value'] };
      return { ...order, custom: { ...order.custom, fields } };
    }
    case 'addDelivery': {
      const { deliveryKey, items, parcels = [] } = action as Action & { items: object[]; parcels?: Parcel[] };
      return withDeliveries([...deliveries, { key: String(deliveryKey), items, parcels: parcels.map(withTypeId) }]);
    }
    case 'setDeliveryItems':
      return ofDelivery((delivery) => ({ ...delivery, items: action['items'] as object[] }));
    case 'addParcelToDelivery': {
      const { action: _, deliveryKey: __, parcelKey, ...members } = action;
      const parcel = withTypeId({ ...members, key: String(parcelKey) });
      return ofDelivery((delivery) => ({ ...delivery, parcels: [...delivery.parcels, parcel] }));
    }
    case 'setParcelTrackingData':
      return ofParcel({ trackingData: action['trackingData'] });
    case 'setParcelItems':
      return ofParcel({ items: action['items'] });
    case 'setParcelCustomType':
      return ofParcel({ custom: toCustom(action) });
    default:
      throw new Error(`The stand-in does not know the action ${action.action}.`);
  }
}

const toCustom = ({ type, fields }: Readonly<Record<string, unknown>>): Custom => ({
  type: { typeId: 'type', id: toTypeId((type as { key: string }).key) },
  fields: fields as Custom['fields'],
});

const withTypeId = (parcel: Parcel): Parcel =>
  parcel['custom'] ? { ...parcel, custom: toCustom(parcel['custom'] as Readonly<Record<string, unknown>>) } : parcel;
