import {
  type GatePolicy,
  isUnread,
  judge,
  type OrderPart,
  partsOf,
  type RoutingContext,
  type RoutingPolicy,
  toFulfillmentRequest,
  toOrderedLines,
} from '@pipeline/fulfillment';
import type { CommercePlatform } from '@pipeline/fulfillment';
import type { ExplainedOrder } from '@pipeline/provider-fulfillmenttools';
import { type CommerceOrderEvent, type OrderSnapshot, shadowTopics } from '@pipeline/schemas';
import { type Handler, outgoing } from '@pipeline/streams';

export interface PreviewOrderOptions {
  readonly platform: Pick<CommercePlatform, 'getOrder'>;
  readonly gate: GatePolicy;
  readonly routing: RoutingPolicy;
  /** Maps the order as when it is placed; says nothing personal but in `order`. */
  readonly explain: (order: OrderSnapshot, context: RoutingContext) => Promise<ExplainedOrder>;
  /** Milliseconds since the epoch. (Default: Date.now) */
  readonly now?: () => number;
}

/**
 * Shadow mode: what would become of a confirmed order, as JSON without personal data. Changes nothing anywhere and
 * leaves nothing in the ledger.
 */
export function createPreviewOrder(options: PreviewOrderOptions): Handler<CommerceOrderEvent> {
  const { platform, gate, routing, explain, now = Date.now } = options;

  async function judged(event: CommerceOrderEvent, order: OrderSnapshot): Promise<Record<string, unknown>> {
    const verdict = judge({ event, order, entry: undefined, now: now(), policy: gate });
    if (verdict.decision !== 'place') return { ...verdict };
    const parts = partsOf(order);
    const held = verdict.held;
    const previews = await Promise.all(parts.map((part) => previewOf(part, { projectKey: event.projectKey, held })));
    const [only] = previews;
    return parts.length === 1 && only
      ? only
      : { decision: 'divide', targets: previews.map((preview, at) => ({ target: parts[at]?.target, ...preview })) };
  }

  async function previewOf(
    { order, tenantOrderId: id }: OrderPart,
    of: Pick<RoutingContext, 'projectKey' | 'held'>,
  ): Promise<Record<string, unknown>> {
    const routingContext = { ...of, tenantOrderId: id };
    const routed = toFulfillmentRequest(order, routing, routingContext);
    if ('problem' in routed) return { decision: 'reject', reason: routed.problem, message: routed.message };
    const { tenantOrderId, delivery, held, lines } = routed.request;
    const { version, problem, notes } = await explain(order, routingContext);
    const mapping = { version, reasons: textsOf(notes, 'reason'), warnings: textsOf(notes, 'warning') };
    if (problem) return { decision: 'reject', reason: problem.code, message: problem.message, mapping };
    return { decision: 'place', tenantOrderId, delivery, held, lines: toOrderedLines(lines), mapping };
  }

  return async ([message], context) => {
    const { value: event, key } = message;
    const { orderId, orderNumber, orderVersion, type } = event;
    const preview = async (): Promise<Record<string, unknown>> => {
      if (type !== 'OrderConfirmed') return { decision: 'none', reason: type };
      const given = event.order && !isUnread(event.order, routing) ? event.order : null;
      const order =
        given ?? (await context.read({ name: 'platform.getOrder' }, (signal) => platform.getOrder(orderId, signal)));
      return order ? judged(event, order) : { decision: 'skip', reason: 'order-gone' };
    };
    const record = { orderId, orderNumber, orderVersion, type, ...(await preview()) };
    const headers = { 'content-type': 'application/json' };
    return [outgoing(shadowTopics['order-router'], key, Buffer.from(JSON.stringify(record)), headers)];
  };
}

const textsOf = (notes: ExplainedOrder['notes'], wanted: string): string[] =>
  notes.filter(({ kind }) => kind === wanted).map(({ field, text }) => `${field}: ${text}`);
