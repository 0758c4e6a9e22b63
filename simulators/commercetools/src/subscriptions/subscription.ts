import type { Fields, KeyedResource } from '../model.ts';

export const healthStatuses = [
  'Healthy',
  'TemporaryError',
  'ConfigurationError',
  'ConfigurationErrorDeliveryStopped',
  'ManuallySuspended',
] as const;
export type HealthStatus = (typeof healthStatuses)[number];

/** Notifications are kept for later (`held`), or never come (`lost`): so only a catch-up finds them. */
export const fateOf: Record<HealthStatus, 'sent' | 'held' | 'lost'> = {
  Healthy: 'sent',
  TemporaryError: 'held',
  ConfigurationError: 'held',
  ConfigurationErrorDeliveryStopped: 'lost',
  ManuallySuspended: 'lost',
};

/** What of a resource type is told; without types all of its messages. */
export interface MessageSelection {
  readonly resourceTypeId: string;
  readonly types?: readonly string[];
}

export type DeliveryFormat = 'Platform' | 'CloudEvents';

export interface Subscription extends KeyedResource {
  readonly destination: Destination;
  readonly messages: readonly MessageSelection[];
  readonly changes: readonly { readonly resourceTypeId: string }[];
  readonly events: readonly Fields[];
  readonly format: { readonly type: DeliveryFormat; readonly cloudEventsVersion?: string };
  readonly status: HealthStatus;
  /** Epoch ms before which nothing is sent: changes take up to a minute. */
  readonly effectiveFrom: number;
}

export type Destination = Fields & { readonly type: DestinationType };

/** Which members a destination needs, and which of its secrets come back hidden. */
export const destinationTypes = {
  ConfluentCloud: {
    needs: ['bootstrapServer', 'apiKey', 'apiSecret', 'acks', 'topic'],
    secrets: ['apiKey', 'apiSecret'],
  },
  GoogleCloudPubSub: { needs: ['projectId', 'topic'], secrets: [] },
  SQS: { needs: ['queueUrl', 'region'], secrets: ['accessKey', 'accessSecret'] },
  SNS: { needs: ['topicArn'], secrets: ['accessKey', 'accessSecret'] },
  EventBridge: { needs: ['region', 'accountId'], secrets: [] },
  AzureServiceBus: { needs: ['connectionString'], secrets: ['connectionString'] },
  EventGrid: { needs: ['uri', 'accessKey'], secrets: ['accessKey'] },
  IronMQ: { needs: ['uri'], secrets: [] },
} as const satisfies Record<string, { readonly needs: readonly string[]; readonly secrets: readonly string[] }>;

export type DestinationType = keyof typeof destinationTypes;

/** Whether a subscription tells of a message of this type, or with undefined of a change. */
export function selects(subscription: Subscription, resourceTypeId: string, type: string | undefined): boolean {
  if (type === undefined) return subscription.changes.some((change) => change.resourceTypeId === resourceTypeId);
  return subscription.messages.some(
    (selection) =>
      selection.resourceTypeId === resourceTypeId && (!selection.types?.length || selection.types.includes(type)),
  );
}

/** As the API answers it: secrets partly hidden, nothing of our own. */
export function toAnswer({ effectiveFrom: _, ...subscription }: Subscription): Fields {
  const { destination } = subscription;
  const secrets: readonly string[] = destinationTypes[destination.type].secrets;
  const hidden = Object.entries(destination)
    .filter(([name, value]) => secrets.includes(name) && typeof value === 'string')
    .map(([name, value]) => [name, `${String(value).slice(0, 4)}****`]);
  return { ...subscription, destination: { ...destination, ...Object.fromEntries(hidden) } };
}
