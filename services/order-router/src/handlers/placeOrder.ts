import {
  cancelled,
  cancelling,
  cancelRefused,
  chooseExisting,
  currentPlacement,
  type DoubtTiming,
  decidePlacement,
  earlierProviderOrderIds,
  type FulfillmentProvider,
  type FulfillmentRequest,
  type GatePolicy,
  gone,
  judge,
  linksOf,
  newEntry,
  type PlacedOrder,
  placed,
  placing,
  rejected,
  type RoutingPolicy,
  released,
  skipped,
  toFulfillmentRequest,
} from '@pipeline/fulfillment';
import type { CommercePlatform } from '@pipeline/fulfillment';
import { type CommerceOrderEvent, type LedgerEntry, type OrderSnapshot, topics } from '@pipeline/schemas';
import {
  CallAgain,
  type Handler,
  type HandlerContext,
  type Instant,
  instant,
  outgoing,
  PipelineError,
  toPipelineError,
} from '@pipeline/streams';
import { createAttempts, toDoubt, toOutcome } from '../attempts.ts';

export interface PlaceOrderOptions {
  readonly provider: Pick<FulfillmentProvider, 'name' | 'placeOrder' | 'findOrders' | 'getOrder' | 'cancelOrder'>;
  readonly platform: Pick<CommercePlatform, 'getOrder'>;
  readonly gate: GatePolicy;
  readonly routing: RoutingPolicy;
  readonly timing: DoubtTiming;
  readonly recheckAfterMs: number;
  readonly lookUpFirst: boolean;
  readonly member: string;
  readonly observer: PlacementObserver;
}

/** What came of an order, for logs and metrics. */
export interface PlacementObserver {
  confirmed(orderId: string, occurredAt: number): void;
  settled(
    entry: LedgerEntry,
    outcome: string,
    details: { readonly reason?: string; readonly alert?: boolean; readonly attempt?: number },
  ): void;
  duplicates(orderId: string, providerOrderIds: readonly string[]): void;
}

type Context = HandlerContext<LedgerEntry>;

/** What one message is about while it is handled; the event may learn its order's version on the way. */
interface Work {
  event: CommerceOrderEvent;
  readonly redriveId: string | null;
  readonly context: Context;
}

const again = 'again' as const;
const done = 'done' as const;
type Progress = typeof again | typeof done;

/**
 * Makes exactly one order at the provider for a confirmed one. Each round asks the ledger's rules for the next step and
 * does that one thing; whatever is interrupted is taken up from the ledger.
 */
export function createPlaceOrder(options: PlaceOrderOptions): Handler<CommerceOrderEvent, LedgerEntry> {
  const { provider, platform, timing, observer, member } = options;
  const attempts = createAttempts();
  const entryOf = ({ event, context }: Work): LedgerEntry => context.state.value ?? newEntry(event, Date.now());

  async function takeStep(work: Work): Promise<Progress> {
    const { event, redriveId, context } = work;
    const { key, state } = context;
    const attempt = attempts.of(key, state.ownedSince);
    if (attempt.placed && currentPlacement(state.value)?.status === 'placing')
      return recordPlaced(work, attempt.placed, 'created');
    const step = decidePlacement({
      entry: state.value,
      event,
      provider: provider.name,
      outcome: attempt.outcome,
      doubt: toDoubt(attempt, timing),
      redriveId,
      lookUpFirst: options.lookUpFirst,
      now: Date.now(),
    });
    switch (step.do) {
      case 'nothing':
        attempts.forget(key);
        observer.settled(entryOf(work), 'nothing', { reason: step.reason, alert: step.alert });
        return done;
      case 'read-order':
        return readOrder(work);
      case 'judge':
        return passGate(work, step);
      case 'look-up':
        return (await adoptExisting(work, step.tenantOrderId)) ? done : again;
      case 'wait':
        throw new CallAgain(step.ms, step.reason);
      case 'cancel':
        return cancel(work, step);
      case 'record':
        return recordDecision(work, step.entry, step.deadLetter);
    }
  }

  async function readOrder(work: Work): Promise<Progress> {
    const order = await work.context.read((signal) => platform.getOrder(work.event.orderId, signal));
    work.event = order ? { ...work.event, order, orderVersion: order.version } : { ...work.event, type: 'OrderGone' };
    return again;
  }

  /** The snapshot that came with the event, unless it is old. undefined: the order was deleted. */
  async function freshOrder({ event, context }: Work): Promise<OrderSnapshot | undefined> {
    const { order } = event;
    if (order && context.attempt === 1 && Date.now() - order.readAt <= options.recheckAfterMs) return order;
    return context.read((signal) => platform.getOrder(event.orderId, signal));
  }

  async function passGate(
    work: Work,
    step: { readonly lookUpFirst: boolean; readonly earlierCreatedNothing: boolean },
  ): Promise<Progress> {
    const { event, context } = work;
    const order = await freshOrder(work);
    if (!order) {
      work.event = { ...event, type: 'OrderGone' };
      return again;
    }
    const verdict = judge({ event, order, entry: context.state.value, now: Date.now(), policy: options.gate });
    switch (verdict.decision) {
      case 'place': {
        observer.confirmed(event.orderId, event.occurredAt);
        const routed = toFulfillmentRequest(order, options.routing, {
          projectKey: event.projectKey,
          held: verdict.held,
          tenantOrderId: currentPlacement(context.state.value)?.tenantOrderId ?? null,
        });
        if ('problem' in routed) return recordSkipped(work, order, routed.problem, { letter: routed.message });
        if (step.lookUpFirst && (await adoptExisting(work, routed.request.tenantOrderId))) return done;
        return place(work, order, routed.request, step.earlierCreatedNothing);
      }
      case 'adopt': {
        const existing = await context.read((signal) => provider.getOrder(verdict.providerOrderId, signal));
        return existing
          ? recordPlaced(work, existing, 'adopted')
          : recordSkipped(work, order, 'adopt-not-found', { alert: true });
      }
      case 'skip':
        return recordSkipped(work, order, verdict.reason, { alert: verdict.alert });
      case 'wait':
        return recordSkipped(work, order, verdict.reason, {});
      case 'ledger':
        observer.settled(entryOf(work), 'nothing', { reason: verdict.reason });
        return done;
    }
  }

  /** Intent on record, one request, result on record. */
  async function place(
    work: Work,
    order: OrderSnapshot,
    request: FulfillmentRequest,
    earlierCreatedNothing: boolean,
  ): Promise<Progress> {
    const { event, context, redriveId } = work;
    const { key, state } = context;
    const intent = placing(entryOf(work), {
      provider: provider.name,
      member,
      tenantOrderId: request.tenantOrderId,
      collect: request.delivery.kind === 'collect',
      lines: request.lines.map(({ sku, productId, quantity }) => ({ articleId: sku ?? productId, quantity })),
      orderVersion: Math.max(event.orderVersion, order.version),
      earlierCreatedNothing,
      redriveId,
      at: Date.now(),
    });
    const intentAt = await state.append(intent);
    attempts.ended(key, { ended: 'unknown' });
    let created: PlacedOrder;
    try {
      created = await context.effect({ name: 'placeOrder', intentAt, startWithinMs: timing.startWindowMs }, (permit) =>
        provider.placeOrder(request, permit),
      );
    } catch (thrown) {
      return endAttempt(work, toPipelineError(thrown));
    }
    attempts.ended(key, { ended: 'unknown' }, created);
    return recordPlaced(work, created, 'created');
  }

  async function endAttempt(work: Work, error: PipelineError): Promise<Progress> {
    const { key, state } = work.context;
    const outcome = toOutcome(error);
    attempts.ended(key, outcome);
    if (error.code === 'draining' && state.value) await state.append(released(state.value, { at: Date.now() }));
    // The runtime waits as the error asks, then the next attempt is decided.
    if (outcome.ended === 'not-created' || error.code === 'draining') throw error;
    return again;
  }

  /** true: one of ours was there and is on record now. */
  async function adoptExisting(work: Work, tenantOrderId: string): Promise<boolean> {
    const { event, context } = work;
    const { key, state } = context;
    const sentAt: Instant = instant();
    const found = await context.read((signal) => provider.findOrders(tenantOrderId, signal));
    const existing = chooseExisting(found, event, earlierProviderOrderIds(state.value));
    switch (existing.found) {
      case 'ours':
        if (existing.duplicates.length > 0) observer.duplicates(event.orderId, existing.duplicates);
        await recordPlaced(work, existing.order, 'adopted');
        return true;
      case 'clash': {
        const message = `tenantOrderId ${tenantOrderId} belongs to fulfillment order ${existing.providerOrderId} of another owner; free it there, then redrive.`;
        await recordDecision(
          work,
          rejected(entryOf(work), { reason: 'tenant-order-id-clash', at: Date.now() }),
          message,
          'tenant-order-id-clash',
        );
        return true;
      }
      case 'none':
        attempts.foundNothing(key, state.ownedSince, sentAt);
        return false;
    }
  }

  async function recordPlaced(work: Work, order: PlacedOrder, how: 'created' | 'adopted'): Promise<Progress> {
    const { event, context } = work;
    const at = Date.now();
    const entry = placed(entryOf(work), { provider: provider.name, order, orderVersion: event.orderVersion, at });
    const placement = currentPlacement(entry);
    const links = placement ? linksOf(entry, placement, at) : [];
    await context.state.append(
      entry,
      links.map(({ key, link }) => outgoing(topics.fulfillmentLinks, key, link)),
    );
    attempts.forget(context.key);
    observer.settled(entry, how, { attempt: placement?.attempt ?? 0 });
    // Not done yet when a cancel is what led here: the ledger's rules say.
    return event.type === 'OrderConfirmed' ? done : again;
  }

  async function recordSkipped(
    work: Work,
    order: OrderSnapshot,
    reason: string,
    { letter, alert = false }: { letter?: string; alert?: boolean },
  ): Promise<Progress> {
    const orderVersion = Math.max(work.event.orderVersion, order.version);
    const entry = skipped(entryOf(work), { provider: provider.name, reason, orderVersion, at: Date.now() });
    if (letter) return recordDecision(work, entry, letter, reason);
    await work.context.state.append(entry);
    attempts.forget(work.context.key);
    observer.settled(entry, 'skipped', { reason, alert });
    return done;
  }

  /** The entry, and with it the dead letter if there is to be one. */
  async function recordDecision(
    work: Work,
    entry: LedgerEntry,
    letter: string | null,
    code = 'order-refused',
  ): Promise<Progress> {
    const { state, deadLetters, key } = work.context;
    if (letter === null) {
      await state.append(entry);
      return again;
    }
    await state.append(
      entry,
      deadLetters(new PipelineError('permanent', code, letter, { stage: code === 'order-refused' ? 'call' : 'map' })),
    );
    attempts.forget(key);
    observer.settled(entry, 'rejected', { reason: code });
    return done;
  }

  async function cancel(
    work: Work,
    {
      providerOrderId,
      whenRefused,
    }: { readonly providerOrderId: string; readonly whenRefused: 'cancelRefused' | 'gone' },
  ): Promise<Progress> {
    const { context } = work;
    const { state } = context;
    const current = await context.read((signal) => provider.getOrder(providerOrderId, signal));
    const record = async (entry: LedgerEntry, outcome: string, reason?: string): Promise<Progress> => {
      await state.append(entry);
      observer.settled(entry, outcome, reason === undefined ? {} : { reason, alert: outcome === 'cancelRefused' });
      return done;
    };
    if (!current) return record(gone(entryOf(work), { reason: 'provider-order-gone', at: Date.now() }), 'gone');
    if (current.status === 'CANCELLED' || current.status === 'OBSOLETE')
      return record(cancelled(entryOf(work), { at: Date.now() }), 'cancelled');
    const intentAt = await state.append(cancelling(entryOf(work), { member, at: Date.now() }));
    try {
      await context.effect({ name: 'cancelOrder', intentAt, startWithinMs: timing.startWindowMs }, (permit) =>
        provider.cancelOrder(current, permit),
      );
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (error.errorClass === 'conflict' || error.code === 'start-window-passed') return again;
      if (error.errorClass !== 'permanent') throw error;
      const at = Date.now();
      if (whenRefused === 'gone') return record(gone(entryOf(work), { reason: 'order-deleted', at }), 'gone');
      return record(cancelRefused(entryOf(work), { reason: error.message, at }), 'cancelRefused', error.message);
    }
    return record(cancelled(entryOf(work), { at: Date.now() }), 'cancelled');
  }

  return async ([message], context) => {
    const work: Work = { event: message.value, redriveId: message.headers['redrive-id'] ?? null, context };
    while ((await takeStep(work)) === again) context.signal.throwIfAborted();
    return [];
  };
}
