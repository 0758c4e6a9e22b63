import type { OrderParts, ProcessState } from '@pipeline/schemas/types';
import type { ReturnState, ReturnStep } from '../ports.ts';
import { createAllocation } from './allocate.ts';
import { compareText } from './join.ts';

type ReturnItem = OrderParts['returns'][number];

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
 * taken back nor moved to another line item, whichever came first; what is missing goes to line items of its article
 * that are not all back. A state that somebody set after ours stays: only Advised is raised, to Returned.
 */
export function planReturns(desired: readonly DesiredReturn[], { lines, returns }: OrderParts): ReturnStep[] {
  const shownOf = ({ trackingId, articleId }: DesiredReturn): ReturnItem[] =>
    returns.filter(
      (item) =>
        item.trackingId === trackingId &&
        lines.some(({ id, articleId: other }) => id === item.lineId && other === articleId),
    );
  const allocate = createAllocation(withoutItems(lines, desired.flatMap(shownOf)));
  const missing = desired.flatMap((wanted) => {
    const { trackingId, articleId, quantity, shipmentState } = wanted;
    const shown = shownOf(wanted).reduce((sum, item) => sum + item.quantity, 0);
    return allocate([{ articleId, quantity: quantity - shown }]).map((item) => ({
      trackingId,
      item: { ...item, shipmentState },
    }));
  });
  const raised = desired
    .filter(({ shipmentState }) => shipmentState === 'Returned')
    .flatMap((wanted) => shownOf(wanted).filter(({ shipmentState }) => shipmentState === 'Advised'));
  return [
    ...[...new Set(missing.map(({ trackingId }) => trackingId))].map((trackingId) => ({
      step: 'addReturn' as const,
      trackingId,
      items: missing.filter((each) => each.trackingId === trackingId).map(({ item }) => item),
    })),
    ...raised.map(({ id }) => ({ step: 'setReturnState' as const, itemId: id, shipmentState: 'Returned' as const })),
  ];
}

/** The line items with what is left of them. */
const withoutItems = (lines: OrderParts['lines'], items: readonly ReturnItem[]): OrderParts['lines'] =>
  lines.map((line) => ({
    ...line,
    quantity: items.reduce(
      (rest, { lineId, quantity }) => (lineId === line.id ? rest - quantity : rest),
      line.quantity,
    ),
  }));
