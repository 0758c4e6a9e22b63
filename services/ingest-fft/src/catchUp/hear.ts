import type { FulfillmentEvent } from '@pipeline/schemas';
import type { Handler } from '@pipeline/streams';
import type { OpenOrders } from './openOrders.ts';

/** Notes when something was heard of an order. What comes of a replay, or of asking, is no word of the vendor's. */
export const createHear =
  (orders: Pick<OpenOrders, 'heard'>): Handler<FulfillmentEvent> =>
  (messages) => {
    for (const { key, headers, timestamp } of messages)
      if ((headers['origin'] ?? 'live') === 'live') orders.heard(key, timestamp);
    return Promise.resolve([]);
  };
