import { type Fields, toText } from '../fields.ts';
import { type EventPart, isInternal, toIdentity } from './eventPart.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';

const toStatus = defineEnum('packJob.status', ['OPEN', 'IN_PROGRESS', 'PAUSED', 'CLOSED', 'CANCELED', 'OBSOLETE']);

/** The vendor's PackJob. */
export function toPackJobPart(payload: Fields, event: string, context: EnumContext): EventPart {
  return {
    type: 'PackJobChanged',
    packJob: {
      ...toIdentity(payload, event),
      status: toStatus(payload.status, context),
      pickJobId: toText(payload.pickJobRef),
      internal: isInternal(payload),
    },
  };
}
