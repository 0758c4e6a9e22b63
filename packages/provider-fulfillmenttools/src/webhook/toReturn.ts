import type { ReturnedItem } from '@pipeline/schemas/types';
import { type Fields, toCount, toFields, toInstant, toList, toText } from '../fields.ts';
import { type EventPart, incompletePayload, toIdentity } from './eventPart.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';

const toStatus = defineEnum('returnJob.status', ['OPEN', 'IN_PROGRESS', 'FINISHED', 'CANCELED']);
const VOID = ['CANCELED', 'OBSOLETE'];

/** The vendor's ItemReturnJob: one or more item returns, each of lines that stand for one piece. Void ones are left out. */
export function toReturnPart(payload: Fields, event: string, context: EnumContext): EventPart {
  return {
    type: 'ReturnChanged',
    return: {
      ...toIdentity(payload, event),
      status: toStatus(payload.status, context),
      items: toList(payload.itemReturns).filter(isValid).flatMap(toReturnedItems),
    },
  };
}

/** The vendor's RefundTrigger. Neither id nor version: item return and creation time identify it. */
export function toRefundPart(payload: Fields, event: string): EventPart {
  const returnId = toText(payload.itemReturnRef);
  const createdAt = toInstant(payload.created);
  if (returnId === null) throw incompletePayload(event, 'itemReturnRef');
  if (createdAt === null) throw incompletePayload(event, 'created');
  const states = new Set(toList(payload.refundedLineItems).map((line) => toText(toFields(line.refund).status)));
  const [status = null] = states.size === 1 ? states : [];
  return {
    type: 'RefundTriggered',
    refund: { returnId, returnJobId: toText(payload.itemReturnJobRef), createdAt, status },
  };
}

function toReturnedItems(itemReturn: Fields): ReturnedItem[] {
  const returnId = toText(itemReturn.id);
  if (returnId === null) return [];
  const facilityId = toText(itemReturn.returnFacilityRef);
  const items = new Map<string, ReturnedItem>();
  for (const line of toList(itemReturn.returnedLineItems).filter(isValid)) {
    const articleId = toText(line.tenantArticleId);
    if (articleId === null) continue;
    const pieces = toCount(line.quantity) || 1;
    const { quantity, accepted } = items.get(articleId) ?? { quantity: 0, accepted: 0 };
    const taken = line.status === 'ACCEPTED' ? pieces : 0;
    items.set(articleId, {
      returnId,
      articleId,
      quantity: quantity + pieces,
      facilityId,
      accepted: accepted + taken,
    });
  }
  return [...items.values()];
}

const isValid = (part: Fields) => !VOID.some((status) => status === part.status);
