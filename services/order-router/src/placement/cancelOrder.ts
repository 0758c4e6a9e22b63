import { cancelled, cancelling, cancelRefused, gone, type PlacementStep } from '@pipeline/fulfillment';
import { isExhausted } from '@pipeline/streams';
import { createChangeOrder } from './changeOrder.ts';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

type CancelStep = Extract<PlacementStep, { readonly do: 'cancel' }>;

/** Cancels the provider's order; one that has ended by itself is recorded as that. */
export function createCancelOrder(parts: PlacementParts) {
  const { provider, records, member, clock } = parts;
  const changeOrder = createChangeOrder(parts);

  return async (work: Work, { providerOrderId, whenRefused }: CancelStep): Promise<Progress> => {
    const at = () => clock().wall;
    const { redriveId } = work;
    const end = await changeOrder(work, {
      effect: 'cancelOrder',
      reads: 'provider.getOrder',
      read: (signal) => provider.getOrder(providerOrderId, signal),
      isOver: ({ status }) => status === 'CANCELLED' || status === 'OBSOLETE',
      toIntent: () => cancelling(entryOf(work, at()), { member, redriveId, at: at() }),
      call: (order, permit) => provider.cancelOrder(order, permit),
    });
    if (end.ended === 'not-started') return 'again';
    const entry = entryOf(work, at());
    const asGone = (reason: string) => records.settled(work, gone(entry, { reason, at: at() }), 'gone');
    switch (end.ended) {
      case 'over':
        return records.settled(work, cancelled(entry, { at: at() }), 'cancelled');
      case 'gone':
        return asGone('provider-order-gone');
      case 'refused': {
        const reason = end.error.message;
        const refused = cancelRefused(entry, { reason, at: at() });
        // Nobody has said no: a redrive tries again.
        if (isExhausted(end.error)) return records.parked(work, refused, end.error, 'cancelRefused');
        if (whenRefused === 'gone') return asGone('order-deleted');
        return records.settled(work, refused, 'cancelRefused', { reason, alert: true });
      }
    }
  };
}
