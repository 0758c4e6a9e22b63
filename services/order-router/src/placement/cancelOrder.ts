import {
  cancelled,
  cancelling,
  cancelRefused,
  gone,
  type PlacedOrder,
  type PlacementStep,
} from '@pipeline/fulfillment';
import { toPipelineError } from '@pipeline/streams';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

type CancelStep = Extract<PlacementStep, { readonly do: 'cancel' }>;

/**
 * Cancels the provider's order. It is read before, for its version, and after a refusal: what has ended by itself, or by
 * an earlier try of ours, is recorded as that.
 */
export function createCancelOrder({ provider, records, timing, member, clock }: PlacementParts) {
  return async (work: Work, step: CancelStep): Promise<Progress> => {
    const { context } = work;
    const read = () => context.read((signal) => provider.getOrder(step.providerOrderId, signal));
    const current = await read();
    if (!isLive(current)) return recordEnd(work, current);
    const intentAt = await context.state.append(cancelling(entryOf(work, clock().wall), { member, at: clock().wall }));
    try {
      const startWithinMs = timing.startWindowMs;
      await context.effect({ name: 'cancelOrder', intentAt, startWithinMs }, (permit) =>
        provider.cancelOrder(current, permit),
      );
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (error.code === 'start-window-passed') return 'again';
      const refused = error.errorClass === 'permanent' && error.code !== 'defect';
      // A conflict too: the runtime waits a little, then everything is read and decided anew.
      if (!refused && error.errorClass !== 'gone') throw error;
      const after = await read();
      return isLive(after) ? recordRefusal(work, step, error.message) : recordEnd(work, after);
    }
    return records.settled(work, cancelled(entryOf(work, clock().wall), { at: clock().wall }), 'cancelled');
  };

  function recordEnd(work: Work, order: PlacedOrder | undefined): Promise<Progress> {
    const at = clock().wall;
    const entry = entryOf(work, at);
    return order
      ? records.settled(work, cancelled(entry, { at }), 'cancelled')
      : records.settled(work, gone(entry, { reason: 'provider-order-gone', at }), 'gone');
  }

  function recordRefusal(work: Work, { whenRefused }: CancelStep, reason: string): Promise<Progress> {
    const at = clock().wall;
    const entry = entryOf(work, at);
    if (whenRefused === 'gone') return records.settled(work, gone(entry, { reason: 'order-deleted', at }), 'gone');
    return records.settled(work, cancelRefused(entry, { reason, at }), 'cancelRefused', { reason, alert: true });
  }
}

const isLive = (order: PlacedOrder | undefined): order is PlacedOrder =>
  order !== undefined && order.status !== 'CANCELLED' && order.status !== 'OBSOLETE';
