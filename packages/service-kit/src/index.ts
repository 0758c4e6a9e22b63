export { type CloudEventAttributes, cloudEventHeaders } from './cloudEvents.ts';
export { type NotificationSource, notificationHeaders } from './stream/notificationHeaders.ts';
export { type DescribedError, describeError } from './logging/describeError.ts';
export { type LogField, logFields } from './logging/fields.ts';
export { createLogger, type LogEntry, type Logger, type LoggerOptions, type LogLevel } from './logging/logger.ts';
export { scrub } from './logging/scrub.ts';
export { createMetrics, type Instruments, type Metrics, type MetricsOptions } from './metrics/metrics.ts';
export { type MetricDefinition, type MetricsCatalogue, metricsCatalogue } from './metrics/metricsCatalogue.ts';
export { type Check, createOpsServer, type OpsServerOptions, type RunningServer, toUrl } from './opsServer.ts';
export {
  type Condition,
  defineSettings,
  type PartialSettingsOf,
  requireWhen,
  type SettingDefinition,
  type SettingDefinitions,
  type SettingsOf,
} from './settings/definition.ts';
export { describeSettings, toReference } from './settings/describe.ts';
export { checkIngest, takesNotifications } from './settings/ingest.ts';
export { checkKafkaSecurity, toConnections } from './settings/kafkaConnection.ts';
export { kafkaSecuritySettings, toKafkaSecurity } from './settings/kafkaSecurity.ts';
export { loadSettings, type SettingsCheck, SettingsError } from './settings/load.ts';
export type { SettingValue } from './settings/parse.ts';
export type { Environment } from './settings/read.ts';
export { type ProgramOutput, type RunWithSettings, runWithSettings } from './settings/run.ts';
export { registrySettings } from './settings/registryAccess.ts';
export { toHold } from './settings/hold.ts';
export { pipelineFileSettings, routingSettings } from './settings/routing.ts';
export { statusPolicySettings } from './settings/statusPolicy.ts';
export {
  commercetoolsSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  ingestSettings,
  kafkaSettings,
  opsSettings,
  orderTypeSettings,
  stateSettings,
} from './settings/shared.ts';
export { given, toCommercetoolsAccess, toFulfillmenttoolsAccess } from './settings/vendorAccess.ts';
export { createShutdown, type Shutdown, type ShutdownOptions, type ShutdownPhase, shutdownPhases } from './shutdown.ts';
export { eventHeaders } from './stream/eventHeaders.ts';
export { createProcessorObserver } from './stream/processorObserver.ts';
export {
  createStreamService,
  type EngineSettings,
  type RunOptions,
  type StreamService,
  type StreamServiceOptions,
} from './stream/streamService.ts';
export { createWaiting, endingWaits, type Waiting } from './stream/waiting.ts';
export { childTraceparent, isTraceparent, newTraceparent } from './traceparent.ts';
