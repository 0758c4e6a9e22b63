import type { EffectPermit, PlacedOrder } from '@pipeline/fulfillment';
import type { LedgerEntry } from '@pipeline/schemas';
import { type PipelineError, toPipelineError } from '@pipeline/streams';
import type { PlacementParts, Work } from './work.ts';

/** One change of a provider's order that is guarded by the order's version. */
export interface OrderChange<Order extends PlacedOrder = PlacedOrder> {
  readonly effect: string;
  /** What `read` is called where it fails. */
  readonly reads: string;
  /** undefined: the provider does not have it (any more). */
  readonly read: (signal: AbortSignal) => Promise<Order | undefined>;
  /** Is there nothing to change (any more)? */
  readonly isOver: (order: Order) => boolean;
  /** The intent, as it has to stand in the ledger before the call. */
  readonly toIntent: () => LedgerEntry;
  readonly call: (order: Order, permit: EffectPermit) => Promise<Order>;
}

export type OrderChangeEnd<Order extends PlacedOrder = PlacedOrder> =
  /** `order` is as it is now, changed by this call or before. */
  | { readonly ended: 'over'; readonly order: Order }
  /** The provider does not have it (any more). */
  | { readonly ended: 'gone' }
  /** For good. */
  | { readonly ended: 'refused'; readonly error: PipelineError }
  /** Nothing was sent, the intent was too old. */
  | { readonly ended: 'not-started' };

/**
 * Reads the order for its version, puts the intent on record, makes the call. After a refusal it is read again: what has
 * ended by itself, or by an earlier try whose answer was lost, is over.
 * @throws PipelineError for whatever the runtime has to wait for; then everything is read and decided anew.
 */
export function createChangeOrder({ timing }: Pick<PlacementParts, 'timing'>) {
  return async <Order extends PlacedOrder>(
    { context }: Work,
    change: OrderChange<Order>,
  ): Promise<OrderChangeEnd<Order>> => {
    const read = () => context.read({ name: change.reads }, change.read);
    const toEnd = (order: Order | undefined): OrderChangeEnd<Order> | undefined => {
      if (!order) return { ended: 'gone' };
      return change.isOver(order) ? { ended: 'over', order } : undefined;
    };
    const current = await read();
    const before = toEnd(current);
    if (!current || before) return before ?? { ended: 'gone' };
    const exhausted = context.exhausted({ name: change.effect });
    if (exhausted) return { ended: 'refused', error: exhausted };
    context.ensureNotPaused(change.effect);
    const intentAt = await context.state.append(change.toIntent());
    try {
      const startWithinMs = timing.startWindowMs;
      const order = await context.effect({ name: change.effect, intentAt, startWithinMs }, (permit) =>
        change.call(current, permit),
      );
      return { ended: 'over', order };
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (error.code === 'start-window-passed') return { ended: 'not-started' };
      if (!isAnswer(error)) throw error;
      const order = await read();
      const after = toEnd(order);
      if (after) return after;
      const moved = order?.version !== current.version;
      if (error.errorClass === 'conflict' && (moved || context.attempt < MOST_CONFLICTS)) throw error;
      return { ended: 'refused', error };
    }
  };
}

/** Tries after which a conflict about a version that is still the present one is taken for a refusal: it would not end. */
export const MOST_CONFLICTS = 5;

/** The provider has understood, and said no. */
const isAnswer = ({ errorClass, code }: PipelineError): boolean =>
  ['permanent', 'gone', 'conflict'].includes(errorClass) && code !== 'defect';
