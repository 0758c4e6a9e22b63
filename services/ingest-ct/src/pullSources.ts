import {
  type PullNotificationsOptions,
  toKafkaSource,
  toPubSubSource,
  toServiceBusSource,
  toSqsSource,
} from '@pipeline/pull';
import type { Settings } from './config.ts';

const sources = { sqs: toSqsSource, pubsub: toPubSubSource, servicebus: toServiceBusSource, kafka: toKafkaSource };

/** What the settings say is to be read. */
export const toPullSources = (settings: Settings): PullNotificationsOptions['sources'] =>
  [...new Set(settings.CT_PULL_TRANSPORTS)].map((target) => ({ target, create: sources[target](settings) }));
