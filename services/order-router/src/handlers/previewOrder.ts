import { type GatePolicy, judge, type RoutingPolicy, toFulfillmentRequest } from '@pipeline/fulfillment';
import type { CommercePlatform } from '@pipeline/fulfillment';
import { type CommerceOrderEvent, shadowTopics } from '@pipeline/schemas';
import { type Handler, outgoing } from '@pipeline/streams';

export interface PreviewOrderOptions {
  readonly platform: Pick<CommercePlatform, 'getOrder'>;
  readonly gate: GatePolicy;
  readonly routing: RoutingPolicy;
}

/**
 * Shadow mode: what would become of a confirmed order, as JSON without personal data. Changes nothing anywhere and
 * leaves nothing in the ledger.
 */
export function createPreviewOrder({ platform, gate, routing }: PreviewOrderOptions): Handler<CommerceOrderEvent> {
  return async ([message], context) => {
    const { value: event, key } = message;
    const order = event.order ?? (await context.read((signal) => platform.getOrder(event.orderId, signal)));
    const preview = order ? previewOf({ event, order, gate, routing }) : { decision: 'skip', reason: 'order-gone' };
    const record = {
      orderId: event.orderId,
      orderNumber: event.orderNumber,
      orderVersion: event.orderVersion,
      type: event.type,
      ...preview,
    };
    return [
      outgoing(shadowTopics['order-router'], key, Buffer.from(JSON.stringify(record)), {
        'content-type': 'application/json',
      }),
    ];
  };
}

interface PreviewInput {
  readonly event: CommerceOrderEvent;
  readonly order: NonNullable<CommerceOrderEvent['order']>;
  readonly gate: GatePolicy;
  readonly routing: RoutingPolicy;
}

function previewOf({ event, order, gate, routing }: PreviewInput): Record<string, unknown> {
  if (event.type !== 'OrderConfirmed') return { decision: 'none', reason: event.type };
  const verdict = judge({ event, order, entry: undefined, now: Date.now(), policy: gate });
  if (verdict.decision !== 'place') return { ...verdict };
  const routed = toFulfillmentRequest(order, routing, {
    projectKey: event.projectKey,
    held: verdict.held,
    tenantOrderId: null,
  });
  if ('problem' in routed) return { decision: 'reject', reason: routed.problem, message: routed.message };
  const { tenantOrderId, delivery, held, lines } = routed.request;
  return {
    decision: 'place',
    tenantOrderId,
    delivery,
    held,
    lines: lines.map(({ sku, productId, quantity }) => ({ articleId: sku ?? productId, quantity })),
  };
}
