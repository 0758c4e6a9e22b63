import { type Fields, toFields, toText } from '../fields.ts';
import { type EventPart, isInternal, toIdentity } from './eventPart.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';

export const PARCEL_STATUSES = [
  'OPEN',
  'PROCESSING',
  'WAITING_FOR_INPUT',
  'DONE',
  'FAILED',
  'CANCELED',
  'OBSOLETE',
] as const;

const toStatus = defineEnum('parcel.status', PARCEL_STATUSES);

/**
 * The vendor's Parcel. It names its carrier by reference only, not by key. A parcel between two facilities has no mark
 * in our record: undefined.
 */
export function toParcelPart(payload: Fields, event: string, context: EnumContext): EventPart | undefined {
  if (isInternal(payload)) return undefined;
  const result = toFields(payload.result);
  return {
    type: 'ParcelChanged',
    parcel: {
      ...toIdentity(payload, event),
      status: toStatus(payload.status, context),
      shipmentId: toText(payload.shipmentRef),
      pickJobId: toText(payload.pickJobRef),
      carrierKey: toText(payload.carrierKey),
      trackingNumber: toText(result.carrierTrackingNumber),
      trackingUrl: toText(result.trackingUrl),
      trackingStatus: toText(result.trackingStatus)?.toLowerCase() ?? null,
    },
  };
}
