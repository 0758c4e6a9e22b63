import { type Fields, toKnown, toList, toText } from '../fields.ts';
import { type EventPart, isInternal, toIdentity } from './eventPart.ts';
import { PARCEL_STATUSES } from './toParcel.ts';

const STATUSES = ['INITIAL', 'REQUEST', 'RETRYABLE', 'CONFIRMED', 'COMPLETED', 'CANCELED', 'OBSOLETE'] as const;

/**
 * The vendor's Shipment: what leads from its parcels to the pick job, and the key of the carrier, of which parcels have
 * the reference only. A shipment between two facilities has no mark in our record: undefined.
 */
export function toShipmentPart(payload: Fields, event: string): EventPart | undefined {
  if (isInternal(payload)) return undefined;
  return {
    type: 'ShipmentChanged',
    shipment: {
      ...toIdentity(payload, event),
      status: toKnown(payload.status, STATUSES),
      pickJobId: toText(payload.pickJobRef),
      carrierKey: toText(payload.carrierKey),
      parcels: toList(payload.parcels).flatMap(({ parcelRef, status, carrierTrackingNumber }) => {
        const id = toText(parcelRef);
        if (id === null) return [];
        return [{ id, status: toKnown(status, PARCEL_STATUSES), trackingNumber: toText(carrierTrackingNumber) }];
      }),
    },
  };
}
