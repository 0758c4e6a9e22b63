import type { Logger, Metrics } from '@pipeline/service-kit';
import type { LandingHooks, RejectionReason } from './landingServer.ts';
import type { NotificationSource } from './landingMessage.ts';

export interface LandingHooksOptions {
  readonly metrics: Pick<Metrics, 'notificationsLanded' | 'notificationsRejected' | 'lastNotification' | 'produce'>;
  readonly logger: Pick<Logger, 'warn'>;
  readonly source: NotificationSource;
  /** Monotonic milliseconds. (Default: performance.now.) */
  readonly now?: () => number;
}

/** Between two lines of one reason: anybody can knock, and an outage must not fill the log. */
const quietMs = 10_000;

/**
 * Hooks that count every delivery, and log what was not landed: each reason at most every 10 s, with its count since.
 * Silence is counted from now: after a start without notifications an alert on it still fires.
 */
export function createLandingHooks({
  metrics,
  logger,
  source,
  now = () => performance.now(),
}: LandingHooksOptions): LandingHooks {
  metrics.lastNotification.set({ source }, Date.now() / 1_000);
  const logged = new Map<RejectionReason, { at: number; unsaid: number }>();
  return {
    landed: (seconds) => {
      metrics.notificationsLanded.inc({ source });
      metrics.produce.observe(seconds);
      metrics.lastNotification.set({ source }, Date.now() / 1_000);
    },
    rejected: (reason, error) => {
      metrics.notificationsRejected.inc({ source, reason });
      const last = logged.get(reason);
      if (last !== undefined && now() - last.at < quietMs) {
        last.unsaid += 1;
        return;
      }
      logged.set(reason, { at: now(), unsaid: 0 });
      logger.warn('notification not landed', { source, reason, count: 1 + (last?.unsaid ?? 0), error });
    },
  };
}
