import type { PlacedOrder } from '../ports.ts';

export interface Owner {
  readonly orderId: string;
  readonly projectKey: string;
}

/** Does the provider's order say that it belongs to this order? One without a project key is taken by its order id alone. */
export function isOurs(order: PlacedOrder, { orderId, projectKey }: Owner): boolean {
  return order.orderId === orderId && (order.projectKey === null || order.projectKey === projectKey);
}

export type Existing =
  /** `duplicates`: further live orders of the same owner, which must not be. */
  | { readonly found: 'ours'; readonly order: PlacedOrder; readonly duplicates: readonly string[] }
  /** A live order of somebody else holds the tenantOrderId. */
  | { readonly found: 'clash'; readonly providerOrderId: string }
  | { readonly found: 'none' };

const isLive = ({ status }: PlacedOrder): boolean => status !== 'CANCELLED' && status !== 'OBSOLETE';
const byId = (a: PlacedOrder, b: PlacedOrder): number => (a.providerOrderId < b.providerOrderId ? -1 : 1);

/**
 * What a search by tenantOrderId means. Ours is adopted in any status, a live one first. A dead order of somebody else
 * holds no id. `except`: orders of ours that an operator chose to replace (`earlierProviderOrderIds`).
 */
export function chooseExisting(found: readonly PlacedOrder[], owner: Owner, except: readonly string[] = []): Existing {
  const orders = found.filter(({ providerOrderId }) => !except.includes(providerOrderId)).sort(byId);
  const ours = orders.filter((order) => isOurs(order, owner));
  const live = ours.filter(isLive);
  const order = live[0] ?? ours[0];
  if (order) return { found: 'ours', order, duplicates: live.slice(1).map(({ providerOrderId }) => providerOrderId) };
  const other = orders.find(isLive);
  return other ? { found: 'clash', providerOrderId: other.providerOrderId } : { found: 'none' };
}
