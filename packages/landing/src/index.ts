export {
  createLandingServer,
  defaultBodyLimit,
  type LandingHooks,
  type LandingServer,
  type LandingServerOptions,
  type RejectionReason,
} from './landingServer.ts';
export type { LandingMessage, NotificationSource } from './landingMessage.ts';
export { createLandingHooks, type LandingHooksOptions } from './landingMetrics.ts';
export { landNotifications, type LandNotificationsOptions } from './landNotifications.ts';
