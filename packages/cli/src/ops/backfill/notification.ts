import type { OrderPage } from '@pipeline/platform-commercetools';

/** An order as commercetools lists it. */
export type ListedOrder = OrderPage['orders'][number];

export interface NotificationContext {
  readonly backfillId: string;
  readonly projectKey: string;
}

/**
 * What stands for the order in the lane: a message of commercetools whose payload was left out, so that ingest-ct reads
 * the order and decides by what it is then. It holds no part of the order but ids and times.
 *
 * The time is that of the order's creation: when it was confirmed is not in it. So the gate never takes an order for a
 * later one than it is. Only imports have `completedAt`, and the gate has a rule of its own for them.
 */
export function toNotification(order: ListedOrder, { backfillId, projectKey }: NotificationContext): Buffer {
  const { id, version, orderNumber, createdAt, lastModifiedAt } = order;
  const notification = {
    notificationType: 'Message',
    projectKey,
    id: `backfill-${backfillId}-${id}`,
    version: 1,
    resource: { typeId: 'order', id },
    resourceVersion: version,
    ...(orderNumber !== undefined && { resourceUserProvidedIdentifiers: { orderNumber } }),
    payloadNotIncluded: { reason: 'Backfill.', payloadType: causeOf(order) },
    createdAt,
    lastModifiedAt,
  };
  return Buffer.from(JSON.stringify(notification));
}

/** The message that the order would have begun with. */
export const causeOf = ({ completedAt }: Pick<ListedOrder, 'completedAt'>): string =>
  completedAt === undefined ? 'OrderCreated' : 'OrderImported';
