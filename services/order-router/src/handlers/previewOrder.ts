import {
  type GatePolicy,
  judge,
  type RoutingPolicy,
  toFulfillmentRequest,
  toOrderedLines,
} from '@pipeline/fulfillment';
import type { CommercePlatform } from '@pipeline/fulfillment';
import { type CommerceOrderEvent, type OrderSnapshot, shadowTopics } from '@pipeline/schemas';
import { type Handler, outgoing } from '@pipeline/streams';

export interface PreviewOrderOptions {
  readonly platform: Pick<CommercePlatform, 'getOrder'>;
  readonly gate: GatePolicy;
  readonly routing: RoutingPolicy;
  /** Milliseconds since the epoch. (Default: Date.now) */
  readonly now?: () => number;
}

/**
 * Shadow mode: what would become of a confirmed order, as JSON without personal data. Changes nothing anywhere and
 * leaves nothing in the ledger.
 */
export function createPreviewOrder(options: PreviewOrderOptions): Handler<CommerceOrderEvent> {
  const { platform, gate, routing, now = Date.now } = options;

  function judged(event: CommerceOrderEvent, order: OrderSnapshot): Record<string, unknown> {
    const verdict = judge({ event, order, entry: undefined, now: now(), policy: gate });
    if (verdict.decision !== 'place') return { ...verdict };
    const { projectKey } = event;
    const routed = toFulfillmentRequest(order, routing, { projectKey, held: verdict.held, tenantOrderId: null });
    if ('problem' in routed) return { decision: 'reject', reason: routed.problem, message: routed.message };
    const { tenantOrderId, delivery, held, lines } = routed.request;
    return { decision: 'place', tenantOrderId, delivery, held, lines: toOrderedLines(lines) };
  }

  return async ([message], context) => {
    const { value: event, key } = message;
    const { orderId, orderNumber, orderVersion, type } = event;
    const preview = async (): Promise<Record<string, unknown>> => {
      if (type !== 'OrderConfirmed') return { decision: 'none', reason: type };
      const order = event.order ?? (await context.read((signal) => platform.getOrder(orderId, signal)));
      return order ? judged(event, order) : { decision: 'skip', reason: 'order-gone' };
    };
    const record = { orderId, orderNumber, orderVersion, type, ...(await preview()) };
    const headers = { 'content-type': 'application/json' };
    return [outgoing(shadowTopics['order-router'], key, Buffer.from(JSON.stringify(record)), headers)];
  };
}
