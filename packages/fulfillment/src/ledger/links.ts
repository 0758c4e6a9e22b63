import type { LedgerEntry, OrderLink, Placement } from '@pipeline/schemas/types';

export interface KeyedLink {
  readonly key: string;
  readonly link: OrderLink;
}

/** The links of a placed order, one by process id and one by tenantOrderId; written in the same transaction as `placed`. */
export function linksOf(entry: LedgerEntry, placement: Placement, now: number): KeyedLink[] {
  const { processId, tenantOrderId, providerOrderId, provider } = placement;
  const link: OrderLink = {
    orderId: entry.orderId,
    projectKey: entry.projectKey,
    provider,
    instance: entry.instance,
    processId,
    tenantOrderId,
    providerOrderId,
    linkedAt: now,
  };
  return [processId, tenantOrderId]
    .filter((key) => key !== null)
    .filter((key) => key !== '')
    .map((key) => ({ key, link }));
}
