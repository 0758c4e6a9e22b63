import type { CommercetoolsNotification } from './notification.ts';

export type NotificationKind =
  /** The order may have become Confirmed. */
  | 'confirmed'
  /** The order became Cancelled. */
  | 'cancelled'
  /** Address, lines or shipping of the order were changed. */
  | 'amended'
  | 'deleted'
  /** commercetools tries a new subscription. */
  | 'test'
  /** Our own write. */
  | 'echo'
  | 'irrelevant'
  /** The order must be read to know. */
  | 'unclear';

export interface Classification {
  readonly kind: NotificationKind;
  /** For logs and metrics, from a closed list. */
  readonly reason: string;
  /** null: it is not about an order. */
  readonly orderId: string | null;
  /** 0 when it is not known. */
  readonly resourceVersion: number;
  /** Must the order be read before `toCommerceOrderEvent`? */
  readonly needsOrder: boolean;
}

export interface ClassifyContext {
  /** API clients that this pipeline writes with. */
  readonly ourClientIds: ReadonlySet<string> | readonly string[];
  /** When given, notifications of other projects are irrelevant. */
  readonly projectKey?: string;
}

/** Messages that carry the order as it was made; in state Confirmed no OrderStateChanged follows. */
const creations = new Set(['OrderCreated', 'OrderImported', 'OrderCreatedFromRecurringOrder']);

/** Messages about what a fulfillment order is made of. Order edits send no change notification: only their message tells. */
const amendments = new Set([
  'OrderEditApplied',
  'OrderShippingAddressSet',
  'OrderBillingAddressSet',
  // The e-mail address goes to fulfillmenttools as a part of the address.
  'OrderCustomerEmailSet',
]);

const needingOrder: ReadonlySet<NotificationKind> = new Set(['confirmed', 'amended', 'unclear']);

/**
 * Messages that our own updates cause. Never the creations nor OrderStateChanged: shops share one API client between
 * the web shop and the pipeline.
 */
const ownWrites = new Set([
  'OrderCustomTypeSet',
  'OrderCustomFieldAdded',
  'OrderCustomFieldChanged',
  'OrderCustomFieldRemoved',
  'OrderShipmentStateChanged',
  'DeliveryAdded',
  'DeliveryItemsUpdated',
  'ParcelAddedToDelivery',
  'ParcelItemsUpdated',
  'ParcelTrackingDataUpdated',
  'ReturnInfoAdded',
]);

/** Decides what a notification means for us, without a look at the order. Pure. */
export function classify(notification: CommercetoolsNotification, context: ClassifyContext): Classification {
  const { resource, resourceVersion } = notification;
  const [kind, reason] = decide(notification, context);
  const orderId = resource?.typeId === 'order' ? resource.id : null;
  return { kind, reason, orderId, resourceVersion, needsOrder: needingOrder.has(kind) };
}

type Decision = readonly [NotificationKind, reason: string];

function decide(notification: CommercetoolsNotification, context: ClassifyContext): Decision {
  const { notificationType, projectKey, resource } = notification;
  if (resource?.typeId === 'subscription') return ['test', 'subscription-test'];
  if (context.projectKey !== undefined && projectKey !== null && projectKey !== context.projectKey)
    return ['irrelevant', 'other-project'];
  if (resource?.typeId !== 'order') return ['irrelevant', 'not-about-an-order'];
  if (notificationType === 'ResourceDeleted') return ['deleted', 'order-deleted'];
  if (notificationType !== 'Message') return ['irrelevant', 'not-a-message'];
  return decideMessage(notification, context);
}

function decideMessage(message: CommercetoolsNotification, { ourClientIds }: ClassifyContext): Decision {
  const { type, orderState, clientId, payloadIncluded } = message;
  if (type === 'OrderDeleted') return ['deleted', 'order-deleted'];
  if (type === null) return ['unclear', 'type-missing'];
  if (type === 'OrderStateChanged' || creations.has(type)) {
    if (orderState === null) return ['unclear', payloadIncluded ? 'state-missing' : 'payload-not-included'];
    if (orderState === 'Confirmed') return ['confirmed', 'order-confirmed'];
    if (orderState === 'Cancelled' && type === 'OrderStateChanged') return ['cancelled', 'order-cancelled'];
    return ['irrelevant', 'other-state'];
  }
  if (amendments.has(type)) return ['amended', 'order-amended'];
  const ours = clientId !== null && [...ourClientIds].includes(clientId);
  return ours && ownWrites.has(type) ? ['echo', 'own-write'] : ['irrelevant', 'other-type'];
}
