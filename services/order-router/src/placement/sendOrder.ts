import {
  type AskedLock,
  currentPlacement,
  type FulfillmentRequest,
  type PlacedOrder,
  placing,
  rejected,
  released,
  toOrderedLines,
} from '@pipeline/fulfillment';
import type { LedgerEntry, OrderSnapshot } from '@pipeline/schemas';
import { failpoint, type PipelineError, toPipelineError } from '@pipeline/streams';
import { toOutcome } from '../attempts.ts';
import { toMarks } from './marks.ts';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

const PLACE_ORDER = 'placeOrder';

export interface OrderToSend {
  readonly order: OrderSnapshot;
  readonly request: FulfillmentRequest;
  readonly lock: AskedLock;
  readonly earlierCreatedNothing: boolean;
  /** What routing says of it. */
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

/** Intent on record, one request, result on record. */
export function createSendOrder({ provider, attempts, records, observer, timing, member, clock }: PlacementParts) {
  return async (work: Work, sending: OrderToSend): Promise<Progress> => {
    const { context } = work;
    const { key, state } = context;
    const { request, reasons } = sending;
    const warnings = new Set(sending.warnings);
    const exhausted = context.exhausted({ name: PLACE_ORDER });
    if (exhausted) return giveUp(work, sending, exhausted);
    // Before the intent: what fails here was certainly not sent, also for the process that comes after this one.
    context.ensureNotPaused(PLACE_ORDER);
    const mapping = provider.mapOrder(request, context.signal, (kind) => void warnings.add(kind));
    await isSettled(mapping);
    // It may have waited for the shop's own code.
    context.signal.throwIfAborted();
    context.ensureNotPaused(PLACE_ORDER);
    await provider.prepare(context.signal);
    const intent = toIntent(work, sending);
    // Also when it is not known whether this very append was committed, nothing was sent.
    attempts.note(key, intent, { outcome: { ended: 'not-started' }, account: { reasons, warnings } });
    const intentAt = await state.append(intent);
    let started = false;
    let created: PlacedOrder;
    try {
      const startWithinMs = timing.startWindowMs;
      created = await context.effect({ name: PLACE_ORDER, intentAt, startWithinMs }, async (permit) => {
        started = true;
        attempts.note(key, intent, { outcome: { ended: 'unknown' } });
        await failpoint('router.beforePost', key);
        return provider.placeOrder(await mapping, permit);
      });
    } catch (thrown) {
      return endAttempt({ work, intent, started, error: toPipelineError(thrown) });
    }
    attempts.note(key, intent, { outcome: { ended: 'unknown' }, placed: created });
    await failpoint('router.afterPost', key);
    const progress = await records.placed(work, created, 'created');
    await failpoint('router.afterLedger', key);
    return progress;
  };

  function toIntent(work: Work, { order, request, lock, earlierCreatedNothing }: OrderToSend): LedgerEntry {
    const at = clock().wall;
    return placing(entryOf(work, at), {
      provider: provider.name,
      member,
      tenantOrderId: request.tenantOrderId,
      collect: request.delivery.kind === 'collect',
      lines: toOrderedLines(request.lines),
      orderVersion: Math.max(work.event.orderVersion, order.version),
      marks: toMarks(order, request.delivery),
      sentVersion: order.version,
      earlierCreatedNothing,
      lock,
      redriveId: work.redriveId,
      at,
    });
  }

  /** Nothing is in doubt just now: what came of the last request was waited for, and searched. */
  function giveUp(work: Work, { earlierCreatedNothing }: OrderToSend, error: PipelineError): Promise<Progress> {
    const at = clock().wall;
    const entry = entryOf(work, at);
    const uncertain = currentPlacement(entry)?.uncertain === true || !earlierCreatedNothing;
    return records.parked(work, rejected(entry, { reason: error.message, at, uncertain }), error);
  }

  async function endAttempt({ work, intent, started, error }: FailedAttempt): Promise<Progress> {
    const { key, state, signal } = work.context;
    const outcome = started ? toOutcome(error) : ({ ended: 'not-started' } as const);
    attempts.note(key, intent, { outcome, error });
    observer.attemptFailed(intent, outcome, error);
    const createdNothing = outcome.ended === 'not-started' || outcome.ended === 'not-created';
    // Who has the order next sends it at once, instead of waiting out a doubt.
    if (createdNothing && (error.code === 'draining' || signal.aborted))
      await state.append(released(intent, { at: clock().wall }));
    // The runtime waits as the error asks, then the next attempt is decided.
    const waits = outcome.ended === 'not-created' || (!started && error.code !== 'start-window-passed');
    if (waits) throw error;
    return 'again';
  }
}

/**
 * An order that can never be mapped is put on record as an attempt that was refused, so that is told in its turn.
 * @throws PipelineError `transient`: it cannot be mapped now.
 */
async function isSettled(mapping: Promise<unknown>): Promise<void> {
  const [settled] = await Promise.allSettled([mapping]);
  if (settled.status === 'fulfilled') return;
  const error = toPipelineError(settled.reason);
  if (error.errorClass === 'transient') throw error;
}

interface FailedAttempt {
  readonly work: Work;
  readonly intent: LedgerEntry;
  readonly started: boolean;
  readonly error: PipelineError;
}
