import { dividedInto, entryForTarget, withTarget } from '@pipeline/fulfillment';
import type { LedgerEntry } from '@pipeline/schemas';
import { CallAgain, type HandlerContext, toPipelineError } from '@pipeline/streams';
import type { Work } from './work.ts';

/** Trying again does not help. */
export const isFinal = (thrown: unknown): boolean =>
  !(thrown instanceof CallAgain) && ['permanent', 'gone'].includes(toPipelineError(thrown).errorClass);

/**
 * Works on each target of a divided order as if it was all of it, one after another. What keeps one waiting, or fails
 * for good, keeps no other from its turn; then it is thrown, first what is to be tried again: targets that have what
 * they need are found so the next time.
 */
export async function forEachTarget(work: Work, settle: (part: Work) => Promise<void>): Promise<void> {
  const { context } = work;
  const whole = context.state.value;
  const failures: unknown[] = [];
  for (const target of whole ? dividedInto(whole) : []) {
    try {
      await settle({ ...work, target, context: contextFor(context, target) });
    } catch (thrown) {
      context.signal.throwIfAborted();
      failures.push(thrown);
    }
  }
  if (failures.length > 0) throw failures.find((thrown) => !isFinal(thrown)) ?? failures[0];
}

/** Shows of the state that one target, and has a key of its own. */
function contextFor(context: HandlerContext<LedgerEntry>, target: string): HandlerContext<LedgerEntry> {
  const { state } = context;
  return Object.create(context, {
    key: { value: `${context.key} ${target}` },
    state: {
      value: {
        get value() {
          return state.value && entryForTarget(state.value, target);
        },
        get ownedSince() {
          return state.ownedSince;
        },
        get restored() {
          return state.restored;
        },
        append: (next: LedgerEntry, also?: Parameters<typeof state.append>[1]) =>
          state.append(state.value ? withTarget(state.value, next, target) : next, also),
      },
    },
  }) as HandlerContext<LedgerEntry>;
}
