import type { Order } from '@commercetools/platform-sdk';
import type { StatusFields } from '@pipeline/fulfillment';
import type { PlatformStatus } from '@pipeline/schemas/types';
import type { FieldNames } from '../fieldNames.ts';
import type { ParcelType } from '../parcelType.ts';
import { toOrderParts } from './toOrderParts.ts';

/** What an update needs to know of an order, at the order's version. */
export function toPlatformStatus(order: Order, parcelType: ParcelType | null = null): PlatformStatus {
  return {
    version: order.version,
    shipmentState: order.shipmentState ?? null,
    customTypeId: order.custom?.type.id ?? null,
    gone: false,
    parts: toOrderParts(order, parcelType),
  };
}

/** Our fields as the order has them, whatever its Type. A value of the wrong kind counts as none. */
export function toStatusFields(order: Order, names: FieldNames): StatusFields {
  const fields: Record<string, unknown> = order.custom?.fields ?? {};
  const text = (name: string | null) => (name !== null && typeof fields[name] === 'string' ? fields[name] : null);
  const amount = fields[names.loadUnitsAmount];
  return {
    providerOrderId: text(names.providerOrderId),
    pickJobId: text(names.pickJobId),
    shortId: text(names.shortId),
    facilityId: text(names.facilityId),
    loadUnitsAmount: typeof amount === 'number' ? amount : null,
    handoverJobId: text(names.handoverJobId),
    parcels: text(names.parcels),
    jobs: text(names.jobs),
  };
}
