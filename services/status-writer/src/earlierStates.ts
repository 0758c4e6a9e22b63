import { evolve } from '@pipeline/fulfillment';
import type { OrderFulfillmentState } from '@pipeline/schemas';
import type { Message } from '@pipeline/streams';
import type { StatusInput } from './handlers/writeStatus.ts';

/** States of earlier tries that are looked at, beside what is on record: all, unless an order has more news at once than a whole life. */
const MOST_EARLIER = 16;

/**
 * With the first message, the first two and so on, but the last; what was asked at the vendors for all of them is known.
 * Before them what is on record, if that may have been tried without a look at what came of it.
 */
export function earlierStates(
  before: OrderFulfillmentState | undefined,
  messages: readonly Message<StatusInput>[],
  { placement, targets = [] }: OrderFulfillmentState,
): OrderFulfillmentState[] {
  const states: OrderFulfillmentState[] = [];
  let state = before;
  for (const { value } of messages.slice(0, -1)) {
    const next = evolve(state, value);
    if (next !== state) states.push(next.placement ? next : { ...next, placement, targets });
    state = next;
  }
  const step = Math.ceil(states.length / MOST_EARLIER);
  const some = states.filter((_, index) => (states.length - 1 - index) % step === 0);
  return before?.platform === null ? [before, ...some] : some;
}
