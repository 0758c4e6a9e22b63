import { randomUUID } from 'node:crypto';
import type { HandoverJob, ItemReturn, ItemReturnJob } from '../core/model.ts';
import { newEntity } from '../core/world.ts';
import { shortId } from './pickJob.ts';
import { inherited, type Stage } from './stage.ts';

/** The return of one piece, announced by the customer. A returned line stands for one piece, whatever was ordered. */
export function toItemReturnJob({ world, record: { order } }: Stage, handoverJob: HandoverJob): ItemReturnJob {
  const identity = newEntity(world);
  const returnable = handoverJob.handoverJobLineItems.map(({ article, handedOverQuantity }, index) => ({
    ...{ id: randomUUID(), article, delivered: handedOverQuantity },
    ...{ returned: index === 0 ? 1 : 0, returnable: handedOverQuantity - (index === 0 ? 1 : 0) },
  }));
  const itemReturn: ItemReturn = {
    id: randomUUID(),
    status: 'ANNOUNCED',
    returnFacilityRef: handoverJob.facilityRef,
    created: identity.created,
    lastModified: identity.created,
    returnedLineItems: returnable.slice(0, 1).map(({ id, article }) => ({
      id: randomUUID(),
      tenantArticleId: article.tenantArticleId,
      status: 'OPEN',
      itemReturnJobLineItemRefs: [id],
      reasons: [{ reasonLocalized: { en_US: 'Does not fit' } }],
    })),
  };
  return {
    ...identity,
    ...inherited(world, order),
    processRef: order.processId,
    shortId: shortId(world),
    status: 'OPEN',
    originFacilityRefs: [handoverJob.facilityRef],
    consumerAddresses: order.consumer.addresses ?? [],
    returnableLineItems: returnable,
    notReturnableLineItems: [],
    itemReturns: [itemReturn],
  };
}

/** The goods have come and are taken back: the money is owed. */
export const acceptedReturn = (itemReturn: ItemReturn): ItemReturn => ({
  ...itemReturn,
  status: 'FINISHED',
  returnedLineItems: itemReturn.returnedLineItems.map((line) => ({
    ...line,
    status: 'ACCEPTED',
    refund: { status: 'OPEN', percent: 100 } as const,
  })),
});
