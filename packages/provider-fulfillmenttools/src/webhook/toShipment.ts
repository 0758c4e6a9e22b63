import { type Fields, toList, toText } from '../fields.ts';
import { type EventPart, isInternal, toIdentity } from './eventPart.ts';
import { PARCEL_STATUSES } from './toParcel.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';

const toStatus = defineEnum('shipment.status', [
  'INITIAL',
  'REQUEST',
  'RETRYABLE',
  'CONFIRMED',
  'COMPLETED',
  'CANCELED',
  'OBSOLETE',
]);
const toParcelStatus = defineEnum('shipment.parcelStatus', PARCEL_STATUSES);

/**
 * The vendor's Shipment: what leads from its parcels to the pick job, and the key of the carrier, of which parcels have
 * the reference only. A shipment between two facilities has no mark in our record: undefined.
 */
export function toShipmentPart(payload: Fields, event: string, context: EnumContext): EventPart | undefined {
  if (isInternal(payload)) return undefined;
  return {
    type: 'ShipmentChanged',
    shipment: {
      ...toIdentity(payload, event),
      status: toStatus(payload.status, context),
      pickJobId: toText(payload.pickJobRef),
      carrierKey: toText(payload.carrierKey),
      parcels: toList(payload.parcels).flatMap(({ parcelRef, status, carrierTrackingNumber }) => {
        const id = toText(parcelRef);
        if (id === null) return [];
        return [{ id, status: toParcelStatus(status, context), trackingNumber: toText(carrierTrackingNumber) }];
      }),
    },
  };
}
