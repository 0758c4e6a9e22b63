import type { Actor, Fields, Order } from '../model.ts';
import type { MessagePayload } from '../orders/action.ts';

/** A notification in the Platform format. */
export type Notification = Fields & { readonly notificationType: string };

export interface MessageEnvelope {
  readonly projectKey: string;
  readonly id: string;
  readonly sequenceNumber: number;
  readonly resourceVersion: number;
  readonly actor: Actor | undefined;
  readonly now: string;
}

export function toNotification(order: Order, payload: MessagePayload, envelope: MessageEnvelope): Notification {
  const { projectKey, id, sequenceNumber, resourceVersion, actor, now } = envelope;
  return {
    notificationType: 'Message',
    projectKey,
    id,
    version: 1,
    sequenceNumber,
    resource: { typeId: 'order', id: order.id },
    resourceVersion,
    // Absent when the resource has no user-given identifier at all.
    ...(order.orderNumber !== undefined && { resourceUserProvidedIdentifiers: { orderNumber: order.orderNumber } }),
    createdAt: now,
    lastModifiedAt: now,
    ...(actor && { createdBy: actor, lastModifiedBy: actor }),
    ...payload,
  };
}

/** The same message as it comes when it is too large for the destination: its own fields and `type` are absent. */
export function withoutPayload(notification: Notification, payload: MessagePayload): Notification {
  const envelope = Object.entries(notification).filter(([name]) => !Object.hasOwn(payload, name));
  return {
    ...(Object.fromEntries(envelope) as Notification),
    payloadNotIncluded: { reason: 'Payload too large.', payloadType: payload.type },
  };
}

export function withoutIdentifiers(notification: Notification): Notification {
  const { resourceUserProvidedIdentifiers: _, ...rest } = notification;
  return rest as Notification;
}

/** Whether the message tells that the order is Confirmed now; no state message follows an order created Confirmed. */
export function saysConfirmed(payload: MessagePayload): boolean {
  if (payload.type === 'OrderStateChanged') return payload.orderState === 'Confirmed';
  const created = payload.type === 'OrderCreated' || payload.type === 'OrderImported';
  return created && (payload.order as Order).orderState === 'Confirmed';
}

/** What commercetools sends once to a new subscription, to see whether the destination works. */
export const testNotification = (target: { projectKey: string; id: string; now: string }): Notification => ({
  notificationType: 'ResourceCreated',
  projectKey: target.projectKey,
  resource: { typeId: 'subscription', id: target.id },
  resourceUserProvidedIdentifiers: { key: `simulator-${target.id}` },
  version: 1,
  modifiedAt: target.now,
});
