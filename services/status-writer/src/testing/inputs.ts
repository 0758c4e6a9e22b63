import { aFulfillmentEvent, aHandoverJob, aLedgerEntry, aPickJob, aProviderOrder } from '@pipeline/fulfillment/testkit';

/** One order's way, from its placement to its handover. */
export const placed = aLedgerEntry();
export const created = aFulfillmentEvent({ order: aProviderOrder() });
export const picking = aFulfillmentEvent({ pickJob: aPickJob() });
export const ready = aFulfillmentEvent({ handoverJob: aHandoverJob() });
export const handedOver = (version = 2) =>
  aFulfillmentEvent({
    handoverJob: aHandoverJob({
      version,
      status: 'HANDED_OVER',
      lines: [{ articleId: 'sku-1', quantity: 1, handedOver: 1, refused: 0 }],
    }),
  });
export const closed = aFulfillmentEvent({
  pickJob: aPickJob({ version: 4, status: 'CLOSED', lines: [{ articleId: 'sku-1', quantity: 1, picked: 1 }] }),
});
