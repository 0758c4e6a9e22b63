import type { CommerceOrderEvent, CommerceOrderEventType, OrderSnapshot } from '@pipeline/schemas/types';
import type { Classification } from './classify.ts';
import type { CommercetoolsNotification } from './notification.ts';
import { toDeletedOrder } from '../mapping/toDeletedOrder.ts';

export interface OrderEventInput {
  readonly notification: CommercetoolsNotification;
  readonly classification: Classification;
  /** Read after the notification; undefined where `needsOrder`: commercetools answered 404. */
  readonly order: OrderSnapshot | undefined;
  /** When the notification was written to Kafka, milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly instance: string;
  readonly projectKey: string;
}

/**
 * The event to publish; undefined: none. `orderVersion` is the notification's, except for `unclear`: there the order
 * decides, so it is the version that was read.
 */
export function toCommerceOrderEvent(input: OrderEventInput): CommerceOrderEvent | undefined {
  const { notification, classification, order, receivedAt, instance, projectKey } = input;
  const { kind, orderId, resourceVersion } = classification;
  const type = toType(classification, order);
  if (type === undefined || orderId === null) return undefined;
  const snapshot = order ?? (kind === 'deleted' ? toDeletedOrder(notification.deletedOrder, receivedAt) : undefined);
  return {
    type,
    platform: 'commercetools',
    instance,
    projectKey,
    orderId,
    orderVersion: (kind === 'unclear' ? order?.version : undefined) ?? resourceVersion,
    orderNumber: order?.orderNumber ?? notification.orderNumber,
    eventId: notification.id,
    cause: notification.type ?? notification.notificationType,
    occurredAt: notification.occurredAt ?? receivedAt,
    receivedAt,
    dataErasure: notification.dataErasure,
    snapshotIncluded: snapshot !== undefined,
    order: snapshot ?? null,
  };
}

function toType(
  { kind, needsOrder }: Classification,
  order: OrderSnapshot | undefined,
): CommerceOrderEventType | undefined {
  if (needsOrder && order === undefined) return 'OrderGone';
  switch (kind) {
    case 'confirmed':
      return 'OrderConfirmed';
    case 'amended':
      return 'OrderAmended';
    case 'cancelled':
      return 'OrderCancelled';
    case 'deleted':
      return 'OrderDeleted';
    case 'unclear':
      if (order?.orderState === 'Confirmed') return 'OrderConfirmed';
      return order?.orderState === 'Cancelled' ? 'OrderCancelled' : undefined;
    case 'test':
    case 'echo':
    case 'irrelevant':
      return undefined;
  }
}
