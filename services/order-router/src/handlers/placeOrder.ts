import { currentPlacement, decidePlacement, dividedInto, targetsOf } from '@pipeline/fulfillment';
import type { CommerceOrderEvent, LedgerEntry } from '@pipeline/schemas';
import { CallAgain, type Handler, instant, PipelineError, toPipelineError } from '@pipeline/streams';
import { createAttempts, toDoubt } from '../attempts.ts';
import { createAdoptOrder } from '../placement/adoptOrder.ts';
import { createAmendOrder } from '../placement/amendOrder.ts';
import { createCancelOrder } from '../placement/cancelOrder.ts';
import { createEraseProcess } from '../placement/eraseProcess.ts';
import { createFreshOrder } from '../placement/freshOrder.ts';
import { createPassGate } from '../placement/passGate.ts';
import { createRecords } from '../placement/records.ts';
import { createSendOrder } from '../placement/sendOrder.ts';
import { createUnlockOrder } from '../placement/unlockOrder.ts';
import { forEachTarget, isFinal } from '../placement/forEachTarget.ts';
import { entryOf, type PlaceOrderOptions, type Progress, type Work } from '../placement/work.ts';

/** Far more than any path has. What does not end must not keep the process from everything else. */
const MOST_STEPS = 100;

/**
 * Makes exactly one order at the provider for a confirmed one. Each round asks the ledger's rules for the next step and
 * does that one thing; whatever is interrupted is taken up from the ledger.
 */
export function createPlaceOrder(options: PlaceOrderOptions): Handler<CommerceOrderEvent, LedgerEntry> {
  const { provider, platform, gate, timing, observer, lookUpFirst, member, clock = instant } = options;
  const attempts = createAttempts({ member, clock });
  const records = createRecords({ provider, attempts, observer, clock });
  const parts = { ...options, clock, attempts, records };
  const adoptOrder = createAdoptOrder(parts);
  const cancelOrder = createCancelOrder(parts);
  const freshOrder = createFreshOrder(parts);
  const amendOrder = createAmendOrder({ ...parts, freshOrder });
  const unlockOrder = createUnlockOrder({ ...parts, freshOrder });
  const eraseProcess = createEraseProcess(parts);
  const passGate = createPassGate({ ...parts, freshOrder, adoptOrder, sendOrder: createSendOrder(parts) });

  async function takeStep(work: Work): Promise<Progress> {
    const { event, redriveId, context } = work;
    const { key, state } = context;
    const attempt = attempts.of(key, state);
    const attempting = currentPlacement(state.value)?.status === 'placing';
    if (attempt.placed && attempting) return records.placed(work, attempt.placed, 'created');
    const now = clock();
    const step = decidePlacement({
      entry: state.value,
      event,
      provider: provider.name,
      outcome: attempt.outcome,
      doubt: toDoubt(attempt, now, timing),
      redriveId,
      backfill: work.origin === 'backfill',
      placeConfirmedSince: gate.placeConfirmedSince,
      lookUpFirst,
      now: now.wall,
    });
    switch (step.do) {
      case 'nothing':
        if (!attempting) attempts.forget(key);
        observer.settled(entryOf(work, now.wall), 'nothing', { reason: step.reason, alert: step.alert });
        return 'done';
      case 'read-order':
        return readOrder(work);
      case 'judge':
        return passGate(work, step);
      case 'look-up': {
        const inDoubt = attempt.outcome?.ended !== 'refused';
        return (await adoptOrder(work, { tenantOrderId: step.tenantOrderId, inDoubt })) ?? 'again';
      }
      case 'wait':
        observer.inDoubt(entryOf(work, now.wall), step.ms, context.signal);
        throw new CallAgain(step.ms, step.reason);
      case 'cancel': {
        const progress = await cancelOrder(work, step);
        return event.dataErasure ? 'again' : progress;
      }
      case 'unlock':
        return unlockOrder(work, step);
      case 'amend':
        return amendOrder(work, step);
      case 'erase':
        return eraseProcess(work, step);
      case 'record':
        if (step.deadLetter !== null)
          return records.parked(work, step.entry, toRefusal(step.deadLetter, attempt.error));
        await state.append(step.entry);
        return 'again';
    }
  }

  async function readOrder(work: Work): Promise<Progress> {
    const order = await work.context.read({ name: 'platform.getOrder' }, (signal) =>
      platform.getOrder(work.event.orderId, signal),
    );
    work.event = order ? { ...work.event, order, orderVersion: order.version } : { ...work.event, type: 'OrderGone' };
    return 'again';
  }

  async function settle(work: Work, since: number): Promise<void> {
    const { event, context } = work;
    if (isUnplaced(work)) observer.confirmed({ orderId: event.orderId, target: work.target, since }, context.signal);
    try {
      for (let step = 1; (await takeStep(work)) === 'again'; step++) {
        context.signal.throwIfAborted();
        if (step === MOST_STEPS) throw noProgress(event.orderId);
      }
    } catch (thrown) {
      if (!isFinal(thrown)) throw thrown;
      attempts.forget(context.key);
      observer.dropped({ orderId: event.orderId, target: work.target });
      throw toFinal(thrown);
    }
  }

  return async ([message], context) => {
    const { value: event, headers, timestamp } = message;
    const { 'redrive-id': redriveId = null, origin = 'live' } = headers;
    // Backfilled, replayed or redriven, it may be old, and has waited since then only.
    const since = origin === 'live' ? event.occurredAt : timestamp;
    const work: Work = { event, order: undefined, redriveId, origin, context };
    const isDivided = (): boolean => dividedInto(context.state.value).length > 0;
    if (!isDivided()) await settle(work, since);
    if (isDivided()) await forEachTarget(work, (part) => settle(part, since));
    const { value: entry } = context.state;
    if (entry && hasNewTarget(work, entry))
      observer.settled(entry, 'nothing', { reason: 'target-added', alert: true, origin });
    return [];
  };
}

/** Was the order divided, and has it got a target since? What goes there may be what went to another one before. */
function hasNewTarget({ event, ...work }: Work, entry: LedgerEntry): boolean {
  const known = dividedInto(entry);
  const order = work.order ?? event.order;
  if (known.length === 0 || event.type !== 'OrderAmended' || !order) return false;
  return targetsOf(order).some((target) => !known.includes(target));
}

/** A payment may be what an order was waiting for. */
function isUnplaced({ event, context }: Work): boolean {
  if (event.type === 'OrderConfirmed') return true;
  return event.type === 'OrderPaymentChanged' && currentPlacement(context.state.value)?.status === 'skipped';
}

/** The refusal as a dead letter shows it: the reason on record, with the code and status of the vendor's answer. */
function toRefusal(reason: string, error: PipelineError | undefined): PipelineError {
  return new PipelineError('permanent', error?.code ?? 'order-refused', reason, {
    stage: error?.stage ?? 'call',
    ...(error?.httpStatus === undefined ? {} : { httpStatus: error.httpStatus }),
  });
}

/** A `gone` that nobody above has dealt with is no outcome of an order: it must not end without a trace. */
function toFinal(thrown: unknown): PipelineError {
  const error = toPipelineError(thrown);
  if (error.errorClass !== 'gone') return error;
  return new PipelineError('permanent', error.code, error.message, { stage: 'call', cause: error });
}

function noProgress(orderId: string): PipelineError {
  const message = `Order ${orderId}: the ledger's rules came to no end after ${MOST_STEPS} steps; it is tried again. Report this.`;
  return new PipelineError('transient', 'no-progress', message, { stage: 'call' });
}
