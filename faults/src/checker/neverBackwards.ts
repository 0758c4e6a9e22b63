import { foldAll } from './fold.ts';
import type { Check, History, ShownState, Violation } from './history.ts';
import { rankOf } from './rank.ts';

/**
 * I3: we never lower the shipment state of an order, unless the events say that something was taken back: a handover was
 * reverted, the order cancelled, or there is new work for goods that counted as settled. What somebody else set to
 * Canceled stays, and what somebody else set is never lowered by us.
 */
export const neverBackwards: Check = (history) => {
  const byOrder = Map.groupBy(history.shipmentStates, ({ order }) => order);
  if (byOrder.size === 0) return [];
  const allowed = takenBack(history);
  return [...byOrder].flatMap(([order, list]) => falls(list, (from, to) => allowed(order, from, to)));
};

function falls(states: readonly ShownState[], isTakenBack: (from: string, to: string) => boolean): Violation[] {
  const inTurn = [...states].sort((a, b) => a.version - b.version);
  return inTurn.flatMap((after, index) => {
    const before = inTurn[index - 1];
    if (!before || !after.ours) return [];
    const { order, state } = after;
    if (before.state === 'Canceled' && !before.ours)
      return [{ invariant: 'I3', order, expected: 'Canceled stays, since somebody else said so', found: state }];
    const [was, is] = [rankOf(before.state), rankOf(state)];
    if (was === undefined || is === undefined || is >= was) return [];
    if (before.ours && isTakenBack(before.state, state)) return [];
    return [{ invariant: 'I3', order, expected: `nothing below ${before.state}`, found: state }];
  });
}

/** Did the events of the order, as they came, first come to `from` and later to `to`? */
function takenBack(history: History): (order: string, from: string, to: string) => boolean {
  let folded: ReturnType<typeof foldAll> | undefined;
  return (order, from, to) => {
    folded ??= foldAll(history);
    const steps = folded.get(order)?.steps ?? [];
    const first = steps.indexOf(from);
    return first >= 0 && steps.lastIndexOf(to) > first;
  };
}
