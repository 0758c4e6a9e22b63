export type { Endpoint, LandingHooks } from './endpoint.ts';
export { createLandingHooks, type LandingHooksOptions } from './landingMetrics.ts';
export { landBody, type LandBodyOptions, type LandingOutcome, type ProvenBody } from './landBody.ts';
export type { LandingMessage, LandingRecord, ToRecords } from './landingMessage.ts';
export {
  createLandingServer,
  defaultBodyLimit,
  defaultBytesInFlight,
  type LandingServer,
  type LandingServerOptions,
} from './landingServer.ts';
export { type EndpointParts, landNotifications, type LandNotificationsOptions } from './landNotifications.ts';
export { createPublish } from './publish.ts';
export { pubSubData } from './pubSubData.ts';
export {
  checkPush,
  eventGridSettings,
  landingSettings,
  pubSubSettings,
  pushSecret,
  snsSettings,
} from './pushSettings.ts';
export type { RejectionReason } from './rejection.ts';
export { type AcceptedSecrets, fixedSecrets } from './secrets/secretCheck.ts';
export { createEventGridTransport } from './transports/eventGrid.ts';
export { toPubSubTransport } from './transports/pubSub.ts';
export { createSecretTransport } from './transports/secretTransport.ts';
export { createSnsTransport } from './transports/sns.ts';
export type { ControlKind, PushTransport } from './transports/transport.ts';
