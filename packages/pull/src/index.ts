export { pullNotifications, type PullNotificationsOptions } from './pullNotifications.ts';
export {
  checkKafkaSource,
  checkPullRole,
  kafkaSourceSettings,
  pubSubPullSettings,
  pullSettings,
  serviceBusSettings,
  sqsSettings,
} from './pullSettings.ts';
export type { CreatePullSource, Intake, PulledMessage, PullSource, PullTransport } from './pullSource.ts';
export { toKafkaSource, toPubSubSource, toServiceBusSource, toSqsSource } from './sources.ts';
