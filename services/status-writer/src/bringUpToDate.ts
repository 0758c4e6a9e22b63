import {
  afterRead,
  afterWrite,
  byGroup,
  type CommercePlatform,
  type DesiredStatus,
  desired,
  divide,
  groupsOf,
  isOfSameGroups,
  isRefused,
  needsParts,
  rejoin,
  type StatusChange,
  type StatusPolicy,
  toChange,
  toUpdates,
  withRefusal,
} from '@pipeline/fulfillment';
import type { OrderFulfillmentState } from '@pipeline/schemas';
import { failpoint, type HandlerContext, isExhausted, type PipelineError, toPipelineError } from '@pipeline/streams';

type State = OrderFulfillmentState;
type Context = Pick<HandlerContext<State>, 'read' | 'effect'>;

export interface BringUpToDateOptions {
  readonly platform: Pick<CommercePlatform, 'getStatus' | 'writeStatus'>;
  readonly policy: StatusPolicy;
  readonly observer: {
    written(state: State, change: StatusChange): void;
    outcome(state: State, outcome: 'gone' | 'conflict', error?: PipelineError): void;
  };
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A change of one group that the platform refused for good when it came alone. */
export interface Refusal {
  readonly change: StatusChange;
  readonly error: PipelineError;
}

/** The state after it, and what was refused on the way. */
export interface BroughtUpToDate {
  readonly state: State;
  readonly refusals: readonly Refusal[];
  /** The order cannot be read, and nothing more was done. */
  readonly givenUp?: PipelineError;
}

/** `interrupted`: the order must be read before anything more is sent. */
interface Sent extends BroughtUpToDate {
  readonly interrupted?: Refusal;
}

export interface Tries {
  /** What was refused is tried again as it is. */
  readonly again: boolean;
  /**
   * What the state was with the first of the messages, the first two, and so on, but not with all: a try that knew only
   * these may have had its effect without being on record (its answer was lost, or the process died), and a later message
   * may have taken it back, so that nothing would be pending. Called only when that matters.
   */
  readonly earlier: () => readonly State[];
}

/** ShipmentStates that may be ours. */
type Attempted = readonly (string | null)[];

/** Somebody else writes the order all the time: let it rest, the key waits. */
const MOST_CONFLICTS = 5;

/**
 * Makes the platform's order show what the state says: with one update for everything that is pending, and none when
 * nothing is. When the platform refuses an update for good, its groups are sent one by one; only those that are refused
 * by themselves are left out, and remembered in the state. So it takes at most one call more than there are groups,
 * unless somebody else changes the order meanwhile, or there is more to write than an update takes: then it is divided,
 * and what follows a refused part of a group is refused with it. A refused part that adds to the order is looked for
 * there once: what is there already, or is no longer wanted, is not parked. When nothing is pending but an earlier try
 * would have sent something, the order is read first.
 *
 * @throws PipelineError what a call failed with that is to be repeated as a whole. What was written before it is found
 *   out at the next try: by the conflict of the version, and a read.
 */
export function createBringUpToDate({ platform, policy, observer, now }: BringUpToDateOptions) {
  /**
   * By order whose last update may have had its effect: the ShipmentState that it was to have. Such an order is read
   * first, also when that could not be done at once. After a crash the conflict of the version says so.
   */
  const inDoubt = new Map<string, string | null>();

  async function readPlatform(state: State, attempted: () => Attempted, { read }: Context): Promise<State> {
    const found = await read({ name: 'getStatus' }, (signal) => platform.getStatus(state.orderId, signal));
    inDoubt.delete(state.orderId);
    if (!found) return asGone(state);
    return afterRead(state, {
      platform: found,
      attempted: found.shipmentState === null ? [] : attempted(),
      now: now(),
    });
  }

  function asGone(state: State): State {
    observer.outcome(state, 'gone');
    const last = state.platform ?? { version: 0, shipmentState: null, customTypeId: null, parts: null };
    return { ...state, platform: { ...last, gone: true } };
  }

  async function send(given: State, updates: readonly StatusChange[], { effect }: Context): Promise<Sent> {
    const { orderId } = given;
    const refusals: Refusal[] = [];
    const waiting = updates.flatMap(divide);
    let state = given;
    for (let change = waiting.shift(); change && state.platform; change = waiting.shift()) {
      const write = { orderId, change, platform: state.platform };
      try {
        const shown = await effect({ name: 'writeStatus' }, (permit) => platform.writeStatus(write, permit));
        await failpoint('writer.afterPost', orderId);
        state = afterWrite(state, { change, platform: shown, now: now() });
        observer.written(state, change);
      } catch (thrown) {
        const error = toPipelineError(thrown);
        const { errorClass } = error;
        if (errorClass === 'gone') return { state: asGone(state), refusals };
        if (errorClass === 'conflict' || errorClass === 'unknown-outcome')
          return { state, refusals, interrupted: { change, error } };
        if (errorClass !== 'permanent') throw error;
        const parts = byGroup(change);
        if (parts.length > 1) {
          waiting.unshift(...parts);
          continue;
        }
        const behind = waiting.filter((other) => isOfSameGroups(other, change));
        for (const other of behind) waiting.splice(waiting.indexOf(other), 1);
        const refused = rejoin(change, behind);
        state = withRefusal(state, refused, error.code);
        refusals.push({ change: refused, error });
      }
    }
    return { state, refusals };
  }

  /** Would an earlier try have written what this one may have to take back? */
  const wouldHaveSent = (tried: readonly DesiredStatus[], { written, platform: shown }: State): boolean =>
    shown !== null &&
    tried.some((wanted) => {
      const change = toChange({ desired: wanted, written, platform: shown });
      return change !== null && (change.shipmentState !== null || change.deliveries !== undefined);
    });

  return async (given: State, context: Context, { again, earlier }: Tries): Promise<BroughtUpToDate> => {
    let state = given;
    let tried: readonly DesiredStatus[] | undefined;
    const triedEarlier = () => (tried ??= earlier().map((each) => desired(each, policy)));
    const attemptedWith = (last: DesiredStatus) => (): Attempted =>
      [...triedEarlier(), last].map(({ shipmentState }) => shipmentState);
    const refusals: Refusal[] = [];
    let looked = false;
    let sure = given.platform === null;
    try {
      for (let conflicts = 0; ; ) {
        const wanted = desired(state, policy);
        if (isNothing(wanted)) return current(state, refusals);
        const doubt = inDoubt.get(state.orderId);
        if (doubt !== undefined) {
          state = await readPlatform(state, () => [...attemptedWith(wanted)(), doubt], context);
          sure = true;
        }
        if (!state.platform || (state.platform.parts === null && !state.platform.gone && needsParts(wanted)))
          state = await readPlatform(state, attemptedWith(wanted), context);
        const change =
          state.platform && toChange({ desired: wanted, written: state.written, platform: state.platform });
        if (!change) {
          if (sure || !wouldHaveSent(triedEarlier(), state)) return current(state, refusals);
          sure = true;
          state = await readPlatform(state, attemptedWith(wanted), context);
          continue;
        }
        sure = true;
        const refusedNow = state.refused.filter((refusal) => !given.refused.includes(refusal));
        const updates = toUpdates(change, state, again).filter((update) => !isRefused(update, refusedNow));
        const sent = await send(state, updates, context);
        state = sent.state;
        refusals.push(...sent.refusals);
        if (!sent.interrupted) {
          const look = !looked && !state.platform?.gone && sent.refusals.some(({ change: part }) => addsParts(part));
          if (!look) return current(state, refusals);
          looked = true;
          state = withoutObsolete(await readPlatform(state, () => [], context), policy);
          continue;
        }
        const { change: attempted, error } = sent.interrupted;
        observer.outcome(state, 'conflict', error);
        inDoubt.set(state.orderId, attempted.shipmentState);
        if (++conflicts > MOST_CONFLICTS) throw error;
      }
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (!isExhausted(error)) throw thrown;
      // What may have had its effect is found out by whoever comes next, in another process, too.
      const reached = inDoubt.has(state.orderId) ? { ...state, platform: null } : state;
      return { ...current(reached, refusals), givenUp: error };
    }
  };
}

/** What was refused, and is as it should be after all, is not remembered. */
function withoutObsolete(state: State, policy: StatusPolicy): State {
  const { written, platform } = state;
  const pending = platform && toChange({ desired: desired(state, policy), written, platform });
  const open: readonly string[] = pending ? groupsOf(pending) : [];
  return { ...state, refused: state.refused.filter(({ group }) => open.includes(group)) };
}

/** With the refusals that still hold. */
const current = (state: State, refusals: readonly Refusal[]): BroughtUpToDate => ({
  state,
  refusals: refusals.filter(({ change }) => isRefused(change, state.refused)),
});

const addsParts = ({ deliveries, returns }: StatusChange): boolean => deliveries !== undefined || returns !== undefined;

const isNothing = (wanted: DesiredStatus): boolean =>
  wanted.shipmentState === null && Object.values(wanted.fields).every((value) => value === null) && !needsParts(wanted);
