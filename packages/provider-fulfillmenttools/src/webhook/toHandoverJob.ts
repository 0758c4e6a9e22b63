import type { HandoverLine } from '@pipeline/schemas/types';
import { type Fields, toCount, toFields, toKnown, toList, toText } from '../fields.ts';
import { addUp } from '../mapping/lines.ts';
import { type EventPart, isInternal, toCreatedAt, toIdentity } from './eventPart.ts';
import { withSubstitutes } from './withSubstitutes.ts';

const STATUSES = ['OPEN', 'WAITING_FOR_INPUT', 'HANDED_OVER', 'CANCELED', 'OBSOLETE'] as const;

/** The vendor's Handoverjob. Its parcel stands in `handoverJobParcelInfo`, in older events beside it. */
export function toHandoverJobPart(payload: Fields, event: string, context: { readonly receivedAt: number }): EventPart {
  const parcel = toFields(payload.handoverJobParcelInfo);
  const ofParcel = (name: string) => toText(parcel[name]) ?? toText(payload[name]);
  return {
    type: 'HandoverJobChanged',
    handoverJob: {
      ...toIdentity(payload, event),
      status: toKnown(payload.status, STATUSES),
      channel: toKnown(payload.channel, ['DELIVERY', 'COLLECT']),
      createdAt: toCreatedAt(payload, context.receivedAt),
      pickJobId: toText(payload.pickJobRef),
      facilityId: toText(payload.facilityRef),
      internal: isInternal(payload),
      cancelReason: toText(payload.cancelReason),
      shipmentId: ofParcel('shipmentRef'),
      parcelId: ofParcel('parcelRef'),
      carrierKey: ofParcel('carrierKey'),
      trackingNumber: ofParcel('carrierTrackingNumber'),
      lines: addUp(payload.handoverJobLineItems, toHandoverLine),
    },
  };
}

function toHandoverLine(line: Fields, articleId: string): HandoverLine {
  const quantity = toCount(line.quantity);
  const substitutes = toList(line.substituteLineItems);
  const handedOver = substitutes.map((substitute) => toCount(substitute.handedOverQuantity));
  return {
    articleId,
    quantity,
    handedOver: withSubstitutes(toCount(line.handedOverQuantity), handedOver, quantity),
    refused: withSubstitutes(toRefused(line), substitutes.map(toRefused), quantity),
  };
}

function toRefused(line: Fields): number {
  return toList(line.refused).reduce((sum, refusal) => sum + toCount(refusal.quantity), 0);
}
