import type { OrderParts, ProcessState } from '@pipeline/schemas/types';
import type { ReturnState, ReturnStep } from '../ports.ts';
import { createAllocation } from './allocate.ts';
import { compareText } from './join.ts';

/** Pieces of one article in one return. */
export interface DesiredReturn {
  /** The provider's id of the item return. */
  readonly trackingId: string;
  readonly articleId: string;
  readonly quantity: number;
  /** `Returned` when all of them have come and were taken back. */
  readonly shipmentState: ReturnState;
}

/** What customers send back, sorted; a cancelled return job is none. */
export function returnsOf({ returns }: ProcessState): DesiredReturn[] {
  return returns
    .filter(({ status }) => status !== 'CANCELED')
    .flatMap(({ items }) => items)
    .filter(({ quantity }) => quantity > 0)
    .map(
      ({ returnId, articleId, quantity, accepted }): DesiredReturn => ({
        trackingId: returnId,
        articleId,
        quantity,
        shipmentState: accepted >= quantity ? 'Returned' : 'Advised',
      }),
    )
    .sort((a, b) => compareText(a.trackingId, b.trackingId) || compareText(a.articleId, b.articleId));
}

/**
 * What leads from the returns that the platform shows to the desired ones. A return that the platform has is never
 * taken back, and a state that somebody set after ours stays: only Advised is raised, to Returned.
 */
export function planReturns(desired: readonly DesiredReturn[], { lines, returns }: OrderParts): ReturnStep[] {
  const allocate = createAllocation(lines);
  const wanted = desired.flatMap(({ trackingId, articleId, quantity, shipmentState }) =>
    allocate([{ articleId, quantity }]).map((item) => ({ ...item, trackingId, shipmentState })),
  );
  const missing = wanted.flatMap(({ trackingId, lineId, quantity, shipmentState }) => {
    const known = returns
      .filter((item) => item.trackingId === trackingId && item.lineId === lineId)
      .reduce((sum, item) => sum + item.quantity, 0);
    return quantity > known ? [{ trackingId, item: { lineId, quantity: quantity - known, shipmentState } }] : [];
  });
  const raised = returns.filter(
    ({ trackingId, lineId, shipmentState }) =>
      shipmentState === 'Advised' &&
      wanted.some(
        (item) => item.trackingId === trackingId && item.lineId === lineId && item.shipmentState === 'Returned',
      ),
  );
  return [
    ...[...new Set(missing.map(({ trackingId }) => trackingId))].map((trackingId) => ({
      step: 'addReturn' as const,
      trackingId,
      items: missing.filter((each) => each.trackingId === trackingId).map(({ item }) => item),
    })),
    ...raised.map(({ id }) => ({ step: 'setReturnState' as const, itemId: id, shipmentState: 'Returned' as const })),
  ];
}
