import { isUnread, orderForTarget } from '@pipeline/fulfillment';
import type { OrderSnapshot } from '@pipeline/schemas';
import type { PlacementParts, Work } from './work.ts';

/**
 * The snapshot that came with the event, unless it is old, is below a version that was judged already, does not name
 * the facility that it refers to or its targets, or something went wrong since: then the order as it is now; of a divided
 * one the part that the work is about. undefined: deleted.
 */
export type FreshOrder = (work: Work, limit: { readonly notBelow: number }) => Promise<OrderSnapshot | undefined>;

export function createFreshOrder({
  platform,
  routing,
  recheckAfterMs,
  clock,
}: Pick<PlacementParts, 'platform' | 'routing' | 'recheckAfterMs' | 'clock'>): FreshOrder {
  return async (work, { notBelow }) => {
    const { event, context } = work;
    const toPart = (order: OrderSnapshot): OrderSnapshot =>
      work.target === undefined ? order : orderForTarget(order, work.target);
    const given = event.order && !isUnread(event.order, routing) ? event.order : null;
    const known = work.order ?? (context.attempt === 1 ? given : null);
    if (known && known.version >= notBelow && clock().wall - known.readAt <= recheckAfterMs) return toPart(known);
    work.order = await context.read({ name: 'platform.getOrder' }, (signal) =>
      platform.getOrder(event.orderId, signal),
    );
    return work.order && toPart(work.order);
  };
}
