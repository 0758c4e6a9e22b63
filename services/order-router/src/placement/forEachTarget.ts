import { dividedInto, entryForTarget, isOtherMade, withTarget } from '@pipeline/fulfillment';
import type { LedgerEntry } from '@pipeline/schemas';
import {
  type Call,
  CallAgain,
  type Effect,
  type EffectPermit,
  type HandlerContext,
  toPipelineError,
} from '@pipeline/streams';
import type { Work } from './work.ts';

/** Trying again does not help. */
export const isFinal = (thrown: unknown): boolean =>
  !(thrown instanceof CallAgain) && ['permanent', 'gone'].includes(toPipelineError(thrown).errorClass);

/**
 * Works on each target of a divided order as if it was all of it, one after another. What keeps one waiting, or fails
 * for good, keeps no other from its turn; then it is thrown, first what is to be tried again: targets that have what
 * they need are found so the next time. What is read of the order on the way stays with `work`.
 */
export async function forEachTarget(work: Work, settle: (part: Work) => Promise<void>): Promise<void> {
  const { context } = work;
  const { state } = context;
  const failures: unknown[] = [];
  for (const target of dividedInto(state.value)) {
    const isMade = state.value !== undefined && isOtherMade(state.value, target);
    const part: Work = { ...work, target, isOtherMade: isMade, context: contextFor(context, target) };
    try {
      await settle(part);
    } catch (thrown) {
      context.signal.throwIfAborted();
      failures.push(thrown);
    } finally {
      // What was read of the order is true for all of its targets.
      work.order = part.order;
      work.event = part.event;
    }
  }
  if (failures.length > 0) throw toSoonest(failures);
}

/** What is to be tried again first, and what has failed for good last. */
function toSoonest(failures: readonly unknown[]): unknown {
  const waits = failures.filter((thrown) => thrown instanceof CallAgain).sort((a, b) => a.afterMs - b.afterMs);
  const others = failures.filter((thrown) => !(thrown instanceof CallAgain));
  return others.find((thrown) => !isFinal(thrown)) ?? waits[0] ?? others[0];
}

/** Shows of the state that one target, and has a key and failures of its own. */
function contextFor(context: HandlerContext<LedgerEntry>, target: string): HandlerContext<LedgerEntry> {
  const { state } = context;
  const ofTarget = <What extends Call>(what: What): What => ({
    ...what,
    part: what.part === undefined ? target : `${target} ${what.part}`,
  });
  return Object.create(context, {
    key: { value: `${context.key} ${target}` },
    exhausted: { value: (what: Call) => context.exhausted(ofTarget(what)) },
    read: {
      value: <Result>(what: Call, call: (signal: AbortSignal) => Promise<Result>) => context.read(ofTarget(what), call),
    },
    effect: {
      value: <Result>(effect: Effect, call: (permit: EffectPermit) => Promise<Result>) =>
        context.effect(ofTarget(effect), call),
    },
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
