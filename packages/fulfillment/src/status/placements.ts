import type {
  CurrentPlacement,
  LedgerEntry,
  OrderedLine,
  OrderFulfillmentState,
  Placement,
  UnplacedTarget,
} from '@pipeline/schemas/types';
import { WHOLE_ORDER } from '../ledger/placement.ts';
import { compareText, join } from './join.ts';

type Known = Pick<OrderFulfillmentState, 'placement' | 'targets' | 'unplaced'>;

/** The orders at the provider that count: of a divided order one for each target that has one, by target. */
export const currentPlacements = ({ placement, targets = [] }: Known): readonly CurrentPlacement[] =>
  targets.length > 0 ? targets : placement ? [placement] : [];

/**
 * Targets that are still to be placed, as far as the ledger is known: nothing is complete without them. One that was
 * skipped or rejected is none: nobody knows whether it ever comes, and the others do not wait for it.
 */
export const awaitedTargets = ({ unplaced = [] }: Known): readonly string[] =>
  unplaced.filter(({ ended }) => !ended).map(({ target }) => target);

/** What the ledger's entry adds to what is known. The state itself when that is nothing. */
export function withPlacements(state: OrderFulfillmentState, entry: LedgerEntry): OrderFulfillmentState {
  const before = { placed: currentPlacements(state), unplaced: state.unplaced ?? [] };
  const made = entry.placements.flatMap(toCurrent).reduce(withLater(laterPlacement), before.placed);
  const isDivided = made.some(({ target }) => target !== WHOLE_ORDER);
  // attempt 0: nobody but the provider has told of it, as if it was all
  const placed = isDivided ? made.filter(({ target, attempt }) => target !== WHOLE_ORDER || attempt > 0) : made;
  const unplaced = entry.placements
    .flatMap(toUnplaced)
    .reduce(withLater(laterAttempt), before.unplaced)
    .filter(({ target, attempt }) => !placed.some((other) => other.target === target && other.attempt >= attempt));
  if (isSame(placed, before.placed) && isSame(unplaced, before.unplaced)) return state;
  return { ...state, placement: placed[0] ?? null, targets: isDivided ? placed : [], unplaced };
}

/** The state with what was ordered of one of its placements. */
export function withOrderedLines(
  state: OrderFulfillmentState,
  providerOrderId: string,
  lines: readonly OrderedLine[],
): OrderFulfillmentState {
  const change = (placement: CurrentPlacement): CurrentPlacement =>
    placement.providerOrderId === providerOrderId ? { ...placement, lines } : placement;
  const { placement, targets = [] } = state;
  return { ...state, placement: placement && change(placement), targets: targets.map(change) };
}

/** What was placed, whatever became of it; an intent alone has no provider order. */
const toCurrent = (placement: Placement): CurrentPlacement[] => {
  const { providerOrderId, processId, tenantOrderId, collect, attempt, lines, target } = placement;
  return providerOrderId === null
    ? []
    : [{ providerOrderId, processId, tenantOrderId, collect, attempt, lines, target }];
};

/** An order that is not placed yet may still be divided: of that as a whole nothing is kept. */
const toUnplaced = ({ target, attempt, status, providerOrderId }: Placement): UnplacedTarget[] =>
  providerOrderId !== null || target === WHOLE_ORDER
    ? []
    : [{ target, attempt, ended: ['skipped', 'rejected', 'cancelled', 'gone'].includes(status) }];

function laterPlacement(a: CurrentPlacement, b: CurrentPlacement): CurrentPlacement {
  if (a.attempt !== b.attempt) return a.attempt > b.attempt ? a : b;
  if (a.providerOrderId !== b.providerOrderId) return a.providerOrderId > b.providerOrderId ? a : b;
  return join(a, b);
}

/** An attempt that has ended does not go on: what follows is the next one. */
const laterAttempt = (a: UnplacedTarget, b: UnplacedTarget): UnplacedTarget =>
  b.attempt > a.attempt || (b.attempt === a.attempt && b.ended && !a.ended) ? b : a;

/** Puts one into a list sorted by target; the list itself when nothing is new. */
const withLater =
  <T extends { readonly target: string }>(later: (a: T, b: T) => T) =>
  (list: readonly T[], added: T): readonly T[] => {
    const known = list.find(({ target }) => target === added.target);
    const next = known ? later(known, added) : added;
    if (next === known) return list;
    return [...list.filter((other) => other !== known), next].sort((a, b) => compareText(a.target, b.target));
  };

const isSame = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);
