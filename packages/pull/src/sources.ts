import { given, type PartialSettingsOf } from '@pipeline/service-kit';
import { createKafkaSource } from './kafka/kafkaSource.ts';
import { createPubSubSource } from './pubsub/pubSubSource.ts';
import {
  type kafkaSourceSettings,
  type pubSubPullSettings,
  type pullSettings,
  type serviceBusSettings,
  type sqsSettings,
  toSourceConnection,
} from './pullSettings.ts';
import type { CreatePullSource } from './pullSource.ts';
import { createServiceBusSource, openServiceBusQueue } from './serviceBus/serviceBusSource.ts';
import { openSqsQueue } from './sqs/sqsQueue.ts';
import { createSqsSource } from './sqs/sqsSource.ts';

/** Settings of a transport may be absent where it is not chosen; whoever chooses it has them, since they were checked. */
type Of<Definitions> = PartialSettingsOf<Definitions>;
type Limits = Of<typeof pullSettings>;

const toLimits = ({ PULL_MAX_MESSAGES, PULL_MAX_BYTES }: Limits) => ({
  maxMessages: PULL_MAX_MESSAGES,
  maxBytes: PULL_MAX_BYTES,
});

export const toSqsSource =
  (settings: Of<typeof sqsSettings>): CreatePullSource =>
  async (intake) => {
    const queue = await openSqsQueue({
      queueUrl: given(settings, 'SQS_QUEUE_URL'),
      region: settings.SQS_REGION,
      endpoint: settings.SQS_ENDPOINT,
    });
    return createSqsSource({ intake, queue, visibilityMs: settings.SQS_VISIBILITY_MS });
  };

export const toPubSubSource =
  (settings: Of<typeof pubSubPullSettings> & Limits & { readonly SHUTDOWN_GRACE_MS: number }): CreatePullSource =>
  (intake) =>
    createPubSubSource({
      intake,
      subscription: given(settings, 'PUBSUB_SUBSCRIPTION'),
      endpoint: settings.PUBSUB_ENDPOINT,
      graceMs: settings.SHUTDOWN_GRACE_MS,
      ...toLimits(settings),
    });

export const toServiceBusSource =
  (settings: Of<typeof serviceBusSettings> & Limits): CreatePullSource =>
  async (intake) => {
    const queue = await openServiceBusQueue({
      connectionString: given(settings, 'SERVICEBUS_CONNECTION_STRING'),
      entity: given(settings, 'SERVICEBUS_ENTITY'),
    });
    return createServiceBusSource({ intake, queue, ...toLimits(settings) });
  };

export const toKafkaSource =
  (
    settings: Of<typeof kafkaSourceSettings> &
      Limits & {
        readonly KAFKA_CLIENT_ID: string;
        readonly KAFKA_SESSION_TIMEOUT_MS: number;
      },
  ): CreatePullSource =>
  async (intake) =>
    createKafkaSource({
      intake,
      connection: toSourceConnection(settings),
      clientId: `${settings.KAFKA_CLIENT_ID}-source`,
      topic: given(settings, 'CT_SOURCE_KAFKA_TOPIC'),
      groupId: settings.CT_SOURCE_KAFKA_GROUP,
      sessionTimeoutMs: settings.KAFKA_SESSION_TIMEOUT_MS,
      ...toLimits(settings),
    });
