import { desired, evolve, type StatusPolicy } from '@pipeline/fulfillment';
import { type OrderFulfillmentState, shadowTopics } from '@pipeline/schemas';
import { type Handler, outgoing } from '@pipeline/streams';
import type { StatusInput } from './writeStatus.ts';

interface Preview {
  readonly state: OrderFulfillmentState;
  /** The last record. */
  readonly shown: string;
}

/** Some 100 MB with orders of usual size. */
const MOST_ORDERS = 20_000;

/**
 * Shadow mode: what an order would show, as JSON, each time that changes. Changes nothing anywhere and leaves no state:
 * it knows what it has read since it was started, of the orders that were heard of last.
 * @param mostOrders So many are known; what is heard of one that was dropped begins anew. (Default: 20,000)
 */
export function createPreviewStatus(policy: StatusPolicy, mostOrders = MOST_ORDERS): Handler<StatusInput> {
  /** The order that was heard of last is the last. */
  const previews = new Map<string, Preview>();

  function keep(key: string, preview: Preview): void {
    previews.delete(key);
    previews.set(key, preview);
    const [oldest] = previews.keys();
    if (previews.size > mostOrders && oldest !== undefined) previews.delete(oldest);
  }

  return (messages, { key }) => {
    const before = previews.get(key);
    const state = messages.reduce<OrderFulfillmentState | undefined>(
      (folded, { value }) => evolve(folded, value),
      before?.state,
    );
    if (!state) return Promise.resolve([]);
    const { shipmentState, fields, alerts } = desired(state, policy);
    const shown = JSON.stringify({ orderId: key, orderNumber: state.orderNumber, shipmentState, fields, alerts });
    keep(key, { state, shown });
    if (before?.shown === shown) return Promise.resolve([]);
    return Promise.resolve([
      outgoing(shadowTopics['status-writer'], key, Buffer.from(shown), { 'content-type': 'application/json' }),
    ]);
  };
}
