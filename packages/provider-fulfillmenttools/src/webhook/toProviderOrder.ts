import type { Cancellation } from '@pipeline/schemas/types';
import { type Fields, toFields, toKnown, toText } from '../fields.ts';
import { toOrderedLines } from '../mapping/lines.ts';
import { type EventPart, toIdentity } from './eventPart.ts';

const STATUSES = ['OPEN', 'LOCKED', 'PROMISED', 'CANCELLED', 'OBSOLETE'] as const;

const CANCELLATIONS: ReadonlyMap<string, Cancellation> = new Map([
  ['ORDER_CANCELLED', 'CANCELLED'],
  ['ORDER_FORCE_CANCELLED', 'FORCE_CANCELLED'],
  ['ORDER_CANCELLED_BY_EXPIRY', 'EXPIRED'],
]);

/** The vendor's Order. How it was cancelled stands in the event's name only. */
export function toProviderOrderPart(payload: Fields, event: string): EventPart {
  const status = toKnown(payload.status, STATUSES);
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
