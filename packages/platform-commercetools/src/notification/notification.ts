/** What we read of a notification of commercetools, whatever its format was. */
export interface CommercetoolsNotification {
  /** Message, ResourceCreated, ResourceUpdated, ResourceDeleted, Event. */
  readonly notificationType: string;
  /** Of the message; changes have none, theirs is made from resource, version and type. */
  readonly id: string;
  readonly projectKey: string | null;
  readonly resource: { readonly typeId: string; readonly id: string } | null;
  /** Version of the resource after the change; 0 when it is not known. */
  readonly resourceVersion: number;
  /** Key of the resource; null: it has none, or the notification does not say it. */
  readonly resourceKey: string | null;
  /** Of the message, also when its payload was too large to be included; null: not a message. */
  readonly type: string | null;
  readonly payloadIncluded: boolean;
  /** orderState of OrderStateChanged, or of the order that the message carries. */
  readonly orderState: string | null;
  readonly orderNumber: string | null;
  /** API client that made the change. */
  readonly clientId: string | null;
  /** Milliseconds since the epoch; null when it does not say. */
  readonly occurredAt: number | null;
  readonly dataErasure: boolean;
  /** The order that a message OrderDeleted carries, as it came; null: none. */
  readonly deletedOrder: object | null;
}

/** undefined: it is no notification. */
export function toNotification(value: unknown): CommercetoolsNotification | undefined {
  const root = toObject(value);
  const notificationType = toText(root['notificationType']);
  if (!notificationType) return undefined;
  const resource = toReference(root['resource']);
  const order = toObject(root['order']);
  const identifiers = toObject(root['resourceUserProvidedIdentifiers']);
  const omitted = toObject(root['payloadNotIncluded']);
  const version = root['resourceVersion'] ?? (notificationType === 'Message' ? undefined : root['version']);
  const resourceVersion = Number.isSafeInteger(version) ? (version as number) : 0;
  return {
    notificationType,
    id: toText(root['id']) ?? `${resource?.id ?? 'none'}:${resourceVersion}:${notificationType}`,
    projectKey: toText(root['projectKey']),
    resource,
    resourceVersion,
    resourceKey: toText(identifiers['key']),
    type: toText(root['type']) ?? toText(omitted['payloadType']),
    payloadIncluded: root['payloadNotIncluded'] === undefined,
    orderState: toText(root['orderState']) ?? toText(order['orderState']),
    orderNumber: toText(identifiers['orderNumber']) ?? toText(order['orderNumber']),
    clientId: toText(toObject(root['createdBy'])['clientId']) ?? toText(toObject(root['lastModifiedBy'])['clientId']),
    occurredAt: toMillis(root['createdAt']) ?? toMillis(root['modifiedAt']),
    dataErasure: root['dataErasure'] === true,
    deletedOrder: root['type'] === 'OrderDeleted' && root['order'] ? order : null,
  };
}

function toReference(value: unknown): { typeId: string; id: string } | null {
  const { typeId, id } = toObject(value);
  return typeof typeId === 'string' && typeof id === 'string' && id.length > 0 && id.length <= 256
    ? { typeId, id }
    : null;
}

function toObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function toText(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 ? value : null;
}

function toMillis(value: unknown): number | null {
  const millis = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(millis) ? millis : null;
}
