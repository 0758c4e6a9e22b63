import type { OrderForCreation } from '../core/model.ts';
import type { World } from '../core/world.ts';
import { ApiProblem } from '../http/problem.ts';

/** Vendor rule: a tenantOrderId is free again only when no order that carries it is OPEN, LOCKED or PROMISED. */
export function checkUniqueness(
  { state, settings, clock }: World,
  { tenantOrderId }: Pick<OrderForCreation, 'tenantOrderId'>,
): void {
  if (!settings.uniqueness || tenantOrderId === undefined) return;
  const holder = state.orders.holderOf(tenantOrderId, clock.now() - settings.uniquenessLagMs);
  if (holder === undefined) return;
  throw new ApiProblem(settings.duplicateStatus, {
    summary: 'Order already exists',
    description: `There is an order with this tenantOrderId in status ${holder.status}. Cancel it first.`,
  });
}
