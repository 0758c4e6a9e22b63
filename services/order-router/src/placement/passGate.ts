import {
  currentPlacement,
  divided,
  firstTenantOrderId,
  type GateDecision,
  isMade,
  isOurs,
  judge,
  mayDivide,
  orderForTarget,
  type PlacementStep,
  targetsOf,
  toFulfillmentRequest,
  toGoods,
  toOrderedLines,
} from '@pipeline/fulfillment';
import type { OrderSnapshot } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { type createAdoptOrder } from './adoptOrder.ts';
import type { FreshOrder } from './freshOrder.ts';
import { type createSendOrder } from './sendOrder.ts';
import { hasLines, toOrderContent } from './marks.ts';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

type JudgeStep = Extract<PlacementStep, { readonly do: 'judge' }>;

export interface PassGateParts extends PlacementParts {
  readonly adoptOrder: ReturnType<typeof createAdoptOrder>;
  readonly sendOrder: ReturnType<typeof createSendOrder>;
  readonly freshOrder: FreshOrder;
}

/** Judges an order by a fresh snapshot and does what comes of it. Nothing is placed except through here. */
export function createPassGate(parts: PassGateParts) {
  const { provider, gate, routing, attempts, records, observer, freshOrder, clock } = parts;

  return async (work: Work, step: JudgeStep): Promise<Progress> => {
    const { event, context } = work;
    const { value: entry } = context.state;
    const order = await freshOrder(work, { notBelow: entry?.orderVersion ?? 0 });
    if (!order) return records.skipped(work, { reason: 'order-gone', orderVersion: 0 });
    const verdict = judge({ event, order, entry, now: clock().wall, policy: gate });
    const lost = isAboutGoods(verdict) ? whyLost(work, order) : undefined;
    if (lost) return park(work, order, lost);
    switch (verdict.decision) {
      case 'place':
        return place(work, { step, order, held: verdict.held });
      case 'adopt':
        return adopt(work, order, verdict.providerOrderId);
      case 'skip':
        return records.skipped(work, { ...verdict, orderVersion: order.version });
      case 'wait':
        return records.skipped(work, { reason: verdict.reason, orderVersion: order.version });
      case 'ledger':
        attempts.forget(context.key);
        observer.settled(entryOf(work, clock().wall), 'nothing', { reason: verdict.reason });
        return 'done';
    }
  };

  async function place(
    work: Work,
    { step, order, held }: { readonly step: JudgeStep; readonly order: OrderSnapshot; readonly held: boolean },
  ): Promise<Progress> {
    const { event, context } = work;
    const targets = mayDivide(context.state.value) ? targetsOf(order) : [];
    if (targets.length > 0) return divide(work, { step, order, targets });
    const tenantOrderId = currentPlacement(context.state.value)?.tenantOrderId ?? null;
    const routed = toFulfillmentRequest(order, routing, { projectKey: event.projectKey, held, tenantOrderId });
    if ('problem' in routed) return park(work, order, { reason: routed.problem, message: routed.message });
    const { request, ...rest } = routed;
    if (step.lookUpFirst) {
      const adopted = await parts.adoptOrder(work, { tenantOrderId: request.tenantOrderId, inDoubt: false });
      if (adopted) return adopted;
    }
    return parts.sendOrder(work, { order, request, ...rest, earlierCreatedNothing: step.earlierCreatedNothing });
  }

  /** Each target is placed on its own from then on, whatever the order looks like later. */
  async function divide(
    work: Work,
    {
      step,
      order,
      targets,
    }: { readonly step: JudgeStep; readonly order: OrderSnapshot; readonly targets: readonly string[] },
  ): Promise<Progress> {
    const tenantOrderId = firstTenantOrderId(order);
    if (step.lookUpFirst) {
      const adopted = await parts.adoptOrder(work, { tenantOrderId, inDoubt: false });
      if (adopted) return adopted;
    }
    const at = clock().wall;
    const orderVersion = Math.max(work.event.orderVersion, order.version);
    const lines = new Map(targets.map((target) => [target, toOrderedLines(toGoods(orderForTarget(order, target)))]));
    const division = { provider: provider.name, lines, tenantOrderId, orderVersion, at };
    return records.settled(work, divided(entryOf(work, at), division), 'divided');
  }

  function park(
    work: Work,
    order: OrderSnapshot,
    { reason, message }: { readonly reason: string; readonly message: string },
  ): Promise<Progress> {
    const entry = records.toSkipped(work, { reason, orderVersion: order.version });
    return records.parked(work, entry, new PipelineError('permanent', reason, message, { stage: 'map' }));
  }

  /** The order names a provider order. One that carries another order's id was copied from there with its fields. */
  async function adopt(work: Work, order: OrderSnapshot, providerOrderId: string): Promise<Progress> {
    const existing = await work.context.read({ name: 'provider.getOrder' }, (signal) =>
      provider.getOrder(providerOrderId, signal),
    );
    const skip = { orderVersion: order.version, alert: true };
    if (!existing) return records.skipped(work, { ...skip, reason: 'adopt-not-found' });
    if (existing.orderId !== null && !isOurs(existing, work.event))
      return records.skipped(work, { ...skip, reason: 'adopt-not-ours' });
    return records.placed(work, existing, 'adopted', 'unknown');
  }
}

interface Lost {
  readonly reason: 'target-gone' | 'target-changed';
  readonly message: string;
}

/** Would it be sent, if its goods went there? */
const isAboutGoods = (verdict: GateDecision): boolean =>
  verdict.decision === 'place' ||
  (verdict.decision === 'skip' && ['nothing-to-fulfill', 'no-shipping'].includes(verdict.reason));

/**
 * Goods that go elsewhere now may go to a target that was sent already, or come from one: what is to be sent where is for
 * a person to say, who says it by a redrive.
 */
function whyLost({ target, isOtherMade, redriveId, context }: Work, part: OrderSnapshot): Lost | undefined {
  if (target === undefined) return undefined;
  if (part.shippings.length === 0)
    return {
      reason: 'target-gone',
      message: `Target ${target} was not placed yet, and the order has it no more: give its goods that destination again and redrive, or place them by hand.`,
    };
  const placement = currentPlacement(context.state.value);
  if (isOtherMade !== true || redriveId !== null || !placement || isMade(placement)) return undefined;
  return hasLines(placement.lines, toOrderContent(part, false))
    ? undefined
    : {
        reason: 'target-changed',
        message: `The goods for target ${target} have changed after another target of the order was sent: look what that one got; a redrive sends these as they are now.`,
      };
}
