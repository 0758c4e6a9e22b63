import { bounded } from './bounded.ts';
import { converged } from './converged.ts';
import type { History, Violation } from './history.ts';
import { inOrder } from './inOrder.ts';
import { neverBackwards } from './neverBackwards.ts';
import { neverLost } from './neverLost.ts';
import { placedOnce } from './placedOnce.ts';
import { polite } from './polite.ts';
import { unchanged } from './unchanged.ts';

const checks = [neverLost, placedOnce, neverBackwards, converged, inOrder, polite, bounded, unchanged];

/** Everything that is wrong with a run. Every invariant is judged, whichever the row is about. */
export const check = (history: History): Violation[] => [
  ...checks.flatMap((judge) => judge(history)),
  ...history.claims.flatMap(({ invariant, what, expected, found, holds }) =>
    holds ? [] : [{ invariant, expected: `${what}: ${expected}`, found }],
  ),
];
