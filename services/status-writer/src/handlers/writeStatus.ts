import {
  afterRead,
  afterWrite,
  type CommercePlatform,
  type DesiredStatus,
  desired,
  evolve,
  type FulfillmentProvider,
  type StatusAlert,
  type StatusChange,
  type StatusPolicy,
  toChange,
} from '@pipeline/fulfillment';
import type { FulfillmentEvent, LedgerEntry, OrderFulfillmentState } from '@pipeline/schemas';
import { endingWaits, type Waiting } from '@pipeline/service-kit';
import {
  CallAgain,
  type Handler,
  type HandlerContext,
  type Message,
  type PipelineError,
  toPipelineError,
} from '@pipeline/streams';
import { claimedProviderOrderId, confirmPlacement } from '../confirmPlacement.ts';

export type StatusInput = FulfillmentEvent | LedgerEntry;

export interface WriteStatusOptions {
  readonly platform: Pick<CommercePlatform, 'getStatus' | 'writeStatus'>;
  readonly provider: Pick<FulfillmentProvider, 'getOrder'>;
  readonly policy: StatusPolicy;
  /** How long an order that the ledger does not know waits before the provider is asked whose it is. */
  readonly placementWaitMs: number;
  readonly observer: StatusObserver;
  readonly waiting: Waiting<Message<StatusInput>>;
  /** Milliseconds since the epoch. (Default: Date.now) */
  readonly now?: () => number;
}

/** What came of an order's status, for logs and metrics. */
export interface StatusObserver {
  written(state: OrderFulfillmentState, change: StatusChange): void;
  /** `gone`: the order was deleted. `unconfirmed`: the provider's order does not carry this order's id. */
  outcome(
    state: OrderFulfillmentState,
    outcome: 'gone' | 'unconfirmed' | 'refused' | 'conflict',
    error?: PipelineError,
  ): void;
  alert(state: OrderFulfillmentState, alert: StatusAlert): void;
  superseded(): void;
}

type Context = HandlerContext<OrderFulfillmentState>;

const LOOK_AGAIN_MS = 250;
/** Somebody else writes the order all the time: let it rest, the key waits. */
const MOST_CONFLICTS = 5;

/**
 * Folds all that waits for an order and makes the platform's order show it, with one update for all of it and none when
 * nothing changes. The state is on record before any offset is done; a crash after the update is found out by the
 * version conflict of the next one.
 */
export function createWriteStatus(options: WriteStatusOptions): Handler<StatusInput, OrderFulfillmentState> {
  const { platform, provider, policy, placementWaitMs, observer, waiting, now = Date.now } = options;

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
    const placement = await context.read((signal) => confirmPlacement(provider, state, providerOrderId, signal));
    return placement ? { ...state, placement } : state;
  }

  async function readPlatform(
    state: OrderFulfillmentState,
    attempted: StatusChange | null,
    { read }: Context,
  ): Promise<OrderFulfillmentState> {
    const found = await read((signal) => platform.getStatus(state.orderId, signal));
    if (!found) return asGone(state);
    return afterRead(state, { platform: found, attempted, now: now() });
  }

  function asGone(state: OrderFulfillmentState): OrderFulfillmentState {
    observer.outcome(state, 'gone');
    const last = state.platform ?? { version: 0, shipmentState: null, customTypeId: null };
    return { ...state, platform: { ...last, gone: true } };
  }

  /** `refused`: for good; the message is parked, the state kept, and the next change tries again. */
  async function bringUpToDate(
    given: OrderFulfillmentState,
    context: Context,
  ): Promise<{ state: OrderFulfillmentState; refused?: PipelineError }> {
    let state = given;
    for (let conflicts = 0; ; ) {
      const wanted = desired(state, policy);
      if (isNothing(wanted)) return { state };
      if (!state.platform) state = await readPlatform(state, null, context);
      const known = state.platform;
      const change = known && toChange({ desired: wanted, written: state.written, platform: known });
      if (!known || !change) return { state };
      try {
        const { orderId } = state;
        const shown = await context.effect({ name: 'writeStatus' }, (permit) =>
          platform.writeStatus({ orderId, change, platform: known }, permit),
        );
        state = afterWrite(state, { change, platform: shown, now: now() });
        observer.written(state, change);
        return { state };
      } catch (thrown) {
        const error = toPipelineError(thrown);
        if (error.errorClass === 'gone') return { state: asGone(state) };
        if (error.errorClass === 'permanent') return { state, refused: error };
        if (error.errorClass !== 'conflict' && error.errorClass !== 'unknown-outcome') throw error;
        observer.outcome(state, 'conflict', error);
        if (++conflicts > MOST_CONFLICTS) throw error;
        state = await readPlatform(state, change, context);
      }
    }
  }

  return endingWaits(waiting, async (messages, context) => {
    const before = context.state.value;
    const folded = messages.reduce<OrderFulfillmentState | undefined>(
      (state, { value }) => evolve(state, value),
      before,
    );
    if (!folded) return [];
    const placed = await withPlacement(folded, messages[0], context);
    const { state, refused } = placed.placement ? await bringUpToDate(placed, context) : { state: placed };
    if (refused) await context.state.append(state, context.deadLetters(refused));
    else if (state !== before) await context.state.append(state);
    // Only now, so that it is told once, however often it had to be tried.
    if (refused) observer.outcome(state, 'refused', refused);
    if (!placed.placement && placed.processes.length > 0) observer.outcome(placed, 'unconfirmed');
    for (const { value } of messages) if (isSuperseded(value, placed)) observer.superseded();
    for (const alert of newAlerts(before, placed, policy)) observer.alert(placed, alert);
    return [];
  });
}

const isNothing = ({ shipmentState, fields }: DesiredStatus): boolean =>
  shipmentState === null && Object.values(fields).every((value) => value === null);

function isSuperseded(input: StatusInput, { placement }: OrderFulfillmentState): boolean {
  if ('placements' in input || !placement || placement.processId === null || input.processId === null) return false;
  return input.processId !== placement.processId;
}

function newAlerts(
  before: OrderFulfillmentState | undefined,
  after: OrderFulfillmentState,
  policy: StatusPolicy,
): StatusAlert[] {
  const known = before ? desired(before, policy).alerts : [];
  return desired(after, policy).alerts.filter((alert) => !known.includes(alert));
}
