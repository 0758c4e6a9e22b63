import type { Correlation } from '@pipeline/provider-fulfillmenttools';
import type { OrderLink } from '@pipeline/schemas';

export type Resolution =
  | { readonly resolved: 'ours'; readonly orderId: string; readonly processId: string | null }
  | { readonly resolved: 'foreign' }
  /** Nothing says whose it is yet. */
  | { readonly resolved: 'not-yet' };

export interface CorrelateInput {
  readonly correlation: Correlation;
  readonly projectKey: string;
  readonly linkOf: (key: string) => OrderLink | undefined;
  readonly byTenantOrderId: boolean;
}

/**
 * Which order a notification is about: by the order id in the entity's own attributes, else by what is known of its
 * process, else, where that is switched on, by its tenantOrderId.
 */
export function correlate({ correlation, projectKey, linkOf, byTenantOrderId }: CorrelateInput): Resolution {
  const { commerceOrderId, processId, tenantOrderId } = correlation;
  if (commerceOrderId !== null) {
    const ours = correlation.projectKey === null || correlation.projectKey === projectKey;
    return ours ? { resolved: 'ours', orderId: commerceOrderId, processId } : { resolved: 'foreign' };
  }
  const links = [processId, byTenantOrderId ? tenantOrderId : null].flatMap((key) =>
    key === null ? [] : (linkOf(key) ?? []),
  );
  // "Not ours" by one is overruled by an order by the other: other middleware leaves no id of ours at the provider.
  const link = links.find(({ orderId }) => orderId !== null) ?? links[0];
  if (!link) return { resolved: 'not-yet' };
  if (link.orderId === null || (link.projectKey !== null && link.projectKey !== projectKey))
    return { resolved: 'foreign' };
  return { resolved: 'ours', orderId: link.orderId, processId: processId ?? link.processId };
}
