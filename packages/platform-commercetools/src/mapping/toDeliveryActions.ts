import type {
  DeliveryItem,
  OrderUpdateAction,
  ParcelDraft as CtParcelDraft,
  TrackingData,
} from '@commercetools/platform-sdk';
import type { DeliveryStep, ParcelDraft } from '@pipeline/fulfillment';
import type { LineQuantity } from '@pipeline/schemas/types';
import type { ParcelType } from '../parcelType.ts';

/**
 * The update action of one step. commercetools has no place of its own for a tracking URL: it goes to a custom field of
 * the parcel, when there is a Type for it.
 */
export function toDeliveryAction(step: DeliveryStep, parcelType: ParcelType | null): OrderUpdateAction[] {
  switch (step.step) {
    case 'addDelivery':
      return [
        {
          action: 'addDelivery',
          deliveryKey: step.key,
          ...(step.shippingKey === null ? {} : { shippingKey: step.shippingKey }),
          items: toItems(step.items),
          parcels: step.parcels.map((parcel) => toParcelDraft(parcel, parcelType)),
        },
      ];
    case 'setDeliveryItems':
      return [{ action: 'setDeliveryItems', deliveryKey: step.key, items: toItems(step.items) }];
    case 'removeDelivery':
      return [{ action: 'removeDelivery', deliveryKey: step.key }];
    case 'addParcel': {
      const { key: parcelKey, ...parcel } = toParcelDraft(step.parcel, parcelType);
      return [
        {
          action: 'addParcelToDelivery',
          deliveryKey: step.deliveryKey,
          ...(parcelKey ? { parcelKey } : {}),
          ...parcel,
        },
      ];
    }
    case 'setParcelTracking':
      return [{ action: 'setParcelTrackingData', parcelKey: step.key, trackingData: toTrackingData(step) }];
    case 'setParcelItems':
      return [{ action: 'setParcelItems', parcelKey: step.key, items: toItems(step.items) }];
    case 'removeParcel':
      return [{ action: 'removeParcelFromDelivery', parcelKey: step.key }];
    case 'setParcelLink':
      // The Type is ours or there is none: nothing is lost by setting it anew.
      return parcelType
        ? [{ action: 'setParcelCustomType', parcelKey: step.key, ...toLink(step.trackingUrl, parcelType) }]
        : [];
  }
}

const toItems = (items: readonly LineQuantity[]): DeliveryItem[] =>
  items.map(({ lineId, quantity }) => ({ id: lineId, quantity }));

function toParcelDraft(parcel: ParcelDraft, parcelType: ParcelType | null): CtParcelDraft {
  const { key, trackingUrl, trackingNumber, carrier, items } = parcel;
  return {
    key,
    ...(trackingNumber === null && carrier === null ? {} : { trackingData: toTrackingData(parcel) }),
    ...(items.length === 0 ? {} : { items: toItems(items) }),
    ...(parcelType === null || trackingUrl === null ? {} : { custom: toLink(trackingUrl, parcelType) }),
  };
}

function toTrackingData({ carrier, trackingNumber }: Pick<ParcelDraft, 'carrier' | 'trackingNumber'>): TrackingData {
  return {
    ...(trackingNumber === null ? {} : { trackingId: trackingNumber }),
    ...(carrier === null ? {} : { carrier }),
    isReturn: false,
  };
}

const toLink = (trackingUrl: string, { key, urlField }: ParcelType) => ({
  type: { typeId: 'type' as const, key },
  fields: { [urlField]: trackingUrl },
});
