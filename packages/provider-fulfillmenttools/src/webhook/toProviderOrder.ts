import type { Cancellation } from '@pipeline/schemas/types';
import { type Fields, toFields, toText } from '../fields.ts';
import { toOrderedLines } from '../mapping/lines.ts';
import { type EventPart, toIdentity } from './eventPart.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';

const toStatus = defineEnum('order.status', ['OPEN', 'LOCKED', 'PROMISED', 'CANCELLED', 'OBSOLETE']);

const CANCELLATIONS: ReadonlyMap<string, Cancellation> = new Map([
  ['ORDER_CANCELLED', 'CANCELLED'],
  ['ORDER_FORCE_CANCELLED', 'FORCE_CANCELLED'],
  ['ORDER_CANCELLED_BY_EXPIRY', 'EXPIRED'],
]);

/** The vendor's Order. How it was cancelled stands in the event's name only. */
export function toProviderOrderPart(payload: Fields, event: string, context: EnumContext): EventPart {
  const status = toStatus(payload.status, context);
  const reason = toFields(payload.cancelationReason);
  return {
    type: 'OrderChanged',
    order: {
      ...toIdentity(payload, event),
      status,
      cancellation: CANCELLATIONS.get(event) ?? (status === 'CANCELLED' ? 'CANCELLED' : 'NONE'),
      cancelReason: toText(reason.reason) ?? toText(reason.id),
      lines: toOrderedLines(payload.orderLineItems),
    },
  };
}
