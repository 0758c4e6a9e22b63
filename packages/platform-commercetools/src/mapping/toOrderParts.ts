import type { Delivery, DeliveryItem, Order, Parcel } from '@commercetools/platform-sdk';
import { articleIdOf } from '@pipeline/fulfillment';
import type { LineQuantity, OrderParts, PlatformDelivery, PlatformParcel } from '@pipeline/schemas/types';
import type { ParcelType } from '../parcelType.ts';
import { shippingInfos } from './toOrderSnapshot.ts';

/** What an order holds beside its state and fields. Of deliveries, parcels and returns those that bear a key. */
export function toOrderParts(order: Order, parcelType: ParcelType | null): OrderParts {
  return {
    lines: order.lineItems.map(({ id, variant, productId, quantity }) => ({
      id,
      articleId: articleIdOf({ sku: variant.sku ?? null, productId }),
      quantity,
    })),
    shippingKeys: toShippingKeys(order),
    deliveries: shippingInfos(order)
      .flatMap(({ deliveries }) => deliveries ?? [])
      .flatMap((delivery) => toDelivery(delivery, parcelType)),
    returns: (order.returnInfo ?? []).flatMap(({ returnTrackingId, items }) =>
      returnTrackingId === undefined
        ? []
        : items.flatMap((item) =>
            item.type === 'LineItemReturnItem'
              ? [
                  {
                    trackingId: returnTrackingId,
                    id: item.id,
                    lineId: item.lineItemId,
                    quantity: item.quantity,
                    shipmentState: item.shipmentState,
                  },
                ]
              : [],
          ),
    ),
    syncInfo: (order.syncInfo ?? []).map(({ channel, externalId }) => ({
      channelId: channel.id,
      externalId: externalId ?? null,
    })),
  };
}

function toShippingKeys(order: Order): string[] {
  if (order.shippingMode === 'Multiple')
    return (order.shipping ?? []).filter(({ shippingInfo }) => shippingInfo).map(({ shippingKey }) => shippingKey);
  return order.shippingInfo ? [''] : [];
}

function toDelivery({ key, items, parcels }: Delivery, parcelType: ParcelType | null): PlatformDelivery[] {
  if (key === undefined) return [];
  return [{ key, items: toItems(items), parcels: (parcels ?? []).flatMap((parcel) => toParcel(parcel, parcelType)) }];
}

function toParcel({ key, trackingData, items, custom }: Parcel, parcelType: ParcelType | null): PlatformParcel[] {
  if (key === undefined) return [];
  const url: unknown = parcelType ? custom?.fields[parcelType.urlField] : undefined;
  return [
    {
      key,
      carrier: trackingData?.carrier ?? null,
      trackingNumber: trackingData?.trackingId ?? null,
      trackingUrl: typeof url === 'string' ? url : null,
      foreignType: custom !== undefined && custom.type.id !== parcelType?.id,
      items: toItems(items),
    },
  ];
}

const toItems = (items: readonly DeliveryItem[] | undefined): LineQuantity[] =>
  (items ?? []).map(({ id, quantity }) => ({ lineId: id, quantity }));
