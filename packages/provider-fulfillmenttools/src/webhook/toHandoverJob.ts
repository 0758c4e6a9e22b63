import type { HandoverLine } from '@pipeline/schemas/types';
import { type Fields, toCount, toFields, toList, toText } from '../fields.ts';
import { addUp } from '../mapping/lines.ts';
import { type EventPart, isInternal, toCreatedAt, toIdentity } from './eventPart.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';
import { withSubstitutes } from './withSubstitutes.ts';

const toStatus = defineEnum('handoverJob.status', ['OPEN', 'WAITING_FOR_INPUT', 'HANDED_OVER', 'CANCELED', 'OBSOLETE']);
const toChannel = defineEnum('handoverJob.channel', ['DELIVERY', 'COLLECT']);

/** The vendor's Handoverjob. Its parcel stands in `handoverJobParcelInfo`, in older events beside it. */
export function toHandoverJobPart(
  payload: Fields,
  event: string,
  context: EnumContext & { readonly receivedAt: number },
): EventPart {
  const parcel = toFields(payload.handoverJobParcelInfo);
  const ofParcel = (name: string) => toText(parcel[name]) ?? toText(payload[name]);
  return {
    type: 'HandoverJobChanged',
    handoverJob: {
      ...toIdentity(payload, event),
      status: toStatus(payload.status, context),
      channel: toChannel(payload.channel, context),
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
