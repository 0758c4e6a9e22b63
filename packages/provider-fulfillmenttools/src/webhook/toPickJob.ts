import type { Channel } from '@pipeline/schemas/types';
import { type Fields, toCount, toFields, toList, toText } from '../fields.ts';
import { addUp } from '../mapping/lines.ts';
import { type EventPart, isInternal, toCreatedAt, toIdentity } from './eventPart.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';
import { withSubstitutes } from './withSubstitutes.ts';

const toStatus = defineEnum('pickJob.status', [
  'OPEN',
  'IN_PROGRESS',
  'PAUSED',
  'WAITING_FOR_INPUT',
  'PICKED',
  'CLOSED',
  'ABORTED',
  'REROUTED',
  'REJECTED',
  'RESTOWED',
  'EXPIRED',
  'CANCELED',
  'OBSOLETE',
]);

/** Pick jobs say SHIPPING, handover jobs DELIVERY. */
const toChannel = defineEnum(
  'pickJob.channel',
  new Map<unknown, Channel>([
    ['SHIPPING', 'DELIVERY'],
    ['DELIVERY', 'DELIVERY'],
    ['COLLECT', 'COLLECT'],
  ]),
);

/** The vendor's PickJob. */
export function toPickJobPart(
  payload: Fields,
  event: string,
  context: EnumContext & { readonly receivedAt: number; readonly loadUnitsAmount?: number | null },
): EventPart {
  return {
    type: 'PickJobChanged',
    pickJob: {
      ...toIdentity(payload, event),
      status: toStatus(payload.status, context),
      channel: toChannel(toFields(payload.deliveryinformation).channel, context),
      shortId: toText(payload.shortId),
      facilityId: toText(payload.facilityRef),
      createdAt: toCreatedAt(payload, context.receivedAt),
      internal: isInternal(payload),
      routingPlanId: toText(payload.routingPlanRef),
      loadUnitsAmount: context.loadUnitsAmount ?? null,
      lines: addUp(payload.pickLineItems, (line, articleId) => {
        const quantity = toCount(line.quantity);
        const substitutes = toList(line.substituteLineItems).map((substitute) => toCount(substitute.picked));
        return { articleId, quantity, picked: withSubstitutes(toCount(line.picked), substitutes, quantity) };
      }),
    },
  };
}
