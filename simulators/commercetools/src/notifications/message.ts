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

/** What a message is about. */
export interface Subject {
  readonly typeId: string;
  readonly id: string;
  /** What the shop calls it, e.g. `{orderNumber}`. */
  readonly identifiers?: Fields;
}

export const toSubject = ({ id, orderNumber }: Order): Subject => ({
  typeId: 'order',
  id,
  ...(orderNumber !== undefined && { identifiers: { orderNumber } }),
});

const about = ({ typeId, id, identifiers }: Subject) => ({
  resource: { typeId, id },
  // Absent when the resource has no user-given identifier at all.
  ...(identifiers && { resourceUserProvidedIdentifiers: identifiers }),
});

export function toNotification(subject: Subject, payload: MessagePayload, envelope: MessageEnvelope): Notification {
  const { projectKey, id, sequenceNumber, resourceVersion, actor, now } = envelope;
  return {
    notificationType: 'Message',
    projectKey,
    id,
    version: 1,
    sequenceNumber,
    ...about(subject),
    resourceVersion,
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

export function withoutActor(notification: Notification): Notification {
  const { createdBy: _, lastModifiedBy: __, ...rest } = notification;
  return rest as Notification;
}

export function withoutIdentifiers(notification: Notification): Notification {
  const { resourceUserProvidedIdentifiers: _, ...rest } = notification;
  return rest as Notification;
}

/** Whether the message tells that the order is Confirmed now; no state message follows an order created Confirmed. */
export function saysConfirmed(payload: MessagePayload): boolean {
  if (payload.type === 'OrderStateChanged') return payload.orderState === 'Confirmed';
  return creations.has(payload.type) && (payload.order as Order).orderState === 'Confirmed';
}

const creations: ReadonlySet<string> = new Set(['OrderCreated', 'OrderImported', 'OrderCreatedFromRecurringOrder']);

/** What commercetools sends once to a new subscription, to see whether the destination works. */
export const testNotification = (target: {
  readonly projectKey: string;
  readonly id: string;
  readonly key: string | undefined;
  readonly now: string;
}): Notification => ({
  notificationType: 'ResourceCreated',
  projectKey: target.projectKey,
  ...about({
    typeId: 'subscription',
    id: target.id,
    ...(target.key !== undefined && { identifiers: { key: target.key } }),
  }),
  version: 1,
  modifiedAt: target.now,
});

export type ChangeKind = 'ResourceCreated' | 'ResourceUpdated' | 'ResourceDeleted';

/** What a subscription to changes gets: which version, not what is in it. */
export const toChange = (
  subject: Subject,
  change: {
    readonly kind: ChangeKind;
    readonly projectKey: string;
    readonly version: number;
    readonly oldVersion?: number | undefined;
    readonly dataErasure?: boolean | undefined;
    readonly now: string;
  },
): Notification => ({
  notificationType: change.kind,
  projectKey: change.projectKey,
  ...about(subject),
  version: change.version,
  ...(change.kind === 'ResourceUpdated' && { oldVersion: change.oldVersion }),
  modifiedAt: change.now,
  ...(change.kind === 'ResourceDeleted' && { dataErasure: change.dataErasure === true }),
});
