import { desired, evolve, type StatusPolicy } from '@pipeline/fulfillment';
import { type OrderFulfillmentState, shadowTopics } from '@pipeline/schemas';
import { type Handler, outgoing } from '@pipeline/streams';
import type { StatusInput } from './writeStatus.ts';

/**
 * Shadow mode: what an order would show, as JSON, each time that changes. Changes nothing anywhere and leaves no state:
 * it knows what it has read since it was started.
 */
export function createPreviewStatus(policy: StatusPolicy): Handler<StatusInput> {
  const states = new Map<string, OrderFulfillmentState>();
  const shown = new Map<string, string>();
  return (messages, { key }) => {
    const state = messages.reduce<OrderFulfillmentState | undefined>(
      (folded, { value }) => evolve(folded, value),
      states.get(key),
    );
    if (!state) return Promise.resolve([]);
    states.set(key, state);
    const { shipmentState, fields, alerts } = desired(state, policy);
    const record = JSON.stringify({ orderId: key, orderNumber: state.orderNumber, shipmentState, fields, alerts });
    if (shown.get(key) === record) return Promise.resolve([]);
    shown.set(key, record);
    return Promise.resolve([
      outgoing(shadowTopics['status-writer'], key, Buffer.from(record), { 'content-type': 'application/json' }),
    ]);
  };
}
