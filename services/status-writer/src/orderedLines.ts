import { type FulfillmentProvider, lackOrderedLines, withOrderedLines } from '@pipeline/fulfillment';
import type { OrderFulfillmentState } from '@pipeline/schemas';
import { type HandlerContext, isPipelineError } from '@pipeline/streams';

/**
 * The state with the lines of the provider's order, of a divided order those of each target, where they decide and
 * neither the ledger nor an event has told them. The provider's order, not the shop's: its article ids are those that
 * picking and handover count by, also where we did not place it. The state itself when there is nothing to read, or the
 * order is gone or cannot be read: the quantities then stay unknown, which keeps nothing else back.
 * @throws PipelineError what a read failed with that is to be repeated
 */
export async function readOrderedLines(
  provider: Pick<FulfillmentProvider, 'getOrder'>,
  state: OrderFulfillmentState,
  { read }: Pick<HandlerContext, 'read'>,
): Promise<OrderFulfillmentState> {
  let known = state;
  for (const { providerOrderId } of lackOrderedLines(state)) {
    try {
      const order = await read({ name: 'provider.getOrder', part: providerOrderId }, (signal) =>
        provider.getOrder(providerOrderId, signal),
      );
      if (order?.lines.length) known = withOrderedLines(known, providerOrderId, order.lines);
    } catch (error) {
      if (!isPipelineError(error) || error.errorClass !== 'permanent') throw error;
    }
  }
  return known;
}
