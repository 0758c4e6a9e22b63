import type { Channel } from '@pipeline/schemas/types';
import { type Fields, toCount, toFields, toKnown, toList, toText } from '../fields.ts';
import { addUp } from '../mapping/lines.ts';
import { type EventPart, isInternal, toCreatedAt, toIdentity } from './eventPart.ts';
import { withSubstitutes } from './withSubstitutes.ts';

const STATUSES = [
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
] as const;

/** Pick jobs say SHIPPING, handover jobs DELIVERY. */
const CHANNELS: ReadonlyMap<unknown, Channel> = new Map<unknown, Channel>([
  ['SHIPPING', 'DELIVERY'],
  ['DELIVERY', 'DELIVERY'],
  ['COLLECT', 'COLLECT'],
]);

/** The vendor's PickJob. */
export function toPickJobPart(
  payload: Fields,
  event: string,
  context: { readonly receivedAt: number; readonly loadUnitsAmount?: number | null },
): EventPart {
  return {
    type: 'PickJobChanged',
    pickJob: {
      ...toIdentity(payload, event),
      status: toKnown(payload.status, STATUSES),
      channel: CHANNELS.get(toFields(payload.deliveryinformation).channel) ?? 'UNKNOWN',
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
