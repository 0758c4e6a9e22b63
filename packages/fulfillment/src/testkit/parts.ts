import type { LineQuantity, OrderParts, PlatformDelivery, PlatformParcel } from '@pipeline/schemas/types';
import type { DeliveryStep, ParcelDraft, ReturnStep, StatusChange } from '../ports.ts';

/**
 * What an order holds after an update, as strict as a shop: a key is there once, what is named must be there, and goods
 * are line items of the order.
 * @throws Error for a step that a shop refuses; its message begins with DuplicateField or InvalidOperation.
 */
export function afterUpdate(
  parts: OrderParts,
  { deliveries = [], returns = [], syncInfo }: Pick<StatusChange, 'deliveries' | 'returns' | 'syncInfo'>,
): OrderParts {
  const delivered = deliveries.reduce(afterDeliveryStep, parts);
  const returned = returns.reduce(afterReturnStep, delivered);
  if (!syncInfo) return returned;
  const others = returned.syncInfo.filter(({ channelId }) => channelId !== syncInfo.channelId);
  return { ...returned, syncInfo: [...others, syncInfo] };
}

function afterDeliveryStep(parts: OrderParts, step: DeliveryStep): OrderParts {
  switch (step.step) {
    case 'addDelivery': {
      if (parts.deliveries.some(({ key }) => key === step.key))
        throw new Error(`DuplicateField deliveryKey ${step.key}`);
      if (!parts.shippingKeys.includes(step.shippingKey ?? '')) throw new Error('InvalidOperation no shipping');
      checkItems(parts, step.items);
      const bare: PlatformDelivery = { key: step.key, items: step.items, parcels: [] };
      return step.parcels.reduce<OrderParts>((all, parcel) => withParcel(all, step.key, parcel), {
        ...parts,
        deliveries: [...parts.deliveries, bare],
      });
    }
    case 'setDeliveryItems':
      checkItems(parts, step.items);
      return withDelivery(parts, step.key, (delivery) => ({ ...delivery, items: step.items }));
    case 'removeDelivery':
      withDelivery(parts, step.key, (delivery) => delivery);
      return { ...parts, deliveries: parts.deliveries.filter(({ key }) => key !== step.key) };
    case 'addParcel':
      return withParcel(parts, step.deliveryKey, step.parcel);
    case 'setParcelTracking':
      return changeParcel(parts, step.key, (parcel) => [
        { ...parcel, carrier: step.carrier, trackingNumber: step.trackingNumber },
      ]);
    case 'setParcelLink':
      return changeParcel(parts, step.key, (parcel) => [{ ...parcel, trackingUrl: step.trackingUrl }]);
    case 'setParcelItems':
      checkItems(parts, step.items);
      return changeParcel(parts, step.key, (parcel) => [{ ...parcel, items: step.items }]);
    case 'removeParcel':
      return changeParcel(parts, step.key, () => []);
  }
}

function checkItems({ lines }: OrderParts, items: readonly LineQuantity[]): void {
  for (const { lineId, quantity } of items)
    if (quantity <= 0 || !lines.some(({ id }) => id === lineId)) throw new Error(`InvalidOperation item ${lineId}`);
}

function withDelivery(
  parts: OrderParts,
  key: string,
  change: (delivery: PlatformDelivery) => PlatformDelivery,
): OrderParts {
  if (!parts.deliveries.some((delivery) => delivery.key === key)) throw new Error(`InvalidOperation delivery ${key}`);
  return {
    ...parts,
    deliveries: parts.deliveries.map((delivery) => (delivery.key === key ? change(delivery) : delivery)),
  };
}

function withParcel(parts: OrderParts, deliveryKey: string, draft: ParcelDraft): OrderParts {
  const taken = parts.deliveries.flatMap(({ parcels }) => parcels).some(({ key }) => key === draft.key);
  if (taken) throw new Error(`DuplicateField parcelKey ${draft.key}`);
  checkItems(parts, draft.items);
  const parcel: PlatformParcel = { ...draft, foreignType: false };
  return withDelivery(parts, deliveryKey, (delivery) => ({ ...delivery, parcels: [...delivery.parcels, parcel] }));
}

function changeParcel(
  parts: OrderParts,
  key: string,
  change: (parcel: PlatformParcel) => readonly PlatformParcel[],
): OrderParts {
  const owner = parts.deliveries.find(({ parcels }) => parcels.some((parcel) => parcel.key === key));
  if (!owner) throw new Error(`InvalidOperation parcel ${key}`);
  return withDelivery(parts, owner.key, (delivery) => ({
    ...delivery,
    parcels: delivery.parcels.flatMap((parcel) => (parcel.key === key ? change(parcel) : [parcel])),
  }));
}

function afterReturnStep(parts: OrderParts, step: ReturnStep): OrderParts {
  if (step.step === 'setReturnState') {
    if (!parts.returns.some(({ id }) => id === step.itemId)) throw new Error(`InvalidOperation return ${step.itemId}`);
    return {
      ...parts,
      returns: parts.returns.map((item) =>
        item.id === step.itemId ? { ...item, shipmentState: step.shipmentState } : item,
      ),
    };
  }
  checkItems(parts, step.items);
  const added = step.items.map((item, at) => ({
    ...item,
    trackingId: step.trackingId,
    id: `return-item-${parts.returns.length + at}`,
  }));
  return { ...parts, returns: [...parts.returns, ...added] };
}
