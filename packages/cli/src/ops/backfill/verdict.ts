import { type GatePolicy, judge } from '@pipeline/fulfillment';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import { causeOf, type ListedOrder } from './notification.ts';

/**
 * What the gate says of an order, as far as the list tells: by its rules, as if the ledger did not know the order.
 * `place`, `place held`, `adopt`, `wait: <reason>`, `skip: <reason>`; `cancel` for a cancelled one, `nothing: <state>` for
 * one of which nothing follows, `unreadable`.
 */
export function verdictOf(order: ListedOrder, policy: GatePolicy, now: number): string {
  if (order.orderState === 'Cancelled') return 'cancel';
  if (order.orderState !== 'Confirmed') return `nothing: ${order.orderState}`;
  try {
    const decision = judge({
      event: {
        type: 'OrderConfirmed',
        cause: causeOf(order),
        orderVersion: order.version,
        occurredAt: Date.parse(order.createdAt),
      },
      order: toOrderSnapshot(order, { readAt: now }),
      entry: undefined,
      now,
      policy,
    });
    switch (decision.decision) {
      case 'place':
        return decision.held ? 'place held' : 'place';
      case 'adopt':
        return 'adopt';
      case 'ledger':
      case 'wait':
      case 'skip':
        return `${decision.decision}: ${decision.reason}`;
    }
  } catch {
    return 'unreadable';
  }
}
