import { type FulfillmentProvider, isOurs } from '@pipeline/fulfillment';
import type { CurrentPlacement, OrderFulfillmentState } from '@pipeline/schemas';

/** Id of a provider order that the state names; undefined: none yet. */
export function claimedProviderOrderId({ processes }: OrderFulfillmentState): string | undefined {
  return processes.find(({ order }) => order !== null)?.order?.id;
}

/**
 * The placement of an order that the ledger does not know, e.g. one that other middleware placed: the provider is asked
 * whether its order really carries our order id, since a webhook's secret alone is no proof. undefined: it is not ours.
 * Its attempt is 0, so that whatever the ledger says later wins.
 */
export async function confirmPlacement(
  provider: Pick<FulfillmentProvider, 'getOrder'>,
  { orderId, projectKey }: OrderFulfillmentState,
  providerOrderId: string,
  signal: AbortSignal,
): Promise<CurrentPlacement | undefined> {
  const order = await provider.getOrder(providerOrderId, signal);
  if (!order || !isOurs(order, { orderId, projectKey })) return undefined;
  const { processId, tenantOrderId, collect, lines } = order;
  return { providerOrderId, processId, tenantOrderId, collect, lines, attempt: 0, target: 'order' };
}
