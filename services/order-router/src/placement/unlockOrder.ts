import {
  gone,
  lockKept,
  type PlacedOrder,
  type PlacementStep,
  unlocked,
  unlocking,
  unlockRefused,
  whyLocked,
} from '@pipeline/fulfillment';
import { PipelineError } from '@pipeline/streams';
import { createChangeOrder } from './changeOrder.ts';
import type { FreshOrder } from './freshOrder.ts';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

type UnlockStep = Extract<PlacementStep, { readonly do: 'unlock' }>;

/**
 * Unlocks an order that was placed locked for its payment, when nothing of the gate keeps it any more. What was judged is
 * on record with its version, so that no message is judged twice.
 */
export function createUnlockOrder({ freshOrder, ...parts }: PlacementParts & { readonly freshOrder: FreshOrder }) {
  const { provider, gate, records, member, clock } = parts;
  const changeOrder = createChangeOrder(parts);

  return async (work: Work, { providerOrderId }: UnlockStep): Promise<Progress> => {
    const at = () => clock().wall;
    const { redriveId } = work;
    const order = await freshOrder(work, { notBelow: work.context.state.value?.orderVersion ?? 0 });
    // Its deletion says what becomes of it.
    if (!order) return records.settled(work, entryOf(work, at()), 'nothing', { reason: 'order-gone' });
    const orderVersion = Math.max(work.event.orderVersion, order.version);
    const reason = whyLocked({ order, entry: work.context.state.value, policy: gate });
    if (reason !== undefined) {
      const kept = lockKept(entryOf(work, at()), { orderVersion, at: at() });
      return records.settled(work, kept, 'keptLocked', { reason });
    }
    const end = await changeOrder(work, {
      effect: 'unlockOrder',
      reads: 'provider.getOrder',
      read: (signal) => provider.getOrder(providerOrderId, signal),
      isOver: ({ status }) => status !== 'LOCKED' && status !== 'UNKNOWN',
      toIntent: () => unlocking(entryOf(work, at()), { member, orderVersion, redriveId, at: at() }),
      call: (locked, permit) => provider.unlockOrder(locked, permit),
    });
    switch (end.ended) {
      case 'not-started':
        return 'again';
      case 'gone': {
        const reason = 'provider-order-gone';
        return records.settled(work, gone(entryOf(work, at()), { reason, at: at() }), 'gone', { reason, alert: true });
      }
      case 'refused':
        return refuse(work, end.error);
      case 'over':
        if (isDead(end.order)) return refuse(work, deadOrder(end.order));
        return records.settled(work, unlocked(entryOf(work, at()), { at: at() }), 'unlocked');
    }
  };

  /** The letter is what counts and alerts; a redrive of it tries again. */
  function refuse(work: Work, error: PipelineError): Promise<Progress> {
    const at = clock().wall;
    const { code, message, httpStatus } = error;
    const letter = new PipelineError('permanent', 'unlock-refused', message, {
      stage: 'call',
      cause: error,
      ...(httpStatus === undefined ? {} : { httpStatus }),
    });
    const entry = unlockRefused(entryOf(work, at), { reason: code, redriveId: work.redriveId, at });
    return records.parked(work, entry, letter, 'unlockRefused');
  }
}

const isDead = ({ status }: PlacedOrder): boolean => status === 'CANCELLED' || status === 'OBSOLETE';

const deadOrder = ({ providerOrderId, status }: PlacedOrder): PipelineError =>
  new PipelineError(
    'permanent',
    'provider-order-ended',
    `Order ${providerOrderId} is to be unlocked, but is ${status} at the provider: place it anew by hand.`,
    { stage: 'call' },
  );
