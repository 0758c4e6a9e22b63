import {
  chooseExisting,
  currentPlacement,
  earlierProviderOrderIds,
  type KnownContent,
  rejected,
} from '@pipeline/fulfillment';
import { PipelineError } from '@pipeline/streams';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

export interface LookUp {
  readonly tenantOrderId: string;
  /**
   * An attempt that nobody refused may still come true beside the order of another owner that was found: then this one
   * says nothing, and the look-up counts as empty.
   */
  readonly inDoubt: boolean;
}

/** Searches the provider by tenantOrderId and takes what is ours as placed. undefined: nothing was there. */
export function createAdoptOrder({ provider, attempts, records, observer, clock }: PlacementParts) {
  return async (work: Work, { tenantOrderId, inDoubt }: LookUp): Promise<Progress | undefined> => {
    const { event, context } = work;
    const { key, state } = context;
    const sentAt = clock();
    const found = await context.read({ name: 'findOrders' }, (signal) => provider.findOrders(tenantOrderId, signal));
    const existing = chooseExisting(found, event, earlierProviderOrderIds(state.value));
    if (existing.found === 'ours') {
      if (existing.duplicates.length > 0) observer.duplicates(event.orderId, existing.duplicates);
      return records.placed(work, existing.order, 'adopted', contentOf(work, inDoubt));
    }
    if (existing.found === 'clash' && !inDoubt) {
      return recordClash(work, clashError(tenantOrderId, existing.providerOrderId));
    }
    attempts.foundNothing(key, state, sentAt);
    return undefined;
  };

  function recordClash(work: Work, error: PipelineError): Promise<Progress> {
    const at = clock().wall;
    const reason = error.code;
    const entry = currentPlacement(work.context.state.value)
      ? rejected(entryOf(work, at), { reason, at })
      : records.toSkipped(work, { reason, orderVersion: work.order?.version ?? 0 });
    return records.parked(work, entry, error);
  }
}

/** Which attempt made what was found? One that was refused did not; one in doubt did, if it is the first of that kind. */
function contentOf({ context }: Work, inDoubt: boolean): KnownContent {
  if (currentPlacement(context.state.value)?.uncertain) return 'doubtful';
  return inDoubt ? 'as-sent' : 'unknown';
}

function clashError(tenantOrderId: string, providerOrderId: string): PipelineError {
  const message = `tenantOrderId ${tenantOrderId} belongs to fulfillment order ${providerOrderId} of another owner; free it there, then redrive.`;
  return new PipelineError('permanent', 'tenant-order-id-clash', message, { stage: 'call' });
}
