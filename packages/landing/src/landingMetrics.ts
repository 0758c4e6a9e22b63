import type { Logger, Metrics, NotificationSource } from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';
import type { LandingHooks } from './endpoint.ts';
import { createRecentIds } from './recentIds.ts';

export interface LandingHooksOptions {
  readonly metrics: Pick<
    Metrics,
    | 'notificationsLanded'
    | 'notificationsRejected'
    | 'notificationsRepeated'
    | 'pushControlMessages'
    | 'lastNotification'
    | 'produce'
  >;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  readonly source: NotificationSource;
  /** Monotonic milliseconds. (Default: performance.now.) */
  readonly now?: () => number;
}

/** Between two lines of one reason: anybody can knock, and an outage must not fill the log. */
const quietMs = 10_000;
/** Ids that are remembered; some MB. */
const idCapacity = 50_000;

/**
 * Hooks that count every delivery, and log what was not landed: each reason and code of an error at most every 10 s,
 * with its count since. Both are of closed lists.
 * Silence is counted from now: after a start without notifications an alert on it still fires. A repeated id is counted
 * and nothing else: the folds behind absorb it, and a process knows only what it landed itself.
 */
export function createLandingHooks({
  metrics,
  logger,
  source,
  now = () => performance.now(),
}: LandingHooksOptions): LandingHooks {
  metrics.lastNotification.set({ source }, Date.now() / 1_000);
  const logged = new Map<string, { at: number; unsaid: number }>();
  const recent = createRecentIds(idCapacity);
  const whenDue = (what: string, log: (count: number) => void): void => {
    const last = logged.get(what);
    if (last !== undefined && now() - last.at < quietMs) {
      last.unsaid += 1;
      return;
    }
    logged.set(what, { at: now(), unsaid: 0 });
    log(1 + (last?.unsaid ?? 0));
  };
  return {
    landed: ({ seconds, count, ids }) => {
      metrics.notificationsLanded.inc({ source }, count);
      metrics.produce.observe(seconds);
      metrics.lastNotification.set({ source }, Date.now() / 1_000);
      const repeated = ids.filter((id) => recent.add(id)).length;
      if (repeated > 0) metrics.notificationsRepeated.inc({ source }, repeated);
    },
    control: (kind) => {
      metrics.pushControlMessages.inc({ source, reason: kind });
      whenDue(kind, (count) => logger.info('message of the push transport', { source, reason: kind, count }));
    },
    rejected: (reason, error) => {
      metrics.notificationsRejected.inc({ source, reason });
      whenDue(isPipelineError(error) ? `${reason} ${error.code}` : reason, (count) =>
        logger.warn('notification not landed', { source, reason, count, error }),
      );
    },
  };
}
