import {
  awaitedTargets,
  type CommercePlatform,
  currentPlacements,
  desired,
  evolve,
  type FulfillmentProvider,
  groupsOf,
  isRefused,
  type StatusAlert,
  type StatusChange,
  type StatusPolicy,
} from '@pipeline/fulfillment';
import type { FulfillmentEvent, LedgerEntry, OrderFulfillmentState } from '@pipeline/schemas';
import { endingWaits, type Waiting } from '@pipeline/service-kit';
import {
  CallAgain,
  failpoint,
  type Handler,
  type HandlerContext,
  isExhausted,
  isPipelineError,
  type Message,
  PipelineError,
} from '@pipeline/streams';
import { type BroughtUpToDate, createBringUpToDate, type Refusal } from '../bringUpToDate.ts';
import { claimedProviderOrderId, confirmPlacement } from '../confirmPlacement.ts';
import { earlierStates } from '../earlierStates.ts';
import { readOrderedLines } from '../orderedLines.ts';

export type StatusInput = FulfillmentEvent | LedgerEntry;

export interface WriteStatusOptions {
  readonly platform: Pick<CommercePlatform, 'getStatus' | 'writeStatus'>;
  readonly provider: Pick<FulfillmentProvider, 'getOrder'>;
  readonly policy: StatusPolicy;
  /** How long an order that the ledger does not know waits before the provider is asked whose it is. */
  readonly placementWaitMs: number;
  /** How long the first message waits for others of its order before anything is written, milliseconds. (Default: 0) */
  readonly lingerMs?: number;
  readonly observer: StatusObserver;
  readonly waiting: Waiting<Message<StatusInput>>;
  /** Milliseconds since the epoch. (Default: Date.now) */
  readonly now?: () => number;
}

/** What came of an order's status, for logs and metrics. */
export interface StatusObserver {
  written(state: OrderFulfillmentState, change: StatusChange): void;
  /**
   * `gone`: the order was deleted. `unconfirmed`: the provider's order does not carry this order's id. `refused`: a part
   * of the update, parked with this error.
   */
  outcome(
    state: OrderFulfillmentState,
    outcome: 'gone' | 'unconfirmed' | 'refused' | 'conflict',
    error?: PipelineError,
  ): void;
  /** Once while it lasts, not at each event. `signal` ends it for this process: the order is another's. */
  alert(state: OrderFulfillmentState, alert: StatusAlert, signal: AbortSignal): void;
  alertEnded(state: OrderFulfillmentState, alert: StatusAlert): void;
  superseded(): void;
  /** What a catch-up brought had not been heard of; once for what came together. */
  repaired(state: OrderFulfillmentState): void;
}

type Context = HandlerContext<OrderFulfillmentState>;

interface Showing {
  readonly before: OrderFulfillmentState | undefined;
  readonly messages: readonly [Message<StatusInput>, ...Message<StatusInput>[]];
  readonly context: Context;
  /** What was refused is tried again as it is. */
  readonly again: boolean;
}

const LOOK_AGAIN_MS = 250;
/** Redrives that are remembered for an order: replayed, they are none. */
const MOST_REDRIVES = 20;

/**
 * Folds all that waits for an order and makes the platform's order show it, with one update for all of it and none when
 * nothing changes. The state is on record before any offset is done; a crash after the update is found out by the
 * version conflict of the next one. What commercetools refuses for good is parked together with the state, and only
 * that; the next change of the order tries it again, and so does a redrive.
 */
export function createWriteStatus(options: WriteStatusOptions): Handler<StatusInput, OrderFulfillmentState> {
  const { provider, policy, placementWaitMs, lingerMs = 0, observer, waiting } = options;
  const bringUpToDate = createBringUpToDate({ now: Date.now, ...options });

  async function withPlacement(
    state: OrderFulfillmentState,
    first: Message<StatusInput>,
    context: Context,
  ): Promise<OrderFulfillmentState> {
    if (state.placement || state.processes.length === 0) return state;
    const waitedMs = waiting.since(first, context.signal);
    if (waitedMs === undefined || waitedMs < placementWaitMs)
      throw new CallAgain(Math.min(LOOK_AGAIN_MS, placementWaitMs), 'not placed yet, as far as the ledger is known');
    const providerOrderId = claimedProviderOrderId(state);
    if (providerOrderId === undefined) return state;
    const placement = await context.read({ name: 'provider.getOrder' }, (signal) =>
      confirmPlacement(provider, state, providerOrderId, signal),
    );
    return placement ? { ...state, placement } : state;
  }

  /** `givenUp`: a read that is needed was. What is known stays on record, and is shown by the next message that can. */
  async function show(
    noted: OrderFulfillmentState,
    { before, messages, context, again }: Showing,
  ): Promise<BroughtUpToDate & { readonly placed: OrderFulfillmentState }> {
    let placed = noted;
    try {
      placed = await withPlacement(noted, messages[0], context);
      if (placed !== before) placed = await readOrderedLines(provider, placed, context);
      if (!placed.placement) return { placed, state: placed, refusals: [] };
      const earlier = () => earlierStates(before, messages, placed);
      return { placed, ...(await bringUpToDate(placed, context, { again, earlier })) };
    } catch (thrown) {
      if (!isPipelineError(thrown) || !isExhausted(thrown)) throw thrown;
      return { placed, state: placed, refusals: [], givenUp: thrown };
    }
  }

  function linger(first: Message<StatusInput>, { signal }: Context): void {
    const rest = lingerMs - (waiting.since(first, signal) ?? 0);
    if (rest > 0) throw new CallAgain(rest, 'others of its order may follow');
  }

  function tellAlerts(before: OrderFulfillmentState | undefined, after: OrderFulfillmentState, { signal }: Context) {
    const alerts = { before: before ? desired(before, policy).alerts : [], after: desired(after, policy).alerts };
    for (const alert of without(alerts.after, alerts.before)) observer.alert(after, alert, signal);
    for (const alert of without(alerts.before, alerts.after)) observer.alertEnded(after, alert);
  }

  return endingWaits(waiting, async (messages, context) => {
    const before = context.state.value;
    const { state: folded, repaired } = fold(before, messages);
    if (!folded) return [];
    if (lingerMs > 0 && folded !== before) linger(messages[0], context);
    const noted = withRedrives(folded, messages);
    const again = noted !== folded;
    const { placed, state, refusals, givenUp } = await show(noted, { before, messages, context, again });
    // What is on record as refused is parked already, unless this is what a redrive came to.
    const refused = refusals.filter(({ change }) => again || !isRefused(change, placed.refused)).map(toLetterError);
    const parked = givenUp ? [...refused, givenUp] : refused;
    if (state !== before)
      await context.state.append(
        state,
        parked.flatMap((error) => context.deadLetters(error)),
      );
    await failpoint('writer.afterAppend', context.key);
    // Only now, so that it is told once, however often it had to be tried.
    if (state !== before) for (const error of parked) observer.outcome(state, 'refused', error);
    if (!placed.placement && placed.processes.length > 0) observer.outcome(placed, 'unconfirmed');
    for (const { value } of messages) if (isSuperseded(value, placed)) observer.superseded();
    if (repaired && state !== before) observer.repaired(state);
    if (state !== before) tellAlerts(before, state, context);
    return [];
  });
}

/** `repaired`: an event that a catch-up brought told more of a process than that its entities have new versions. */
function fold(before: OrderFulfillmentState | undefined, messages: readonly Message<StatusInput>[]) {
  let state = before;
  let repaired = false;
  for (const { value, headers } of messages) {
    const next = evolve(state, value);
    repaired ||= headers['origin'] === 'catch-up' && isNews(state, next);
    state = next;
  }
  return { state, repaired };
}

/** The provider raises versions for reasons of its own, of which it tells nobody. */
function isNews(before: OrderFulfillmentState | undefined, { processes }: OrderFulfillmentState): boolean {
  if (processes === before?.processes) return false;
  const withoutVersions = (of: unknown): string =>
    JSON.stringify(of, (name, value: unknown) => (name === 'version' ? undefined : value));
  return withoutVersions(processes) !== withoutVersions(before?.processes ?? []);
}

/** Redrives are tried once each: read again with their topic, they are on record. */
function withRedrives(state: OrderFulfillmentState, messages: readonly Message<StatusInput>[]): OrderFulfillmentState {
  const ids = new Set(messages.flatMap(({ headers }) => headers['redrive-id'] ?? []));
  const added = [...ids].filter((id) => !state.redriveIds.includes(id));
  return added.length === 0 ? state : { ...state, redriveIds: [...state.redriveIds, ...added].slice(-MOST_REDRIVES) };
}

function toLetterError({ change, error }: Refusal): PipelineError {
  const { code, message, stage, httpStatus } = error;
  const what = isExhausted(error)
    ? 'Of the update this group was not written'
    : 'Of the update only this group was refused';
  const text = `${what}: ${groupsOf(change).join()}. ${message}`;
  return new PipelineError('permanent', code, text, {
    cause: error,
    ...(stage ? { stage } : {}),
    ...(httpStatus === undefined ? {} : { httpStatus }),
  });
}

/** It tells of a process that is certainly none of those that count. */
function isSuperseded(input: StatusInput, state: OrderFulfillmentState): boolean {
  if ('placements' in input || input.processId === null || awaitedTargets(state).length > 0) return false;
  const placements = currentPlacements(state);
  return (
    placements.length > 0 && placements.every(({ processId }) => processId !== null && processId !== input.processId)
  );
}

const without = (alerts: readonly StatusAlert[], others: readonly StatusAlert[]): StatusAlert[] =>
  alerts.filter((alert) => !others.includes(alert));
