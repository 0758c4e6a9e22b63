import { type Fields, toKnown, toText } from '../fields.ts';
import { type EventPart, isInternal, toIdentity } from './eventPart.ts';

const STATUSES = ['OPEN', 'IN_PROGRESS', 'PAUSED', 'CLOSED', 'CANCELED', 'OBSOLETE'] as const;

/** The vendor's PackJob. */
export function toPackJobPart(payload: Fields, event: string): EventPart {
  return {
    type: 'PackJobChanged',
    packJob: {
      ...toIdentity(payload, event),
      status: toKnown(payload.status, STATUSES),
      pickJobId: toText(payload.pickJobRef),
      internal: isInternal(payload),
    },
  };
}
