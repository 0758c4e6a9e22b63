import type { Logger, Metrics, NotificationSource } from '@pipeline/service-kit';
import { codeOf } from './codeOf.ts';
import type { PullTransport } from './pullSource.ts';

/** What an intake tells about itself. */
export interface PullObserver {
  received(): void;
  acknowledged(): void;
  /** `stage`: what was tried. */
  failed(stage: PullStage, error: unknown): void;
  /** It can be read again. */
  recovered(): void;
}

export type PullStage = 'read' | 'acknowledge' | 'give-back' | 'put-off';

export interface PullObserverOptions {
  readonly metrics: Pick<Metrics, 'pullReceived' | 'pullAcknowledged' | 'pullErrors'>;
  readonly logger: Pick<Logger, 'warn' | 'info'>;
  readonly source: NotificationSource;
  readonly target: PullTransport;
  /** Monotonic milliseconds. (Default: performance.now.) */
  readonly now?: () => number;
}

/** Between two lines of one stage and code: an outage must not fill the log. */
const quietMs = 10_000;

/** Counts everything, and logs failures: each kind at most every 10 s, with its count since. */
export function createPullObserver({
  metrics,
  logger,
  source,
  target,
  now = () => performance.now(),
}: PullObserverOptions): PullObserver {
  const logged = new Map<string, { at: number; unsaid: number }>();
  return {
    received: () => metrics.pullReceived.inc({ source, target }),
    acknowledged: () => metrics.pullAcknowledged.inc({ source, target }),
    failed(stage, error) {
      const code = codeOf(error);
      metrics.pullErrors.inc({ source, target, stage, code });
      const kind = `${stage} ${code}`;
      const last = logged.get(kind);
      if (last !== undefined && now() - last.at < quietMs) {
        last.unsaid += 1;
        return;
      }
      logged.set(kind, { at: now(), unsaid: 0 });
      logger.warn('source of notifications failed, will try again', {
        source,
        target,
        stage,
        code,
        count: 1 + (last?.unsaid ?? 0),
        error,
      });
    },
    recovered: () => logger.info('source of notifications can be read again', { source, target }),
  };
}
