import { toFields } from '../fields.ts';
import { toCommerceOrderId, toProjectKey } from '../mapping/commerceOrder.ts';
import { type FulfillmenttoolsNotification, toPayload } from './notification.ts';
import { type References, toReferences } from './references.ts';

/** All that a notification says about the order that it belongs to; null: it does not say. */
export interface Correlation extends Omit<References, 'entityId'> {
  /** Order id of the commerce platform, a UUID, from the entity's own attributes, never from those of its lines. */
  readonly commerceOrderId: string | null;
  /** Project that goes with it; null: not said, so it may be any. */
  readonly projectKey: string | null;
}

/** How a notification leads back to its order. `pickJobRef` and `itemReturnJobRef` are for look-ups when all else is missing. */
export function toCorrelation(notification: FulfillmenttoolsNotification): Correlation {
  const { entityId: _, ...references } = toReferences(notification);
  const attributes = toFields(toPayload(notification).customAttributes);
  return { ...references, commerceOrderId: toCommerceOrderId(attributes), projectKey: toProjectKey(attributes) };
}
